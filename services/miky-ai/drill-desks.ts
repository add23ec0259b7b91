/** What a drill tries at the company's desks, at the door of the sign-up, and with passwords that are wrong. */
import { codeAt, STEP_MS } from "./app/staff/totp.ts";
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
  "drill-reviewer": ["/staff/figures", "/staff/samples"],
};
const ALL = [...new Set(Object.values(PAGES).flat())];

export const nobody = (): Session => ({ cookies: {}, links: {}, password: "" });

export async function statusOf(response: Response): Promise<number> {
  await response.body?.cancel();
  return response.status;
}

const IN = 303;
const USED = 409;

const signIn = async (base: string, desk: Session, form: Readonly<Record<string, string>>): Promise<number> =>
  statusOf(await go(base, desk, "/staff/signin", form));

/** The service's clock may be a little behind. */
const CLOCK_MS = 500;

/** A code that does not fit now: the right one with another last digit. */
const wrong = (code: string): string => `${code.slice(0, -1)}${(Number(code.at(-1)) + 5) % 10}`;

/** Three codes fit at a time, and all may have been used; the fourth has to be waited for. */
const SIGN_INS_MAX = 4;
/** The oldest code is not tried this shortly before it fits no longer. */
const AGEING_MS = 2000;

/**
 * With the oldest code that is still taken; when that half minute was used already, with the next, which may have to be waited for. Nothing else
 * gets better by being tried again, and a desk shuts after five wrong tries.
 */
async function signedIn(base: string, handle: string): Promise<{ desk: Session; code: string }> {
  let step = 0;
  for (let tries = 0; tries < SIGN_INS_MAX; tries += 1) {
    step = Math.max(step + 1, Math.floor((Date.now() + AGEING_MS) / STEP_MS) - 1);
    // One step ahead is the newest that the door takes.
    const early = (step - 1) * STEP_MS - Date.now();
    // Whoever stops the drill meanwhile need not wait for this.
    if (early > 0) await new Promise((resolve) => void setTimeout(resolve, early + CLOCK_MS).unref());
    const [desk, code] = [nobody(), codeAt(DESK_SECRET, new Date(step * STEP_MS))];
    const status = await reached(() => signIn(base, desk, { handle, password: DESK_PASSWORD, code }));
    if (status === IN) {
      seated.set(`${base} ${handle}`, desk);
      return { desk, code };
    }
    if (status !== USED)
      throw new Error(
        `the desk \`${handle}\` can not sign in with both factors (status \`${status}\`): its password or its second factor is another one than the drill's, it is shut, or the service's clock is off by half a minute and more`,
      );
  }
  throw new Error(
    `the desk \`${handle}\` can not sign in: each of ${SIGN_INS_MAX} codes in a row was said to be used already`,
  );
}

const REACHED_TRIES = 3;
const PAUSE_MS = 1000;

/** A door that nobody opens, or not in time, may open a moment later; one that says no does not. */
async function reached(act: () => Promise<number>): Promise<number> {
  for (let tries = 1; ; tries += 1)
    try {
      return await act();
    } catch (error) {
      if (tries === REACHED_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}

/** The last one that signed in at each desk: a code is taken once, and a drill should not wait for the next. */
const seated = new Map<string, Session>();

export async function atDesk(base: string, handle: string): Promise<Session> {
  const desk = seated.get(`${base} ${handle}`);
  if (desk !== undefined && (await statusOf(await go(base, desk, "/staff"))) === 200) return desk;
  return (await signedIn(base, handle)).desk;
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
  const code = codeAt(DESK_SECRET, new Date());
  // One wrong try for each desk: five in a row would shut it for a quarter of an hour.
  const [one, two, three] = DRILL_DESKS.map(({ handle }) => handle);
  for (const [what, form] of [
    ["a wrong code", { handle: one ?? "", password: DESK_PASSWORD, code: wrong(code) }],
    ["no code", { handle: two ?? "", password: DESK_PASSWORD }],
    ["a wrong password", { handle: three ?? "", password: "guessed", code }],
  ] as const)
    door((await signIn(base, nobody(), form)) === IN, false, `a desk with ${what}`);
  for (const { handle: name } of DRILL_DESKS) {
    const { desk, code: used } = await signedIn(base, name);
    if (name === two)
      door(
        (await signIn(base, nobody(), { handle: name, password: DESK_PASSWORD, code: used })) === IN,
        false,
        "a desk with a code that was used",
      );
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

/** Words that the canary wrote to a specialist, with its token between them and others. */
const WROTE = "a good title for my essay";
const DRAWS_MAX = 20;

export async function sample(
  base: string,
  _session: Session,
  canary: Canary,
): Promise<{ readonly shown: string; readonly wrote: string }> {
  const desk = await atDesk(base, "drill-reviewer");
  // Without a word of the canary's own: what stands in the form comes back on the page.
  const form = { reason: "answers are looked at for quality", only: emailOf(canary) };
  // Drawn at random, also among the canary's own: other drills may have begun further conversations.
  let shown = "";
  for (let draw = 0; draw < DRAWS_MAX && !shown.includes(WROTE); draw += 1)
    shown = await pageOf(await go(base, desk, "/staff/samples", form));
  return { shown, wrote: WROTE };
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
