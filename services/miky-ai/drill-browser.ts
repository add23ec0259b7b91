/** A canary's browser: cookies, forms, redirects. Nothing that anybody's browser could not do. */
export interface Canary {
  /** Letters and digits; the same in lower case. */
  readonly token: string;
}

/** Cookies of the canary's browser, and the links that the service gave it for its requests. */
export interface Session {
  readonly cookies: Record<string, string>;
  readonly links: Record<string, string>;
  readonly password: string;
}

const TIMEOUT_MS = 30_000;

export async function go(
  base: string,
  session: Session,
  path: string,
  form?: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const cookie = Object.entries(session.cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
  const response = await fetch(new URL(path, base), {
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { cookie, origin: new URL(base).origin, "user-agent": "canary", ...more },
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) delete session.cookies[name];
    else session.cookies[name] = value;
  }
  return response;
}

/** Sends a form and follows to where it leads; anything but a redirect means that the service refused. */
export async function submit(
  base: string,
  session: Session,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await go(base, session, path, form);
  await response.body?.cancel();
  const to = response.headers.get("location");
  if (response.status !== 303 || to === null)
    throw new Error(`the service answered \`${path}\` with status \`${response.status}\``);
  return to;
}

export const pageOf = async (response: Response): Promise<string> => (response.ok ? response.text() : "");

/** What a canary signs up with follows from its token: it can be signed in again when all else was lost. */
export const passwordOf = ({ token }: Canary): string => `canary ${token} canary`;
export const emailOf = ({ token }: Canary): string => `canary.${token}@canary.example`.toLowerCase();

export const signUpForm = (
  canary: Canary,
  { born, country }: { readonly born: string; readonly country: string },
) => ({
  name: `Canary ${canary.token}`,
  email: emailOf(canary),
  password: passwordOf(canary),
  born,
  country,
  marketing: "on",
});
