import { expect, test } from "vitest";
import type { About } from "./about.ts";
import { evidenceOf } from "./evidence.ts";
import { classifyField } from "./field.ts";

const at = (
  name: string,
  rest: {
    readonly type?: string;
    readonly about?: About;
    readonly collection?: string;
    readonly beside?: readonly string[];
    readonly inKey?: boolean;
  } = {},
): string | null =>
  classifyField({
    name,
    type: rest.type ?? "text",
    collection: rest.collection ?? "rows",
    about: rest.about ?? "owned",
    inKey: rest.inKey ?? false,
    leadsTo: null,
    beside: rest.beside ?? [],
    evidence: null,
  }).category;

test.each<readonly [readonly string[], string]>([
  [["method", "amount", "billing_address"], "system"],
  [["street", "zip_code"], "user.contact.address.state"],
  [["city"], "user.contact.address.state"],
])("`state` beside %j: %s", (beside, category) => {
  expect(at("state", { type: "varchar", about: "owned", beside })).toBe(category);
});

const HEALTH = "user.health_and_medical";

test.each<readonly [string, readonly string[], About, string]>([
  ["height", ["width", "filename"], "owned", "system"],
  ["height", ["width", "file_size", "user_id"], "person", "system"],
  ["weight", ["sku", "price"], "owned", "system"],
  ["hoehe", ["breite"], "owned", "system"],
  ["height", ["weight", "birth_date"], "person", HEALTH],
  ["height", ["gender", "weight_unit"], "owned", HEALTH],
  ["peso", ["altura", "sexo"], "owned", HEALTH],
  ["weight", ["user_id", "taken_on"], "owned", "system"],
  ["user_avatar_height", ["user_avatar_width", "user_birthday"], "person", "system"],
  ["user_avatar_height", ["user_avatar", "user_birthday"], "person", "system"],
  ["foto_hoehe", ["foto_breite", "geburtstag"], "person", "system"],
  ["patient_height", ["patient", "patient_width", "gender"], "person", HEALTH],
  ["body_weight", ["body", "gender"], "person", HEALTH],
  ["target_weight", ["target", "gender"], "person", HEALTH],
  ["user_weight", ["user_name", "user_gender"], "person", HEALTH],
  ["goal_weight", ["goal", "gender", "start", "start_weight"], "person", HEALTH],
  ["start_weight", ["goal", "gender", "goal_weight", "start"], "person", HEALTH],
  ["admission_weight", ["admission"], "person", HEALTH],
  ["start_height", ["start", "start_volume", "gender"], "person", HEALTH],
  ["parcel_weight", ["parcel_width", "user_id"], "owned", "system"],
  ["logo_height", ["logo", "gender"], "person", "system"],
])("`%s` beside %j, in a row that is %s: %s", (name, beside, about, category) => {
  expect(at(name, { type: "int", beside, about })).toBe(category);
});

test("a weight of what has none of its own is never in silence a thing's, in rows that belong to people either", () => {
  const guess = classifyField({
    ...{ name: "admission_weight", type: "int", collection: "visits", about: "owned", inKey: false },
    ...{ leadsTo: null, beside: ["admission", "patient_id"], evidence: null },
  });
  // From 0.7 on a draft asks nobody.
  expect(guess.confidence).toBeLessThan(0.7);
});

test.each<readonly [string, readonly string[], string]>([
  ["rev_user_text", ["rev_user", "rev_page"], "user.account.username"],
  ["log_by_text", ["log_by"], "user.account.username"],
  ["author_text", ["author_id"], "user.account.username"],
  ["kunde_text", ["kunde_id"], "user.account.username"],
  ["rev_user_text", ["rev_page"], "user.content"],
  ["comment_text", ["comment_id", "user_id"], "user.content"],
])("`%s` beside %j: %s", (name, beside, category) => {
  expect(at(name, { beside })).toBe(category);
});

test("who it was in words is no text of sentences", () => {
  const cells = Array.from(
    { length: 30 },
    (_, i) => `It was said on day ${i} that nobody had come to the door`,
  );
  const guess = classifyField({
    ...{ name: "user_text", type: "text", collection: "rows", about: "owned", inKey: false, leadsTo: null },
    ...{ beside: ["user_id"], evidence: evidenceOf(cells) },
  });
  expect(guess.category).toBe("user.content");
});

test("a collection that is called after a body says so as well", () => {
  expect(at("weight", { type: "numeric", collection: "weight_entries", beside: ["date"] })).toBe(HEALTH);
});

test("beside the real name, the other one is what somebody is known as", () => {
  const member = (beside: readonly string[]): string | null =>
    at("member_name", { about: "person", collection: "members", beside });
  expect(member(["real_name", "passwd"])).toBe("user.account.username");
  expect(member(["real_name", "username"])).toBe("user.name");
  expect(member(["email"])).toBe("user.name");
});

test.each([
  ["mother_maiden_name", "users", "text", "user.authorization.credentials"],
  ["mothersMaidenName", "users", "text", "user.authorization.credentials"],
  ["maiden_name", "users", "text", "user.name.last"],
  ["key", "api_keys", "varchar", "user.authorization.credentials"],
  ["session_id", "user_sessions", "uuid", "user.authorization.credentials"],
  ["sessionid", "useronline", "varchar", "user.authorization.credentials"],
  ["body", "mail_queue", "text", "user.content.private"],
  ["rate", "employee_pay_history", "numeric", "user.financial"],
  ["bonus", "employees", "numeric", "user.financial"],
  ["bonus", "addresses", "numeric", "system"],
  ["temperature", "form_vitals", "float", HEALTH],
  ["reaction", "allergies", "varchar", HEALTH],
  ["reaction", "posts", "varchar", null],
  ["administered_date", "immunizations", "date", HEALTH],
  ["code", "diagnosis_codes", "varchar", null],
])("`%s` of `%s`", (name, collection, type, category) => {
  expect(at(name, { collection, type })).toBe(category);
});

test("a session's id is a secret where it is the key, too, and a number is a row's", () => {
  expect(at("session_id", { collection: "sessions", type: "varchar(64)", inKey: true, about: "other" })).toBe(
    "user.authorization.credentials",
  );
  expect(at("session_id", { collection: "sessions", type: "bigint", inKey: true })).toBe("system");
});

test.each([
  ["score", "int"],
  ["num_views", "int"],
  ["up_score", "int"],
  ["override_theme", "tinyint"],
  ["upload_points", "int"],
  ["role", "varchar"],
])("`%s` of what somebody wrote counts or switches a thing", (name, type) => {
  expect(at(name, { type })).toBe("system");
});

test.each([
  ["ip_low", "varbinary(16)"],
  ["member_ip", "binary(4)"],
  ["poster_ip", "varbinary(16)"],
  ["ip", "bytea"],
])("an address on the internet, packed: `%s` %s", (name, type) => {
  expect(at(name, { type })).toBe("user.device.ip_address");
});

test("Spanish: why somebody came, and the card that the health service knows them by", () => {
  expect(at("motivo_consulta", { collection: "citas" })).toBe("user.health_and_medical");
  expect(at("num_tarjeta_sanitaria", { collection: "pacientes", about: "person" })).toBe(
    "user.health_and_medical.insurance_beneficiary_id",
  );
});
