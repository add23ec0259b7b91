import { expect, test } from "vitest";
import { redact } from "./redact.ts";

const KNOWN = ["Zoë O'Neill", "zoe.oneill@mail.example", null, "Via Roma 7"];

test.each([
  ["write to Zoe.ONeill@mail.example or zoë", "write to [address] or [name]"],
  ["call +44 7700 900-123, born 28.02.1990", "call [number], born [number]"],
  ["see https://miky.example/u/zoe?x=1 please", "see [link] please"],
  ["my name is Ada Lovelace and I sail", "my name is [name] and I sail"],
  ["the key sk_abcdefghijklmnop1234", "the key [key]"],
  ["from 192.0.2.17 and 2001:db8::1", "from [number] and [number]"],
  ["what is 12 * 7?", "what is 12 * 7?"],
])("%s", (text, left) => {
  expect(redact(text, KNOWN)).toBe(left);
});

test.each([
  [["王伟"], "我是王伟，住在罗马", "我是[name]，住在罗马"],
  [["Bo Li"], "Bo Li here; bo  li again, Li, Bo last", "[name] here; [name] again, [name] last"],
  [["Bo Li"], "the turbo lift, a bo and a li", "the turbo lift, a bo and a li"],
  [["Jose\u0301 Sa\u0301"], "ask José or Jose\u0301 Sá", "ask [name] or [name]"],
  [["José"], "ask Jose\u0301", "ask [name]"],
  [["प्रिया"], "मैं प्रिया हूँ और यहाँ रहती हूँ", "मैं [name] हूँ और यहाँ रहती हूँ"],
])("names of %j: %s", (known, text, left) => {
  expect(redact(text, known)).toBe(left);
});
