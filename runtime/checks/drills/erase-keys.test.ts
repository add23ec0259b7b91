/** What an erasure may leave: keys of rows that are masked and stay, a tenant's part of a key, and what is too short to be anybody's own. */
import { createHash } from "node:crypto";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import type { DrillAdapter } from "../drill-adapter.ts";
import { rowsIn } from "../measures/testing/rows-in.ts";
import { drillsFor } from "./index.ts";
import type { Stage, Verdict } from "./stage.ts";

const TEXT =
  "---\nservice: notes\nversion: 1\neffective: 2025-01-01\nlocale: en\ncontroller: { name: Notes }\n---\n# Privacy\n\nNothing.\n";
const policy = must(
  compilePolicy({ file: "policy.md", text: TEXT, lock: null, kinds }).value,
  "the policy is sound",
);
const TOKEN = "canary0a1b2c";
const EMAIL = `${TOKEN}@x.example`;
const ID = "0190a1b2-0000-4000-8000-00000000c0de";
const TENANT = "0190a1b2-0000-4000-8000-0000000f1f1f";
const UUIDS: ReadonlySet<string> = new Set(["id", "who", "tenant"]);

type Row = Record<string, string | null>;
type World = Record<string, Row[]>;

const mapOf = (collections: string) =>
  must(
    readDataMap([{ file: "app.yaml", text: `store: app\nconnector: postgres\ncollections:\n${collections}` }])
      .value,
    "sound",
  );

const never = async (): Promise<never> => Promise.reject(new Error("not asked for in this test"));

/** UUIDs in fields of their own type, or in texts: a search for texts goes past the former. */
function storeOf(
  w: World,
  { map, typed }: { readonly map: Stage["map"]; readonly typed: boolean },
): Pick<Connector, "describe" | "search" | "read" | "count"> {
  const typeOf = (name: string): string => (typed && UUIDS.has(name) ? "uuid" : "text");
  return {
    ...rowsIn(w),
    describe: async () => ({
      ok: true,
      value: {
        collections: must(map.stores[0], "one store").collections.map((c) => ({
          ...{ name: c.name, rowsEstimate: null, primaryKey: ["id"], uniques: [], foreignKeys: [] },
          indexes: [],
          fields: c.fields.map(({ name }) => ({
            ...{ name, type: typeOf(name), nullable: true, generated: false },
          })),
        })),
      },
    }),
    search: async ({ collection, fields, pattern }) => {
      const rows = w[collection] ?? [];
      const hits = rows.flatMap((row, i) =>
        fields
          .filter((f) => new RegExp(pattern).test(row[f] ?? ""))
          .map((field) => ({ field, key: [String(i)], value: "" })),
      );
      return { ok: true, value: { examined: rows.length, population: rows.length, partial: false, hits } };
    },
  };
}

interface Given {
  readonly collections: string;
  readonly world: World;
  readonly identities?: Readonly<Record<string, string>>;
  readonly typed?: boolean;
  readonly erased: (w: World) => void;
}

function erase({ collections, world, erased, identities, typed = true }: Given): Promise<Verdict> {
  const map = mapOf(collections);
  const adapter: DrillAdapter = {
    ...{ signUp: never, signIn: never, populate: never, archive: never, cleanup: never },
    requestRight: async (_base, _session, right) => {
      erased(world);
      return right;
    },
    status: async () => "closed",
  };
  return must(drillsFor(adapter, ["erase"])[0], "the drill").run({
    ...{ adapter, base: "http://127.0.0.1:1", map, policy, token: TOKEN, session: 1 },
    readers: { app: Object.assign<Connector, object>(Object.create(null), storeOf(world, { map, typed })) },
    identities: identities ?? { email: EMAIL },
    traces: new Map([["app.people", new Set(["email"])]]),
    ...{ now: () => new Date("2026-06-01T12:00:00.000Z"), onStep: () => undefined, waitMsMax: 10 },
  });
}

const NOTHING = { passed: true, detail: "nothing of the canary is left in any store" };

const masked = (more: Partial<Given> & { readonly link?: string } = {}): Promise<Verdict> =>
  erase({
    collections: `  people:
    class: account
    person: { email: email }
    fields: { id: user.unique_id, email: user.contact.email }
    erase: { mask: { email: "null" } }
  orders:
    class: order
    owner: who -> people.id
    fields: { id: system, who: user.unique_id, name: user.name }
    erase: { mask: { name: "null"${more.link === undefined ? "" : `, who: ${more.link}`} } }
  log: { class: system, key: [id], fields: { id: system, who: system, text: system } }
`,
    world: {
      people: [{ id: ID, email: EMAIL }],
      orders: [{ id: "1", who: ID, name: `Canary ${TOKEN}` }],
      log: [{ id: "1", who: null, text: "hello" }],
    },
    erased: (w) => {
      Object.assign(must(w["people"]?.[0], "the canary"), { email: null });
      Object.assign(must(w["orders"]?.[0], "its order"), { name: null });
    },
    ...more,
  });

test.each([true, false])(
  "a masked account keeps its key, and its masked orders their link (UUIDs: %s)",
  async (typed) => {
    expect(await masked({ typed })).toEqual(NOTHING);
  },
);

test.each([
  ["who", "by its key in another field"],
  ["text", "by its key in a text"],
])("what is left elsewhere, in `%s` %s, is a trace", async (field) => {
  const erased = (w: World): void => {
    Object.assign(must(w["people"]?.[0], "the canary"), { email: null });
    Object.assign(must(w["orders"]?.[0], "its order"), { name: null });
    Object.assign(must(w["log"]?.[0], "a line"), { [field]: ID });
  };
  expect((await masked({ erased })).detail).toBe(`traces are left in \`app.log.${field}\``);
});

test("a link that the map masks is a trace where it is left", async () => {
  expect((await masked({ link: '"null"' })).detail).toBe("traces are left in `app.orders.who`");
});

test("a masked row that names the person by an address names the person", async () => {
  const verdict = await erase({
    collections: `  people:
    class: account
    person: { email: email }
    fields: { id: user.unique_id, email: user.contact.email }
    erase: { mask: { email: "null" } }
  orders:
    class: order
    owner: mail -> people.email
    fields: { id: system, mail: user.contact.email, name: user.name }
    erase: { mask: { name: "null" } }
`,
    world: {
      people: [{ id: ID, email: EMAIL }],
      orders: [{ id: "1", mail: EMAIL, name: "Canary" }],
    },
    erased: (w) => {
      Object.assign(must(w["people"]?.[0], "the canary"), { email: null });
      Object.assign(must(w["orders"]?.[0], "its order"), { name: null });
    },
  });
  expect(verdict.detail).toBe("traces are left in `app.orders.mail`");
});

const tenants = (left: (w: World) => void): Promise<Verdict> =>
  erase({
    collections: `  people:
    class: account
    key: [tenant, id]
    person: { email: email }
    fields: { tenant: system, id: user.unique_id, email: user.contact.email }
  notes:
    class: note
    links: [{ role: owner, from: [tenant, who], to: { collection: people, fields: [tenant, id] } }]
    fields: { id: system, tenant: system, who: user.unique_id, body: user.content }
`,
    world: {
      people: [
        { tenant: TENANT, id: ID, email: EMAIL },
        { tenant: TENANT, id: TENANT.replace("f1f1f", "12345"), email: "ann@x.example" },
      ],
      notes: [{ id: "1", tenant: TENANT, who: "somebody else", body: "hello" }],
    },
    typed: false,
    erased: (w) => {
      w["people"]?.shift();
      left(w);
    },
  });

test("the tenant's part of a key is in everybody's rows, the person's own is not", async () => {
  expect(await tenants(() => undefined)).toEqual(NOTHING);
  const copied = (w: World) => void Object.assign(must(w["notes"]?.[0], "a note"), { body: `by ${ID}` });
  expect((await tenants(copied)).detail).toBe("traces are left in `app.notes.body`");
});

const called = (user: string, text: string): Promise<Verdict> =>
  masked({
    identities: { email: EMAIL, user },
    erased: (w) => {
      Object.assign(must(w["people"]?.[0], "the canary"), { email: null });
      Object.assign(must(w["orders"]?.[0], "its order"), { name: null });
      Object.assign(must(w["log"]?.[0], "a line"), { text });
    },
  });

test("what is made of a few signs, or of none, is found anywhere and is nobody's", async () => {
  expect(await called("42", "a candidate")).toEqual(NOTHING);
  expect(await called("", "a candidate")).toEqual(NOTHING);
  expect(await called("  ", "a candidate")).toEqual(NOTHING);
  const sum = createHash("md5").update("a-user-of-16-signs").digest("hex");
  expect((await called("a-user-of-16-signs", sum)).detail).toBe("traces are left in `app.log.text`");
});
