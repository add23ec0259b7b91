import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { afterMsOf, headersOf, keysOf, whyNoAddress } from "./webhook.ts";

const SECRET = `whsec_${Buffer.from("0123456789abcdefghijklmn").toString("base64")}`;

test("a secret is `whsec_` and 24 to 64 bytes in Base64", () => {
  expect(keysOf(SECRET)?.map(String)).toEqual(["0123456789abcdefghijklmn"]);
  const ofBytes = (n: number): string => `whsec_${Buffer.alloc(n, 1).toString("base64")}`;
  expect([23, 24, 64, 65].map((n) => keysOf(ofBytes(n)) !== null)).toEqual([false, true, true, false]);
  const none = ["", "whsec_", SECRET.slice(6), `${SECRET}!`, `${SECRET} `, `${SECRET} x`];
  expect(none.map(keysOf)).toEqual(none.map(() => null));
  expect(keysOf(`${SECRET} ${ofBytes(32)}`)?.map((k) => k.length)).toEqual([24, 32]);
  expect(keysOf(Array(5).fill(SECRET).join(" "))).toBe(null);
});

test("while a secret is changed for another, what is sent is signed by both", () => {
  const keys = [Buffer.alloc(24, 1), Buffer.alloc(24, 2)];
  const [at, message] = [new Date(1_700_000_000_000), { id: "msg_1", body: "{}" }];
  const each = keys.map((key) => headersOf(message, [key], at)["webhook-signature"]);
  expect(new Set(each).size).toBe(2);
  expect(headersOf(message, keys, at)["webhook-signature"]).toBe(each.join(" "));
});

test("a receiver says when to ask again in seconds or with a date; what can not be read says nothing, and a day is the most", () => {
  const now = new Date("2026-06-01T12:00:00Z");
  const said = ["120", " 7 ", "Mon, 01 Jun 2026 12:01:00 GMT", "Mon, 01 Jun 2026 11:00:00 GMT", "999999999"];
  expect(said.map((s) => afterMsOf(s, now))).toEqual([120_000, 7_000, 60_000, 0, 86_400_000]);
  expect([null, "", "soon", "-5 x"].map((s) => afterMsOf(s, now))).toEqual([null, null, null, null]);
});

test("what is signed is the id, the time in seconds and the body, as they are sent", () => {
  const keys = keysOf(SECRET) ?? [];
  const headers = headersOf({ id: "msg_1", body: '{"a":"ü"}' }, keys, new Date(1_700_000_000_999));
  const signed = createHmac("sha256", "0123456789abcdefghijklmn").update('msg_1.1700000000.{"a":"ü"}');
  expect(headers).toMatchObject({
    "webhook-id": "msg_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": `v1,${signed.digest("base64")}`,
  });
});

test("alerts leave the machine encrypted, and without a password in the address", () => {
  expect(["https://a.example/x", "http://127.0.0.1:9/x", "http://localhost/x"].map(whyNoAddress)).toEqual([
    null,
    null,
    null,
  ]);
  expect(whyNoAddress("http://a.example/x")).toContain("not encrypted");
  expect(whyNoAddress("http://127.0.0.1.example/x")).toContain("not encrypted");
  expect(whyNoAddress("https://me:pw@a.example/x")).toContain("holds a password");
  expect(whyNoAddress("nowhere")).toContain("is no address");
});
