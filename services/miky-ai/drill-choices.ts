/** How a canary says yes and no, and what the company does for a purpose meanwhile. */

import { type Canary, emailOf, go, type Session, submit } from "./drill-browser.ts";
import { atDesk, statusOf } from "./drill-desks.ts";

/** Written down here by hand, so that it is not what the app itself says. */
const BOX: Readonly<Record<string, string>> = {
  marketing: "marketing",
  "marketing-mails": "marketing",
  "service-mails": "transactional",
  "referral-messages": "referral",
  analytics: "analytics",
  "network-analysis": "network",
  training: "training",
};

export const choices = Object.keys(BOX).map((purpose) => ({
  purpose,
  ways: BOX[purpose] === "marketing" ? ["settings", "unsubscribe"] : ["settings"],
}));

export interface Choice {
  readonly purpose: string;
  readonly yes: boolean;
  readonly way: string;
  readonly messages: readonly { readonly purpose: string; readonly text: string }[];
}

/** Each box of the settings: all the others stay ticked. */
async function bySettings(base: string, session: Session, { token }: Canary, choice: Choice): Promise<void> {
  const on = [...new Set(Object.values(BOX))].filter((box) => choice.yes || box !== BOX[choice.purpose]);
  const form = {
    theme: "dark",
    interests: `${token}, sailing`,
    ...Object.fromEntries(on.map((box) => [box, "on"])),
  };
  await submit(base, session, "/settings/preferences", form);
}

/** As a mail program does it: one post to the link of the newest mail, without cookies and without a page. */
async function byLink(base: string, { purpose, messages }: Choice): Promise<void> {
  const link = messages
    .filter((mail) => BOX[mail.purpose] === BOX[purpose])
    .flatMap(({ text }) => text.match(/https?:\/\/\S*\/unsubscribe\/\S+/g) ?? [])
    .at(-1);
  if (link === undefined) throw new Error(`no mail for \`${purpose}\` has a link to leave by`);
  const answer = await fetch(new URL(new URL(link).pathname, base), {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(30_000),
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });
  const status = await statusOf(answer);
  if (status !== 200) throw new Error(`the link in a mail answered with status \`${status}\``);
}

export const choose = (base: string, session: Session, canary: Canary, choice: Choice): Promise<void> =>
  choice.way === "unsubscribe" && !choice.yes
    ? byLink(base, choice)
    : bySettings(base, session, canary, choice);

export async function process(
  base: string,
  _session: Session,
  canary: Canary,
  purpose: string,
): Promise<void> {
  const desk = await atDesk(base, "drill-operator");
  const form = { purpose, only: emailOf(canary), subject: "A trial", body: "This is a trial." };
  const status = await statusOf(await go(base, desk, "/staff/runs", form));
  if (status !== 200) throw new Error(`the service answered \`/staff/runs\` with status \`${status}\``);
}
