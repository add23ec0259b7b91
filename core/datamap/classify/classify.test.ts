import { expect, test } from "vitest";
import { must } from "../../terms/assert.ts";
import { isCategory } from "../../terms/category.ts";
import { DETECTORS } from "./index.ts";

const find = (name: string, text: string): number =>
  must(DETECTORS.get(name), "a detector of ours").find(text);

/** What is found, written in pieces so that scanners of source code do not stumble over it. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  card_number: [
    "4111111111111111",
    "my card is 4111 1111 1111 1111, thanks",
    "4111-1111-1111-1111",
    "3782 822463 10005",
    "5555555555554444 12/27",
    "6011.1111.1111.1117",
    "30569309025904",
    "2223003122003222",
    "3530111333300000.",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u202f1111\u20091111\u00a01111",
    "4111  1111  1111  1111",
    "card: 4111\n1111\n1111\n1111",
    "4111 1111\r\n1111 1111",
    "4111\u20131111\u20131111\u20131111",
    "4111\u20141111\u22121111\u20101111",
    "4111 - 1111 - 1111 - 1111",
    '{"number":["4111","1111","1111","1111"]}',
    '{"number":["4111", "1111", "1111", "1111"]}',
    '"[\\"3782\\",\\"822463\\",\\"10005\\"]"',
    "378282246310005\u00a0is mine",
    "4111\u200b1111\u200b1111\u200b1111",
    "41\ufeff11111111111111",
  ],
  api_key: [
    `use sk-${"proj-Ab3dEf6hIj9kLm2nOp5q"}`,
    `sk_${"live_4eC39HqLyjWDarjtT1zdp7dc"}`,
    `AKIA${"IOSFODNN7EXAMPLE"}`,
    `ghp_${"a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8"}`,
    `xoxb-${"123456789012-abcdefGHIJKL"}`,
    `AIza${"SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"}`,
    `-----BEGIN ${"RSA PRIVATE KEY"}-----`,
    `eyJhbGciOiJIUzI1NiJ9${".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"}`,
  ],
  email: [
    "ada@example.org",
    "Write to <ada.l+x@mail.example.co.uk>.",
    "müller@bücher.example",
    "/page?to=ada%40example.org&x=1",
    "ada&#64;example.org",
  ],
  phone: ["+447700900123", "call +1 (555) 010-9999 now", "+49 30 901820"],
  iban: ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00 BIC COBA", "GB82 WEST 1234 5698 7654 32"],
  ip_address: [
    "203.0.113.7",
    "from 198.51.100.23:443",
    "2001:db8::ff00:42:8329",
    "2001:db8:0:0:0:0:2:1",
    "203.0.113.7/32",
  ],
  geo: ["48.858370, 2.294481", "[-33.85678,151.21530]"],
  coordinates: [
    "/near?lat=47.376900&lng=8.541700",
    "https://maps.example/?lon=-0.127758&zoom=12&lat=51.507351",
    "/next?to=%2Fnear%3Flat%3D47.3769%26long%3D8.5417",
    "https://maps.example/place/@47.37690,8.54170,15z",
    "geo:47.3769,8.5417;u=35",
    "/map?ll=-33.85678%2C151.21530",
    '{"latitude": 47.37690, "accuracy": 12, "longitude": 8.54170}',
    '{\n  "lat": 47.37690,\n  "lng": 8.54170\n}',
    '"{\\"homeLat\\":\\"47.3769\\",\\"homeLng\\":\\"8.5417\\"}"',
    "LAT 47.37690, LON 8.54170.",
  ],
};

const NOT_FOUND: Readonly<Record<string, readonly string[]>> = {
  card_number: [
    "4111111111111112",
    "order 1234567890123456",
    "1732406400000",
    "1732406400000000000",
    "2024-11-24 02:25:54.123456",
    "+4111111111111111",
    "pi_4111111111111111",
    "0.4111111111111111",
    "550e8400-e29b-41d4-a716-446655440000",
    "11111111-1111-4111-8111-111111111111",
    "0000 0000 0000 0000",
    "41111111111111110000000",
    "9788175257665 978-3-16-148410-0",
    // Columns and lists that hold a card's digits among others.
    "4000\n4111\n1111\n1111\n1111\n4200",
    "[4111, 1111, 1111, 1111]",
    '["4000","4111","1111","1111","1111"]',
    "4111   1111   1111   1111",
    "4111,1111,1111,1111",
    "4111 1111-1111.1111",
    "a table\n4111\n\n1111\n\n1111\n\n1111",
  ],
  api_key: [
    "task-force-of-the-century-2024",
    "sk-learn-makes-machine-learning-simple-2",
    "AKIAshort",
    "eyJhbGciOiJIUzI1NiJ9",
    "risk-0123456789abcdefghijkl",
  ],
  email: ["@ada", "ada@", "logo@2x.png", "/img/logo%402x.png", "a @ b.example", "at 40%40 more"],
  phone: ["2024-11-24T02:25:54+01:00", "1+12345678", "+123", "4111111111111111", "+12345678901234567890"],
  iban: ["DE89370400440532013001", "AB12345678901234", "ORDER DE12"],
  ip_address: ["1.2.3.4.5", "v1.2.3.4", "256.1.1.1", "127.0.0.1", "12:34:56", "std::vector::begin", "a::b"],
  geo: ["48.85, 2.29", "91.00000, 2.00000", "1.23456 2.34567 3.45678"],
  coordinates: [
    "/near?lat=47.38&lng=8.54",
    "/near?lat=47.37690",
    "lat=0.0000&lng=0.0000",
    "lat=91.0000&lng=8.5417",
    '{"scroll":[0.45210,0.88120]}',
    '{"flat":0.45210,"along":0.88120}',
    "latency=12.34567&length=9.87654",
    "moved from 47.37690,8.54170",
  ],
};

test.each([...DETECTORS.keys()])(
  "`%s` finds what it should, and what it finds passes its coarse pattern",
  (name) => {
    const { pattern } = must(DETECTORS.get(name), "listed");
    const coarse = new RegExp(pattern.replaceAll("[:space:]", "\\s"));
    for (const text of FOUND[name] ?? []) {
      expect(find(name, text), text).toBe(1);
      expect(coarse.test(text), text).toBe(true);
    }
  },
);

test.each([...DETECTORS.keys()])("`%s` passes by what only looks like it", (name) => {
  for (const text of NOT_FOUND[name] ?? []) expect(find(name, text), text).toBe(0);
});

test("every detector has cases of both kinds, and a category of the list", () => {
  for (const { name, category } of DETECTORS.values()) {
    expect(FOUND[name]?.length, name).toBeGreaterThan(1);
    expect(NOT_FOUND[name]?.length, name).toBeGreaterThan(1);
    expect(isCategory(category), name).toBe(true);
  }
});

test("several in one text are counted each", () => {
  expect(find("card_number", "4111 1111 1111 1111 and 5555555555554444")).toBe(2);
  expect(find("email", "a@x.example, b@y.example")).toBe(2);
});
