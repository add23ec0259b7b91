/** What a drill tries at the company's desks, at the door of the sign-up, and with passwords that are wrong. */
import { codeAt } from "./app/staff/totp.ts";
import { DESK_PASSWORD, DESK_SECRET, DRILL_DESKS } from "./desks.ts";
import { type Canary, emailOf, go, pageOf, type Session, signUpForm, submit } from "./drill-browser.ts";

/** Where the session keeps the address of the canary's ticket. */
export const TICKET = "ticket";

/** Written down here by hand, so that it is not what the app itself says. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  "drill-support": ["/staff/tickets", "/staff/tickets/1", "/staff/children", "/staff/disclosures"],
  "drill-operator": [
    "/staff/alarms",
    "/staff/figures",
    "/staff/runs",
    "/staff/approvals",
    "/staff/incidents",
  ],
  "drill-guest": [],
};
const ALL = Object.values(PAGES).flat();

export const nobody = (): Session => ({ cookies: {}, links: {}, password: "" });

export async function statusOf(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
}

const signIn = async (
  base: string,
  desk: Session,
  form: Readonly<Record<string, string>>,
): Promise<boolean> => (await statusOf(await go(base, desk, "/staff/signin", form))) === 303;

/** A code that does not fit now: the right one with another last digit. */
const wrong = (code: string): string => `${code.slice(0, -1)}${(Number(code.at(-1)) + 5) % 10}`;

export async function atDesk(base: string, handle: string): Promise<Session> {
  const desk = nobody();
  const code = codeAt(DESK_SECRET, new Date());
  if (!(await signIn(base, desk, { handle, password: DESK_PASSWORD, code })))
    throw new Error(`the desk \`${handle}\` could not sign in with both factors`);
  return desk;
}

export async function desks(
  base: string,
): Promise<{ readonly tried: number; readonly faults: readonly string[] }> {
  const faults: string[] = [];
  let tried = 0;
  const door = (open: boolean, should: boolean, what: string): void => {
    tried += 1;
    if (open !== should) faults.push(`${what} ${open ? "got in" : "did not get in"}`);
  };
  for (const page of ALL)
    door(
      (await statusOf(await go(base, nobody(), page))) === 200,
      false,
      `whoever is not signed in, at \`${page}\`,`,
    );
  const handle = DRILL_DESKS[0].handle;
  const code = codeAt(DESK_SECRET, new Date());
  for (const [what, form] of [
    ["a wrong code", { handle, password: DESK_PASSWORD, code: wrong(code) }],
    ["no code", { handle, password: DESK_PASSWORD }],
    ["a wrong password", { handle, password: "guessed", code }],
  ] as const)
    door(await signIn(base, nobody(), form), false, `a desk with ${what}`);
  for (const { handle: name } of DRILL_DESKS) {
    const desk = await atDesk(base, name);
    for (const page of ALL) {
      const open = (await statusOf(await go(base, desk, page))) === 200;
      door(open, PAGES[name]?.includes(page) ?? false, `the desk \`${name}\`, at \`${page}\`,`);
    }
  }
  return { tried, faults };
}

export async function look(base: string, session: Session, reason: string | null): Promise<boolean> {
  const id = /(\d+)$/.exec(session.links[TICKET] ?? "")?.[1] ?? "0";
  const desk = await atDesk(base, "drill-support");
  const answer = await go(base, desk, `/staff/tickets/${id}`, reason === null ? {} : { reason });
  return (await pageOf(answer)).includes("Where do I see");
}

/** One more than it takes. */
const WRONG_PASSWORDS = 6;

export const alarm = {
  place: "app.alarms",
  async raise(base: string, canary: Canary): Promise<void> {
    for (let i = 0; i < WRONG_PASSWORDS; i += 1)
      await statusOf(await go(base, nobody(), "/signin", { email: emailOf(canary), password: `guess ${i}` }));
  },
};

export async function declareAge(
  base: string,
  canary: Canary,
  { born, country }: { readonly born: string; readonly country: string | null },
): Promise<boolean> {
  const status = await statusOf(
    await go(base, nobody(), "/signup", signUpForm(canary, { born, country: country ?? "" })),
  );
  if (status === 303) return true;
  if (status === 403) return false;
  throw new Error(`the service answered \`/signup\` with status \`${status}\``);
}

export async function childFound(base: string, canary: Canary): Promise<void> {
  await submit(base, nobody(), "/signup", signUpForm(canary, { born: "1990-02-28", country: "SM" }));
  const desk = await atDesk(base, "drill-support");
  const form = { email: emailOf(canary), reason: `their school wrote to us (${canary.token})` };
  const status = await statusOf(await go(base, desk, "/staff/children", form));
  if (status !== 200) throw new Error(`the service answered \`/staff/children\` with status \`${status}\``);
}
