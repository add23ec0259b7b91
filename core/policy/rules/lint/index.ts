/** All lint rules, and the run of them over one policy. */
import { byPlace, type Issue } from "../../../terms/issue.ts";
import type { Policy } from "../../model.ts";
import { latticeOf } from "../../words/lattice.ts";
import { ageLaxer } from "./age-laxer.ts";
import { aggregateWithoutK } from "./aggregate-without-k.ts";
import { attestationExpired } from "./attestation-expired.ts";
import { backupsUnsaid } from "./backups-unsaid.ts";
import { basisNotInLaw } from "./basis-not-in-law.ts";
import { breachLaxer } from "./breach-laxer.ts";
import { classNeverCollected } from "./class-never-collected.ts";
import { classUnused } from "./class-unused.ts";
import { classWithoutRetention } from "./class-without-retention.ts";
import { consentUnasked } from "./consent-unasked.ts";
import { consentWithoutWithdrawal } from "./consent-without-withdrawal.ts";
import { contradiction } from "./contradiction.ts";
import { cookiesBeforeConsent } from "./cookies-before-consent.ts";
import { deadlineLaxer } from "./deadline-laxer.ts";
import { eraseWithoutException } from "./erase-without-exception.ts";
import { exceptionKeepsNothing } from "./exception-keeps-nothing.ts";
import { figureDiffers } from "./figure-differs.ts";
import { heldBackRule } from "./held-back.ts";
import { interestsWithoutObjection } from "./interests-without-objection.ts";
import { noContact } from "./no-contact.ts";
import { noEffectiveDate } from "./no-effective-date.ts";
import { noJurisdiction } from "./no-jurisdiction.ts";
import { purposeWithoutBasis } from "./purpose-without-basis.ts";
import { retentionConflict } from "./retention-conflict.ts";
import { rightMissing } from "./right-missing.ts";
import type { Rule } from "./rule.ts";
import { saidTwice } from "./said-twice.ts";
import { shareWithAnyone } from "./share-with-anyone.ts";
import { specialCategory } from "./special-category.ts";
import { transferWithoutMechanism } from "./transfer-without-mechanism.ts";
import { unusedWord } from "./unused-word.ts";
import { wayWithoutAddress } from "./way-without-address.ts";

export const RULES: readonly Rule[] = [
  contradiction,
  figureDiffers,
  heldBackRule,
  retentionConflict,
  exceptionKeepsNothing,
  eraseWithoutException,
  classUnused,
  classWithoutRetention,
  classNeverCollected,
  purposeWithoutBasis,
  basisNotInLaw,
  consentWithoutWithdrawal,
  consentUnasked,
  interestsWithoutObjection,
  specialCategory,
  rightMissing,
  deadlineLaxer,
  breachLaxer,
  ageLaxer,
  transferWithoutMechanism,
  wayWithoutAddress,
  noContact,
  cookiesBeforeConsent,
  shareWithAnyone,
  unusedWord,
  attestationExpired,
  noEffectiveDate,
  noJurisdiction,
  aggregateWithoutK,
  backupsUnsaid,
  saidTwice,
];

/** `further` are other locales of the policy. The law that counts is that of the day when the policy takes effect, or of `today` where that is not said or past. */
export function lint(policy: Policy, today: Date, further: readonly Policy[] = []): readonly Issue[] {
  const effective = policy.effective === "unknown" ? today : new Date(`${policy.effective}T00:00:00Z`);
  const on = effective > today ? effective : today;
  const view = { policy, lattice: latticeOf(policy), on, today };
  const prose = RULES.filter((rule) => rule.ofProse === true);
  return [
    ...RULES.flatMap((rule) => rule.find(view)),
    ...further.flatMap((other) => prose.flatMap((rule) => rule.find({ ...view, policy: other }))),
  ].sort(byPlace);
}
