/** A small policy and map, and what is judged of them when everything is as it should be, but for what a test changes. */
import { readStoreMap } from "../datamap/read.ts";
import { compilePolicy } from "../policy/compile.ts";
import { must } from "../terms/assert.ts";
import { kinds } from "./index.ts";
import type { Judgement, LiveField, Measure, NamedPeople, Reading } from "./proof.ts";

const POLICY = `---
service: shop
version: 1
effective: 2025-01-01
locale: en
controller: { name: Shop }
jurisdictions: [EU]
classes: { account: [user.contact], order: [user.financial], sums: [system], extra: [user.name], trace: [user.behavior, user.location.imprecise], place: [user.behavior, user.location] }
purposes: { news: [marketing], mail-news: [marketing.communications.email], counting: [analytics], guessing: [analytics] }
recipients: { authority: {}, carrier: {}, broker: {} }
conditions: { recorded: it is on record why }
---
# Privacy

All of it.

\`\`\`commit
- id: listed
  collect: [account, order]
  closed: true
- id: orders-listed
  collect: order
  from: third_party
  sources: [stripe]
- id: roughly
  collect: trace
- id: exactly
  collect: place
- id: year
  retain: [account, order, sums]
  for: P1Y
  from: creation
- id: hour
  retain: order
  for: PT1H
  from: creation
- id: year-after-contract
  retain: order
  for: P1Y
  from: contract_end
- id: year-after-end
  retain: order
  for: P1Y
  from: closure
- id: year-after-visit
  retain: order
  for: P1Y
  from: last_visit
- id: sums-for-ever
  retain: sums
  for: indefinitely
- id: orders-for-ever
  retain: order
  for: indefinitely
- id: sums-of-ten
  deidentify: sums
  method: aggregate
  k: 10
- id: orders-without-names
  deidentify: order
  method: remove
- id: much-without-names
  deidentify: [order, account]
  method: remove
  for: [counting, guessing]
- id: all-without-names
  deidentify: all
  method: remove
- id: no-cards
  protect: all
  by: absence
  values: [card_number]
- id: warned
  protect: order
  by: warning
- id: on-its-way
  protect: all
  by: transport
  standard: TLS 1.3
- id: by-role
  protect: all
  by: roles
- id: told
  notify: people
  on: material_change
  by: [email, platform]
- id: told-before
  notify: people
  on: material_change
  before: true
- id: told-of-breaches
  notify: affected
  on: breach
  within: PT72H
- id: with-reason
  protect: all
  by: need_to_know
- id: encrypted
  protect: all
  by: encryption
- id: leave
  right: [access, erase]
  ways: [settings]
- id: leave-by-mail
  right: erase
  ways: [email]
- id: gone-in-a-month
  right: erase
  ways: [settings]
  within: P30D
  from: [request, closure]
  except: books
- id: gone-in-a-month-once-asked
  right: erase
  ways: [settings]
  within: P30D
- id: gone-in-a-month-or-three
  right: erase
  ways: [settings]
  within: P30D
  extend: P3M
  from: [closure, request]
- id: gone-in-a-month-there
  right: erase
  ways: [settings]
  within: P30D
  from: [request, closure]
  in: EU
- id: gone-if-recorded
  right: erase
  ways: [settings]
  within: P30D
  from: [request, closure]
  if: recorded
- id: books
  retain: order
  for: P7Y
  from: creation
  keeps: { why: law, reason: tax }
- id: correct
  right: [erase, rectify]
  ways: [settings]
- id: take-back
  right: withdraw
  ways: [settings]
- id: binds
  accept: this policy
  by: use
- id: binds-on
  accept: a new version
  by: continued_use
- id: news-if-asked
  consent: news
- id: sums-unless-no
  consent: counting
  opt: out
- id: cookies-if-asked
  consent: analytics
  to: store
- id: to-authorities
  share: all
  with: authority
  if: recorded
- id: to-nobody
  share: all
  with: broker
  never: true
- id: to-carriers
  share: order
  with: carrier
- id: for-counting
  use: counting
- id: never-for-guessing
  use: guessing
  never: true
- id: object
  right: [erase, object]
  ways: [settings]
- id: no-sale
  right: opt-out
  ways: settings
  without: worse_service
- id: seen-and-served
  right: access
  ways: settings
  without: worse_service
- id: to-the-authority
  right: complain
  ways: form
  to: authority
- id: both-and-served
  right: [access, opt-out]
  ways: settings
  without: worse_service
- id: to-authorities-elsewhere
  right: complain
  ways: form
  to: authority
  in: [SM, IN, AR]
- id: to-us
  right: complain
  ways: form
- id: letters
  contact: officer
  by: post
  address: 1 Shop Street
- id: mails
  contact: officer
  by: email
  address: ada@shop.example
- id: nowhere
  contact: officer
  by: post
  address: unknown
\`\`\`
`;

export const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email, made: system }
    anchors: { creation: made }
  orders:
    class: order
    owner: email -> users.email
    source: via
    fields: { id: system, email: user.financial, via: system, made: system }
    anchors: { creation: made }
  days:
    class: sums
    figures: { people: people, day: day, rows: sum, from: orders }
    fields: { day: system, sum: system, people: system }
`;

const NOW = new Date("2026-06-01T00:00:00.000Z");

function view(mapText = MAP) {
  const compiled = compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds });
  const store = readStoreMap({ file: "app.yaml", text: mapText });
  return {
    policy: must(compiled.value, JSON.stringify(compiled.issues)),
    map: { stores: [must(store.value, JSON.stringify(store.issues))], hash: "" },
    now: NOW,
  };
}

type OfPeople = Extract<Measure, { measure: "acceptances" | "breaches" | "disclosed" | "consented" }>;

const NOBODY: NamedPeople = { without: [], untimely: [], by: {} };

const goodOfPeople = (measure: OfPeople): Reading => {
  switch (measure.measure) {
    case "acceptances":
      return {
        reading: "acceptances",
        people: 5,
        examined: 5,
        accepted: 5,
        untimely: 0,
        ways: { [measure.who === "came since" ? "use" : "continued_use"]: 5 },
        named: NOBODY,
      };
    case "breaches":
      return {
        ...{ reading: "breaches", incidents: 2, running: 0, unclear: 0, people: 7, examined: 7 },
        ...{ untold: 0, late: 0, incomplete: 0, nextDueMs: null, unbound: [], evidence: [] },
      };
    case "disclosed":
      return { reading: "disclosed", rows: 3, examined: 3, lacking: {}, early: {}, evidence: [] };
    case "consented":
      return {
        ...{ reading: "consented", uses: 6, examined: 6, against: 0, nobodys: 0, answers: 4, bundled: 0 },
        evidence: [],
      };
  }
};

const good = (measure: Measure): Reading => {
  switch (measure.measure) {
    case "schema":
      return { reading: "schema", unmapped: [], missing: [], fields: 9 };
    case "age":
      return {
        reading: "age",
        oldest: "2026-01-01T00:00:00.000Z",
        before: 0,
        undated: 0,
        rows: 10,
        evidence: [],
      };
    case "leftover":
      return {
        ...{ reading: "leftover", people: 3, examined: 3, leaving: 0, returned: 0, unclear: 0 },
        ...{ found: [], stopped: null, evidence: [] },
      };
    case "values":
      return { reading: "values", examined: 10, population: 10, partial: false, found: 0, evidence: [] };
    case "distinct":
      return { reading: "distinct", values: [{ value: "stripe", rows: 10 }], rows: 10 };
    case "drill":
      return {
        reading: "drill",
        at: "2026-05-30T00:00:00.000Z",
        passed: true,
        detail: "",
        freshForMs: 1000,
        ...{ stale: null, proves: [] },
      };
    case "overdue":
      return { reading: "overdue", open: 1, waiting: 0, overdue: 0, closed: 3 };
    case "feasible":
      return { reading: "feasible", faults: [] };
    case "notices":
      return {
        reading: "notices",
        people: 5,
        examined: 5,
        told: 5,
        late: 0,
        ways: { email: 4, platform: 1 },
        named: NOBODY,
      };
    case "acceptances":
    case "breaches":
    case "disclosed":
    case "consented":
      return goodOfPeople(measure);
    case "doors":
      return {
        reading: "doors",
        doors: [{ url: "https://shop.example", newest: "TLSv1.3", older: null }],
        stores: [{ store: "app", way: "local" }],
      };
    case "matching":
      return { reading: "matching", rows: 0, population: 4, nullable: [] };
    case "ended":
      return { reading: "ended", rows: 2, undated: 0, evidence: [] };
    case "figures":
      return { reading: "figures", rows: 5, examined: 5, few: 0, wrong: 0, confirmed: 3, evidence: [] };
    case "papers":
      return { reading: "papers", papers: [], faults: [] };
  }
};

/** What is judged when everything is as it should be, but for what `change` says of some measures. */
export function judge(
  id: string,
  change: (m: Measure) => Partial<Reading> | null = () => null,
  mapText = MAP,
): Judgement {
  const seen = view(mapText);
  const commitment = must(
    seen.policy.commitments.find((c) => c.id === id),
    id,
  );
  const kind = must(
    kinds.find((k) => k.name === commitment.kind),
    commitment.kind,
  );
  const readings = kind.examine(commitment, seen).map((m): Reading => {
    const changed = change(m);
    return changed?.reading === "failed"
      ? { reading: "failed", reason: "away" }
      : Object.assign(good(m), changed);
  });
  return kind.judge(commitment, seen, readings);
}

export const on =
  (measure: Measure["measure"], reading: Partial<Reading>, collection?: string) => (m: Measure) =>
    m.measure === measure && (collection === undefined || ("collection" in m && m.collection === collection))
      ? reading
      : null;
export const live = (collection: string, field: string): LiveField => ({
  store: "app",
  collection,
  field,
  type: "text",
});
export const unmapped = (...fields: LiveField[]) => on("schema", { unmapped: fields });
