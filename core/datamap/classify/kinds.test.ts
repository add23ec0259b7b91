import { expect, test } from "vitest";
import { isPersonName, isPhone, kindsOf, type ValueKind } from "./kinds.ts";
import { nationalIdOf } from "./national-id.ts";

const CASES: readonly (readonly [ValueKind, readonly string[], readonly string[]])[] = [
  ["email", ["ann@mail.example"], ["write to ann@mail.example please", "ann@", "logo@2x.png"]],
  [
    "phone",
    ["+49 30 901820", "(415) 555-2671", "0171 1234567", "+86 138 0013 8000"],
    ["1234567", "2024-11-24", "12.5", "10.0.0.1", "20241124"],
  ],
  ["iban", ["DE89 3704 0044 0532 0130 00"], ["DE89370400440532013001"]],
  ["card_number", ["4111 1111 1111 1111"], ["4111111111111112"]],
  ["ip_address", ["203.0.113.7", "2001:db8::ff00:42:8329"], ["1.2.3", "256.1.1.1"]],
  ["mac_address", ["00:1B:44:11:3A:B7"], ["00:1B:44:11:3A"]],
  [
    "password_hash",
    ["$2b$12$eImiTXuWVxfM37uY4JANjQ==", "$argon2id$v=19$m=65536", "pbkdf2_sha256$1000$x"],
    ["$12", "hash"],
  ],
  ["uuid", ["550e8400-e29b-41d4-a716-446655440000"], ["550e8400"]],
  ["blood_group", ["AB+", "0-", "A pos"], ["A", "B2"]],
  [
    "person_name",
    ["Ann Smith", "María García", "王小明", "Dr. Hans Müller"],
    ["Blue Shoes", "order 12", "anna@x.example"],
  ],
];

test.each(CASES)("`%s` is told from what only looks like it", (kind, good, bad) => {
  for (const value of good) expect(kindsOf(value), value).toContain(kind);
  for (const value of bad) expect(kindsOf(value), value).not.toContain(kind);
});

test("national numbers need a right check sum", () => {
  expect(nationalIdOf("12345678Z")).toEqual({ country: "ES" });
  expect(nationalIdOf("12345678A")).toBeNull();
  expect(nationalIdOf("11010519491231002X")).toEqual({ country: "CN" });
  expect(nationalIdOf("110105194912310021")).toBeNull();
  expect(nationalIdOf("529.982.247-25")).toEqual({ country: "BR" });
  expect(nationalIdOf("529.982.247-24")).toBeNull();
  expect(nationalIdOf("00000000000")).toBeNull();
  expect(nationalIdOf("17")).toBeNull();
  expect(nationalIdOf("2 55 08 14 168 025 38")).toEqual({ country: "FR" });
  expect(nationalIdOf("255081416802539")).toBeNull();
  // Corsica, whose departments are no figures.
  expect(nationalIdOf("1 84 05 2A 004 012 22")).toEqual({ country: "FR" });
  expect(nationalIdOf("756.9217.0769.85")).toEqual({ country: "CH" });
  expect(nationalIdOf("756.9217.0769.84")).toBeNull();
  expect(nationalIdOf("85.07.30-033.28")).toEqual({ country: "BE" });
  expect(nationalIdOf("85.07.30-033.29")).toBeNull();
});

test("numbers that count are no phone numbers", () => {
  expect(Array.from({ length: 500 }, (_, i) => String(4_000_000 + i * 7)).filter(isPhone)).toEqual([]);
  expect(["The Beatles", "Free Shipping", "New York"].filter(isPersonName)).toEqual([]);
});
