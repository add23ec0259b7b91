import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { headersOf, keyOf, whyNoAddress } from "./webhook.ts";

const SECRET = `whsec_${Buffer.from("0123456789abcdefghijklmn").toString("base64")}`;

test("a secret is `whsec_` and 24 to 64 bytes in Base64", () => {
  expect(keyOf(SECRET)?.toString()).toBe("0123456789abcdefghijklmn");
  const ofBytes = (n: number): string => `whsec_${Buffer.alloc(n, 1).toString("base64")}`;
  expect([23, 24, 64, 65].map((n) => keyOf(ofBytes(n)) !== null)).toEqual([false, true, true, false]);
  expect(["", "whsec_", SECRET.slice(6), `${SECRET}!`].map(keyOf)).toEqual([null, null, null, null]);
});

test("what is signed is the id, the time in seconds and the body, as they are sent", () => {
  const key = keyOf(SECRET) ?? Buffer.alloc(0);
  const headers = headersOf({ id: "msg_1", body: '{"a":"ü"}' }, key, new Date(1_700_000_000_999));
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
