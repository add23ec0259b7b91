/**
 * Takes a canary person through the service's front door, for drills of rights: what anybody's browser could do, nothing else. Each
 * free text holds the canary's token, so that a drill can look for it afterwards.
 */
import {
  type Canary,
  emailOf,
  go,
  pageOf,
  passwordOf,
  type Session,
  signUpForm,
  submit,
} from "./drill-browser.ts";
import { type Choice, choices, choose, process } from "./drill-choices.ts";
import { alarm, childFound, declareAge, desks, look, sample, TICKET } from "./drill-desks.ts";
import { type Disclosure, disclose } from "./drill-disclose.ts";
import { authority, optOut, optOutWays, served } from "./drill-refuse.ts";

export interface Drill {
  signUp(
    base: string,
    canary: Canary,
  ): Promise<{ readonly identities: Readonly<Record<string, string>>; readonly session: Session }>;
  /** Null when the canary has no account. */
  signIn(base: string, canary: Canary): Promise<Session | null>;
  populate(base: string, session: Session, canary: Canary): Promise<void>;
  requestRight(base: string, session: Session, right: string): Promise<string>;
  /** The state's name as the service shows it. */
  status(base: string, session: Session, request: string): Promise<string>;
  /** Null as long as there is none. */
  archive(base: string, session: Session, request: string): Promise<Buffer | null>;
  /** Deletes the canary's account where it still has one. */
  cleanup(base: string, session: Session): Promise<void>;
  readonly asksFor: readonly string[];
  readonly correct: Change<{ readonly was: string; readonly is: string }>;
  readonly fillIn: Change<{ readonly is: string }>;
  limit(base: string, session: Session, on: boolean): Promise<string>;
  /** Pages with a field for a question, and what the text that describes the field does not warn of. */
  warnings(
    base: string,
    session: Session,
  ): Promise<readonly { readonly place: string; readonly missing: readonly string[] }[]>;
  readonly desks: typeof desks;
  readonly look: typeof look;
  readonly sample: typeof sample;
  readonly alarm: typeof alarm;
  readonly declareAge: typeof declareAge;
  readonly childFound: typeof childFound;
  readonly choices: typeof choices;
  choose(base: string, session: Session, canary: Canary, choice: Choice): Promise<void>;
  process(base: string, session: Session, canary: Canary, purpose: string): Promise<void>;
  disclose(base: string, session: Session, canary: Canary, what: Disclosure): Promise<boolean>;
  readonly authority: typeof authority;
  readonly optOutWays: typeof optOutWays;
  readonly optOut: typeof optOut;
  readonly served: typeof served;
  /** Whether a specialist answers. */
  use(base: string, session: Session, canary: Canary): Promise<boolean>;
}

interface Change<V> {
  readonly values: (canary: Canary) => V;
  readonly ask: (base: string, session: Session, canary: Canary) => Promise<string>;
}

const PATHS: Readonly<Record<string, string>> = {
  access: "/settings/download",
  portability: "/settings/take",
  erase: "/settings/delete",
};

/** The request that a form of the settings page leads to. */
async function wish(
  base: string,
  session: Session,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const link = await submit(base, session, path, form);
  const request = /\/([^/?]+)\?/.exec(link)?.[1];
  if (request === undefined) throw new Error(`the service gave no link to follow what \`${path}\` asked for`);
  session.links[request] = link;
  return request;
}

/** What the policy urges people not to share: a word of each must be in the warning. */
const WARNED_OF = ["sensitive|health", "password", "API key", "card|bank|financial", "confidential"];

/** What the element that describes a field does not say; all of it where there is none, or where it is hidden. */
function unwarned(page: string, field: string): readonly string[] {
  const id = /aria-describedby="([^"]+)"/.exec(field)?.[1] ?? "";
  const element = new RegExp(`<(\\w+)([^>]*\\bid="${id}"[^>]*)>([\\s\\S]*?)</\\1>`).exec(page);
  const shown = element !== null && id !== "" && !/\bhidden\b|display:\s*none/.test(element[2] ?? "");
  const text = shown ? (element[3] ?? "").replaceAll(/<[^>]*>/g, " ") : "";
  return WARNED_OF.filter((words) => !new RegExp(words, "i").test(text));
}

const mended = ({ token }: Canary): string => `Mended ${token}`;
const town = ({ token }: Canary): string => `Town ${token}`;

export const drill: Drill = {
  async signUp(base, canary) {
    const session: Session = { cookies: {}, links: {}, password: passwordOf(canary) };
    const form = signUpForm(canary, { born: "1990-02-28", country: "SM" });
    await submit(base, session, "/signup", form);
    const { email } = form;
    return { identities: { email }, session };
  },

  async signIn(base, canary) {
    const password = passwordOf(canary);
    const session: Session = { cookies: {}, links: {}, password };
    const response = await go(base, session, "/signin", { email: emailOf(canary), password });
    await response.body?.cancel();
    if (response.status === 303) return session;
    if (response.status === 401) return null;
    throw new Error(`the service answered \`/signin\` with status \`${response.status}\``);
  },

  async populate(base, session, { token }) {
    const conversation = await submit(base, session, "/chat", {
      specialist: "calliope",
      prompt: `Is ${token} a good title for my essay?`,
    });
    await submit(base, session, `${conversation}/messages`, {
      prompt: `Shorten this line about ${token}, please.`,
    });
    await submit(base, session, `${conversation}/rate`, {
      seq: "2",
      stars: "4",
      comment: `fine by ${token}`,
    });
    await submit(base, session, "/credits/buy", {
      pack: "small",
      method: "pm_visa",
      name: `Canary ${token}`,
      address: `${token} Street 1`,
      country: "SM",
    });
    const ticket = await submit(base, session, "/support", {
      subject: `About ${token}`,
      body: `Where do I see ${token}?`,
    });
    session.links[TICKET] = ticket;
    await submit(base, session, ticket, { body: `Found it: ${token}.` });
    await submit(base, session, "/settings/profile", {
      name: `Canary ${token}`,
      phone: "+447700900000",
      country: "SM",
      city: "",
    });
    await submit(base, session, "/settings/preferences", {
      theme: "dark",
      interests: `${token}, sailing`,
      referral: "on",
    });
    for (const path of ["/", "/chat", "/credits", "/referral", "/support", "/settings"])
      await (await go(base, session, path)).body?.cancel();
  },

  async requestRight(base, session, right) {
    const path = PATHS[right];
    if (path === undefined) throw new Error(`the settings page has no way to ask for \`${right}\``);
    return wish(base, session, path, right === "erase" ? { password: session.password } : {});
  },

  async status(base, session, request) {
    const text = await pageOf(await go(base, session, session.links[request] ?? "/missing"));
    return /data-state="([^"]*)"/.exec(text)?.[1] ?? "unknown";
  },

  async archive(base, session, request) {
    const text = await pageOf(await go(base, session, session.links[request] ?? "/missing"));
    const link = /href="([^"]+\/archive\?[^"]+)"/.exec(text)?.[1];
    if (link === undefined) return null;
    const response = await go(base, session, link.replaceAll("&amp;", "&"));
    return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
  },

  async cleanup(base, session) {
    if (session.cookies["miky_session"] === undefined) return;
    const settings = await go(base, session, "/settings");
    const signedIn = settings.status === 200;
    await settings.body?.cancel();
    if (signedIn) await submit(base, session, "/settings/delete", { password: session.password });
  },

  asksFor: Object.keys(PATHS),

  correct: {
    values: (canary) => ({ was: `Canary ${canary.token}`, is: mended(canary) }),
    ask: (base, session, canary) =>
      wish(base, session, "/settings/correct", { field: "name", value: mended(canary) }),
  },

  fillIn: {
    values: (canary) => ({ is: town(canary) }),
    ask: (base, session, canary) =>
      wish(base, session, "/settings/add", { field: "city", value: town(canary) }),
  },

  ...{ desks, look, sample, alarm, declareAge, childFound, choices, choose, process, disclose },
  ...{ authority, optOutWays, optOut, served },

  limit: (base, session, on) => wish(base, session, "/settings/limit", { on: on ? "yes" : "no" }),

  async warnings(base, session) {
    const talk = await submit(base, session, "/chat", {
      specialist: "marco",
      prompt: "Where does it rain least?",
    });
    const pages = await Promise.all(
      ["/chat", talk].map(async (path) => [path, await pageOf(await go(base, session, path))] as const),
    );
    return pages.flatMap(([path, page]) => {
      const place = path === "/chat" ? path : "/chat/:id";
      const fields = page.match(/<textarea[^>]*>/g) ?? [];
      return fields.map((field) => ({ place, missing: unwarned(page, field) }));
    });
  },

  async use(base, session, { token }) {
    const form = { specialist: "calliope", prompt: `Is ${token} a good title for my essay?` };
    const response = await go(base, session, "/chat", form);
    await response.body?.cancel();
    if (response.status === 303) return true;
    if (response.status === 403) return false;
    throw new Error(`the service answered \`/chat\` with status \`${response.status}\``);
  },
};
