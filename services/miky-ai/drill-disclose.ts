/** How the company gives a canary's data to somebody, with or without what the policy asks for first. */

import { type Canary, emailOf, go, pageOf, type Session } from "./drill-browser.ts";
import { atDesk } from "./drill-desks.ts";

export interface Disclosure {
  readonly to: string;
  readonly lacks: string | null;
  readonly mark: string;
}

/** What each of the policy's conditions is at the desk: left out, the condition is missing. */
const WITHOUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "listed-reason": { ground: "curiosity" },
  "recorded-reason": { asked: "" },
  "business-transfer": { ground: "curiosity" },
  "recorded-protections": { protections: "" },
};

export async function disclose(
  base: string,
  _session: Session,
  canary: Canary,
  what: Disclosure,
): Promise<boolean> {
  const { to, lacks, mark } = what;
  const form = {
    email: emailOf(canary),
    recipient: to,
    ground: to === "successor" ? "merger" : "legal-process",
    asked: `Court ${mark}`,
    protections: "the same policy, and nobody else",
    ...(lacks === null ? {} : WITHOUT[lacks]),
  };
  const desk = await atDesk(base, "drill-support");
  const entered = await go(base, desk, "/staff/disclosures", form);
  await entered.body?.cancel();
  const place = entered.headers.get("location");
  if (entered.status !== 303 || place === null) return false;
  if (lacks !== "approval") {
    const other = await atDesk(base, "drill-operator");
    const approved = await go(base, other, place.replace("disclosures", "approvals"), {});
    await approved.body?.cancel();
  }
  return (await pageOf(await go(base, desk, place, {}))).includes(canary.token);
}
