import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { parseManifest } from "./manifest.ts";
import { pinIssues, pinOf } from "./pins.ts";

const mapOf = (erase: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    person: { email: email }
    fields: { id: system, email: user.contact.email, name: user.name }
    erase: ${erase}
`;
const read = (...texts: readonly string[]) =>
  must(readDataMap(texts.map((text, i) => ({ file: `${i}.yaml`, text }))).value, "the map is sound");
const pinned = (pin: string) =>
  must(
    parseManifest(
      `service: s\npolicy: p.md\nstores: { app: { connector: postgres, url: x, pin: '${pin}' } }\n`,
    ).value,
    "the manifest is sound",
  );
const app = (map: ReturnType<typeof read>) => must(map.stores[0], "one store");

test("the map that was pinned is let through, wherever it stands and beside whatever other", () => {
  const map = read(mapOf("delete"));
  const pin = pinOf(app(map));
  expect(pinIssues(pinned(pin), map)).toEqual([]);
  const other = mapOf("delete").replace("store: app", "store: log");
  expect(
    pinIssues(pinned(pin), read(mapOf("delete").replace("erase: delete", "erase:   delete"), other)),
  ).toEqual([]);
});

test("any other is refused, with the pin that would agree to it", () => {
  const pin = pinOf(app(read(mapOf("delete"))));
  const changed = read(mapOf("{ mask: { name: 'null' } }"));
  const [issue] = pinIssues(pinned(pin), changed);
  expect(issue).toMatchObject({ code: "pinned-map", severity: "error", file: "0.yaml" });
  expect(issue?.fix).toContain(pinOf(app(changed)));
  expect(pinIssues(pinned(pinOf(app(changed))), changed)).toEqual([]);
});

test("a pinned map that is gone is no way round", () => {
  const pin = pinOf(app(read(mapOf("delete"))));
  const [issue] = pinIssues(pinned(pin), { stores: [] });
  expect(issue?.message).toBe("the map of the store `app` is pinned, and there is none");
});

test("a pin that is none is said", () => {
  const { value, issues } = parseManifest(
    "service: s\npolicy: p.md\nstores: { app: { connector: postgres, pin: 'sha256:12' } }\n",
  );
  expect(value).toBe(null);
  expect(issues[0]?.message).toBe("`sha256:12` is no pin");
});
