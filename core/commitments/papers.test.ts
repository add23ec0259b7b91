/** What is proven by papers: attest and transfer. */
import { expect, test } from "vitest";
import { readStoreMap } from "../datamap/read.ts";
import { compilePolicy } from "../policy/compile.ts";
import { must } from "../terms/assert.ts";
import { kinds } from "./index.ts";
import { readPaper } from "./paper.ts";
import type { Judgement } from "./proof.ts";

const POLICY = `---
service: shop
version: 1
effective: 2025-01-01
locale: en
controller: { name: Shop, country: DE }
jurisdictions: [EU]
classes: { account: [user.contact] }
recipients:
  mailer: {}
  post: { name: Post, is: mailer, country: US }
  bank: { name: Bank, country: FR }
---
# Privacy

All of it.

\`\`\`commit
- id: walls
  attest: firewalls
  owner: Ada
  document: walls.pdf
  expires: 2027-06-30
- id: abroad
  transfer: all
  to: [US, FR]
  mechanisms: [scc, adequacy]
- id: mail-only
  transfer: all
  to: FR
  with: mailer
  mechanisms: [scc]
\`\`\`
`;
const MAP = `store: app
connector: postgres
country: DE
collections:
  users: { class: account, key: [id], person: { email: email }, fields: { id: system, email: user.contact.email } }
`;

const WALLS =
  "document: walls.pdf\nwhat: walls\nowner: Ada\ndate: 2026-01-01\nexpires: 2027-01-01\ncovers: walls\n";
const POST =
  "document: clauses\nwhat: clauses\nowner: Ada\ndate: 2026-01-01\nexpires: 2027-01-01\nrecipient: post\nmechanism: scc\n";

const paper = (front: string, path = "p.md") => readPaper(path, `---\n${front}---\ntext\n`);

function judge(
  id: string,
  fronts: readonly string[],
  change: { map?: string; faults?: boolean; now?: string } = {},
): Judgement {
  const compiled = compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds });
  const store = readStoreMap({ file: "app.yaml", text: change.map ?? MAP });
  const view = {
    policy: must(compiled.value, JSON.stringify(compiled.issues)),
    map: { stores: [must(store.value, JSON.stringify(store.issues))], hash: "" },
    now: new Date(change.now ?? "2026-06-01T00:00:00.000Z"),
  };
  const commitment = must(
    view.policy.commitments.find((c) => c.id === id),
    id,
  );
  const kind = must(
    kinds.find((k) => k.name === commitment.kind),
    id,
  );
  const papers = fronts.map((front) => {
    const read = paper(front);
    return must(read.value, JSON.stringify(read.issues));
  });
  const faults = change.faults === true ? [{ path: "p.md", fault: "the file beside it differs" }] : [];
  expect(kind.examine(commitment, view)).toEqual([{ measure: "papers", look: "metadata" }]);
  return kind.judge(commitment, view, [{ reading: "papers", papers, faults }]);
}

test("attest: a paper that holds is attested until its end, never kept", () => {
  expect(judge("walls", [WALLS])).toMatchObject({
    verdict: "attested",
    basis: "document",
    freshForMs: Date.parse("2027-01-01T23:59:59.999Z") - Date.parse("2026-06-01T00:00:00.000Z"),
  });
});

test.each([
  ["no paper", [], "there is no document `walls.pdf`"],
  ["run out", [WALLS.replace("2027-01-01", "2026-05-31")], "`walls.pdf` ran out on 2026-05-31"],
  ["still to come", [WALLS.replace("date: 2026-01-01", "date: 2026-06-02")], "which is still to come"],
  ["by another", [WALLS.replace("Ada", "Bob")], "is by `Bob`, where the policy names `Ada`"],
  [
    "covers another",
    [WALLS.replace("covers: walls", "covers: doors")],
    "does not say that it covers `walls`",
  ],
])("attest: %s is unproven", (_what, fronts, reason) => {
  expect(judge("walls", fronts)).toMatchObject({
    verdict: "unproven",
    reason: expect.stringContaining(reason),
  });
});

test("attest: a file that is not the one, and a policy that has run out itself, are unproven; withdrawn is broken", () => {
  expect(judge("walls", [WALLS], { faults: true }).verdict).toBe("unproven");
  const late = WALLS.replace("2027-01-01", "2030-01-01");
  expect(judge("walls", [late], { now: "2027-07-01T00:00:00.000Z" }).reason).toContain(
    "until 2027-06-30 only",
  );
  expect(judge("walls", [`${WALLS}withdrawn: 2026-05-01\n`])).toMatchObject({
    verdict: "broken",
    reason: "Ada no longer vouches for it: `walls.pdf` was withdrawn on 2026-05-01",
  });
  expect(judge("walls", [`${WALLS}withdrawn: 2026-07-01\n`]).verdict).toBe("attested");
  // Whoever has signed anew vouches again.
  expect(judge("walls", [`${WALLS}withdrawn: 2026-05-01\n`, WALLS]).verdict).toBe("attested");
});

test("transfer: within one law no paper is asked for; across, one that holds and is recognised", () => {
  const bank = POST.replace("post", "bank");
  expect(judge("abroad", [POST, bank])).toMatchObject({
    verdict: "kept",
    basis: "document",
    examined: 2,
    population: 2,
  });
  const certified = POST.replace("scc", "adequacy");
  expect(judge("abroad", [`${certified}status: dpf-certified\n`, bank]).verdict).toBe("kept");
  expect(judge("abroad", [certified, bank])).toMatchObject({
    verdict: "broken",
    reason: expect.stringContaining("only for recipients that are `dpf-certified`"),
  });
});

test.each([
  ["no paper at all", [], "unproven", "no document says by which mechanism data goes to Post"],
  ["run out", [POST.replace("2027-01-01", "2026-05-31")], "broken", "without a mechanism: `clauses` ran out"],
  ["withdrawn", [`${POST}withdrawn: 2026-02-01\n`], "broken", "was withdrawn on 2026-02-01"],
  ["a mechanism that the policy does not name", [POST.replace("scc", "bcr")], "broken", "names `bcr`"],
])("transfer: %s", (_what, fronts, verdict, reason) => {
  const bank = POST.replace("post", "bank");
  expect(judge("abroad", [...fronts, bank])).toMatchObject({
    verdict,
    reason: expect.stringContaining(reason),
  });
});

test("transfer: a country that the policy does not name is broken; a store whose country nobody said is open", () => {
  expect(judge("mail-only", [POST])).toMatchObject({
    verdict: "broken",
    reason: "Post is in US, where the policy lets nothing go",
  });
  const bank = POST.replace("post", "bank");
  expect(judge("abroad", [POST, bank], { map: MAP.replace("country: DE\n", "") }).reason).toContain(
    "does not say in which country the store `app` is",
  );
  expect(judge("abroad", [POST, bank], { map: MAP.replace("country: DE", "country: CN") }).reason).toBe(
    "the store `app` is in CN, where the policy lets nothing go",
  );
});

test.each([
  ["no front matter", "text", "does not begin with `---`"],
  ["an unknown key", `---\n${WALLS}colour: red\n---\n`, "unknown key `colour`"],
  ["no owner", `---\n${WALLS.replace("owner: Ada\n", "")}---\n`, "`owner` is missing"],
  ["a file without its hash", `---\n${WALLS}file: walls.pdf\n---\n`, "is no file by itself"],
  ["a path", `---\n${WALLS}file: ../walls.pdf\nsha256: ${"0".repeat(64)}\n---\n`, "is no name of a file"],
])("a paper with %s is not read", (_what, source, message) => {
  const { value, issues } = readPaper("p.md", source);
  expect([value, issues[0]?.message]).toEqual([null, expect.stringContaining(message)]);
});
