import { expect, test } from "vitest";
import { redactDocument } from "./document.ts";

const path = (head: readonly string[], each: readonly string[] | null = null) => ({
  column: "doc",
  head,
  each,
});
const NOTHING = { withheld: [], hidden: [], elements: [] };

test("what is hidden goes, the rest stays as it is written", () => {
  const text =
    '{"user": {"id": 9007199254740993, "é\\"q": "n1"}, "list": [{"id": 7.0, "token": "t"}, {"id": "8"}], "__proto__": 1, "n": null}';
  const shown = redactDocument(text, {
    withheld: [path(["list"], ["token"])],
    hidden: [path(["user", 'é"q']), path(["nothing", "here"]), path(["n"])],
    elements: [{ path: path(["list"], ["id"]), at: new Set([1]) }],
  });
  expect(shown).toBe(
    '{"user":{"id":9007199254740993,"é\\"q":"[somebody else]"},"list":[{"id":7.0,"token":"[held, not given out]"},"[somebody else]"],"__proto__":1,"n":null}',
  );
});

test("a document that is a list; text that is no document", () => {
  const elements = [{ path: path([], []), at: new Set([0, 2]) }];
  expect(redactDocument('[1, "s1", -2.5e3]', { ...NOTHING, elements })).toBe(
    '["[somebody else]","s1","[somebody else]"]',
  );
  expect(redactDocument("{no json", { ...NOTHING, elements })).toBe("[somebody else]");
  expect(redactDocument("{no json", NOTHING)).toBe("{no json");
});
