/** The measures, by name. A further one is a file here, an entry in core/commitments/proof.ts, and a line. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import type { Look } from "../../connector-kit/contract.ts";
import type { MeasureContext, Take } from "../context.ts";
import { acceptancesLooks, takeAcceptances } from "./acceptances.ts";
import { ageLooks, takeAge } from "./age.ts";
import { breachesLooks, takeBreaches } from "./breaches.ts";
import { consentedLooks, takeConsented } from "./consented.ts";
import { disclosedLooks, takeDisclosed } from "./disclosed.ts";
import { distinctLooks, takeDistinct } from "./distinct.ts";
import { takeDoors } from "./doors.ts";
import { takeDrill } from "./drill.ts";
import { endedLooks, takeEnded } from "./ended.ts";
import { takeFeasible } from "./feasible.ts";
import { figuresLooks, takeFigures } from "./figures.ts";
import { leftoverLooks, takeLeftover } from "./leftover.ts";
import { matchingLooks, takeMatching } from "./matching.ts";
import { noticesLooks, takeNotices } from "./notices.ts";
import { takeOverdue } from "./overdue.ts";
import { takePapers } from "./papers.ts";
import { takeSchema } from "./schema.ts";
import { takeValues, valuesLooks } from "./values.ts";

const TAKES: { readonly [M in Measure["measure"]]: Take<M> } = {
  schema: takeSchema,
  age: takeAge,
  leftover: takeLeftover,
  values: takeValues,
  distinct: takeDistinct,
  drill: takeDrill,
  overdue: takeOverdue,
  feasible: takeFeasible,
  doors: takeDoors,
  matching: takeMatching,
  notices: takeNotices,
  acceptances: takeAcceptances,
  consented: takeConsented,
  breaches: takeBreaches,
  disclosed: takeDisclosed,
  ended: takeEnded,
  figures: takeFigures,
  papers: takePapers,
};

function takeOf<M extends Measure["measure"]>(name: M): Take<M> {
  return TAKES[name];
}

export async function take(measure: Measure, context: MeasureContext): Promise<Reading> {
  const reading = await taken(measure, context);
  if (reading.reading !== "failed" || reading.denied !== true || !("collection" in measure)) return reading;
  // Whoever may not enter the store at all is told that, once, and not of each collection.
  if (!(await context.describe(reading.unreachable ?? measure.store)).ok) return reading;
  // A measure reads more than the collection that it is about: people, answers, rows behind figures.
  const about = reading.collection === undefined ? undefined : `${reading.unreachable}.${reading.collection}`;
  const at = about === undefined ? "" : `, when it was asked about \`${about}\``;
  return { ...reading, reason: `${reading.reason}${at}: \`avow grants\` says what the account needs` };
}

function taken(measure: Measure, context: MeasureContext): Promise<Reading> {
  // One call per member: the compiler follows which take belongs to which measure.
  switch (measure.measure) {
    case "schema":
      return takeOf("schema")(measure, context);
    case "age":
      return takeOf("age")(measure, context);
    case "leftover":
      return takeOf("leftover")(measure, context);
    case "values":
      return takeOf("values")(measure, context);
    case "distinct":
      return takeOf("distinct")(measure, context);
    case "drill":
      return takeOf("drill")(measure, context);
    case "overdue":
      return takeOf("overdue")(measure, context);
    case "feasible":
      return takeOf("feasible")(measure, context);
    case "notices":
      return takeOf("notices")(measure, context);
    case "doors":
      return takeOf("doors")(measure, context);
    case "matching":
      return takeOf("matching")(measure, context);
    case "acceptances":
      return takeOf("acceptances")(measure, context);
    case "consented":
      return takeOf("consented")(measure, context);
    case "breaches":
      return takeOf("breaches")(measure, context);
    case "disclosed":
      return takeOf("disclosed")(measure, context);
    case "ended":
      return takeOf("ended")(measure, context);
    case "figures":
      return takeOf("figures")(measure, context);
    case "papers":
      return takeOf("papers")(measure, context);
  }
}

/** What a measure would ask of its store, for a price; what reads no rows asks nothing that costs. */
export async function looksOf(
  measure: Measure,
  context: Pick<MeasureContext, "readers" | "describe" | "map">,
): Promise<readonly Look[]> {
  switch (measure.measure) {
    case "age":
      return ageLooks(measure, context);
    case "leftover":
      return leftoverLooks(measure, context);
    case "values":
      return valuesLooks(measure, context);
    case "distinct":
      return distinctLooks(measure, context);
    case "matching":
      return matchingLooks(measure, context);
    case "acceptances":
      return acceptancesLooks(measure, context);
    case "consented":
      return consentedLooks(measure, context);
    case "breaches":
      return breachesLooks(measure, context);
    case "disclosed":
      return disclosedLooks(measure, context);
    case "ended":
      return endedLooks(measure, context);
    case "figures":
      return figuresLooks(measure, context);
    case "notices":
      return noticesLooks(measure, context);
    default:
      return [];
  }
}
