/** The law as dated tables, and the questions that they answer. Not legal advice; what is covered and what is not: spec/law.md. */
export { ageOn, consentAge } from "./age.ts";
export { bases, mayRestOn } from "./basis.ts";
export { type BreachClock, type BreachDue, breachClock } from "./breach.ts";
export { addBusinessDays, type Ending, endOf, type Holidays, laterThan, type Period } from "./calendar.ts";
export { type CookieAnswer, cookieConsent, signalsIn } from "./cookie.ts";
export {
  authorityOf,
  jurisdiction,
  jurisdictionCodes,
  placeNamed,
  placesAround,
  regimesOf,
  within,
} from "./jurisdiction.ts";
export { retentionsIn } from "./retention.ts";
export { RIGHTS, type RightName } from "./rights.table.ts";
export { type Deadlines, type Due, deadlineFor, laxerThanLaw, rightsIn } from "./rights.ts";
export type { Day, Found } from "./row.ts";
export { type Adequacy, adequate, mechanismsOf, type RecipientStatus, recognised } from "./transfer.ts";
