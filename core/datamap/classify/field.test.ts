import { expect, test } from "vitest";
import { isCategory } from "../../terms/category.ts";
import type { About } from "./about.ts";
import { evidenceOf } from "./evidence.ts";
import { classifyField } from "./field.ts";
import { LEXICON } from "./lexicon/lexicon.ts";
import { sayName } from "./name.ts";

const at = (
  name: string,
  type = "text",
  about: About = "person",
  cells: readonly (string | null)[] | null = null,
) =>
  classifyField({
    name,
    type,
    collection: "people",
    about,
    inKey: false,
    leadsTo: null,
    evidence: cells === null ? null : evidenceOf(cells),
  });

const times = <T>(n: number, of: (i: number) => T): readonly T[] =>
  Array.from({ length: n }, (_, i) => of(i));

test("a field of values of several kinds is told by those that prove themselves, however few", () => {
  const mixed = (one: (i: number) => string, share: number, about: About = "other") =>
    at(
      "wert",
      "text",
      about,
      times(200, (i) => (i % Math.round(1 / share) === 0 ? one(i) : "rot")),
    );
  expect(mixed((i) => `+49 30 901820${10 + (i % 80)}`, 0.33)).toMatchObject({
    category: "user.content",
    reason: "values of several kinds: 34 % of 200 sampled ones are phone numbers",
  });
  expect(mixed((i) => `a${i}@mail.example`, 0.02, "owned").category).toBe("user.content.private");
  // A few numbers that look like one are none.
  expect(mixed((i) => `030 12345${10 + (i % 80)}`, 0.02).category).toBe("system");
});

test("who did something, as text, is asked about: not as a number, nor where the values are no names", () => {
  const doer = (type: string, cells: readonly string[] | null, about: About = "other") =>
    classifyField({
      ...{ name: "created_by", type, collection: "settings", about, inKey: false, leadsTo: null, doer: true },
      evidence: cells === null ? null : evidenceOf(cells),
    }).category;
  expect(doer("varchar(50)", null)).toBeNull();
  expect(
    doer(
      "varchar(50)",
      times(40, (i) => ["jdoe", "asmith", "import"][i % 3] ?? ""),
    ),
  ).toBeNull();
  expect(
    doer(
      "varchar(50)",
      times(40, (i) => `${i}`),
    ),
  ).toBe("system");
  expect(doer("integer", null)).toBe("system");
});

test("every category of the lexicon is one of the list", () => {
  expect(
    LEXICON.map((t) => t.category).filter(
      (c) => !isCategory(c) && c !== "user.demographic.sexual_orientation",
    ),
  ).toEqual([]);
  expect(isCategory("user.demographic.sexual_orientation")).toBe(true);
});

/** Names as people write them, in the languages of the lexicon. */
test.each([
  ["emailAddress", "user.contact.email"],
  ["usr_email", "user.contact.email"],
  ["E-Mail", "user.contact.email"],
  ["correo_electronico", "user.contact.email"],
  ["courriel", "user.contact.email"],
  ["电子邮件", "user.contact.email"],
  ["メールアドレス", "user.contact.email"],
  ["youxiang", "user.contact.email"],
  ["kundentelefonnummer", "user.contact.phone_number"],
  ["shouji", "user.contact.phone_number"],
  ["手机号码", "user.contact.phone_number"],
  ["denwa_bango", "user.contact.phone_number"],
  ["Vorname", "user.name.first"],
  ["prénom", "user.name.first"],
  ["apellidos", "user.name.last"],
  ["cognome", "user.name.last"],
  ["achternaam", "user.name.last"],
  ["姓名", "user.name"],
  ["geburtsdatum", "user.demographic.date_of_birth"],
  ["date_de_naissance", "user.demographic.date_of_birth"],
  ["fecha_nacimiento", "user.demographic.date_of_birth"],
  ["data_di_nascita", "user.demographic.date_of_birth"],
  ["生年月日", "user.demographic.date_of_birth"],
  ["Straße", "user.contact.address.street"],
  ["codigo_postal", "user.contact.address.postal_code"],
  ["PLZ", "user.contact.address.postal_code"],
  ["woonplaats", "user.contact.address.city"],
  ["geschlecht", "user.demographic.gender"],
  ["xingbie", "user.demographic.gender"],
  ["konfession", "user.demographic.religious_belief"],
  ["religião", "user.demographic.religious_belief"],
  ["etnia", "user.demographic.race_ethnicity"],
  ["gewerkschaft", "user.demographic.political_opinion"],
  ["gewerkschaftsmitglied", "user.demographic.political_opinion"],
  ["afiliacion_sindical", "user.demographic.political_opinion"],
  ["appartenance_syndicale", "user.demographic.political_opinion"],
  ["iscrizione_sindacale", "user.demographic.political_opinion"],
  ["vakbondslidmaatschap", "user.demographic.political_opinion"],
  ["工会", "user.demographic.political_opinion"],
  ["opiniao_politica", "user.demographic.political_opinion"],
  ["politieke_voorkeur", "user.demographic.political_opinion"],
  ["etnische_afkomst", "user.demographic.race_ethnicity"],
  ["origen_etnico", "user.demographic.race_ethnicity"],
  ["croyance_religieuse", "user.demographic.religious_belief"],
  ["levensovertuiging", "user.demographic.religious_belief"],
  ["seksuele_voorkeur", "user.demographic.sexual_orientation"],
  ["huella_dactilar", "user.authorization.biometric"],
  ["fingerabdruck", "user.authorization.biometric"],
  ["test_genetico", "user.health_and_medical.genetic"],
  ["blutgruppe", "user.health_and_medical"],
  ["病史", "user.health_and_medical"],
  ["codice_fiscale", "user.government_id.national_identification_number"],
  ["身份证号", "user.government_id.national_identification_number"],
  ["bsn", "user.government_id.national_identification_number"],
  ["huzhao", "user.government_id.passport_number"],
  ["kontonummer", "user.financial.bank_account"],
  ["gehalt", "user.financial"],
  ["mot_de_passe", "user.authorization.password"],
  ["contraseña", "user.authorization.password"],
  ["wachtwoord", "user.authorization.password"],
  ["password_reset_token", "user.authorization.credentials"],
  ["user_agent", "user.device"],
  ["last_sign_in_ip", "user.device.ip_address"],
  ["newsletter_opt_in", "user.privacy_preferences"],
  ["mac_address", "user.device.device_id"],
])("`%s` is %s by its name", (name, category) => {
  expect(at(name)).toMatchObject({ category });
});

test.each([
  ["email_verified_at", "timestamp"],
  ["phone_type_id", "integer"],
  ["is_address_valid", "boolean"],
  ["created_at", "timestamp"],
  ["sort_order", "integer"],
  ["email_count", "integer"],
])("`%s` says something about a field, and is none", (name, type) => {
  expect(at(name, type).category).toBe("system");
});

test("what a name means depends on whether rows are about people", () => {
  expect(at("name", "text", "person").category).toBe("user.name");
  expect(at("name", "text", "other").category).toBe("system");
  expect(at("city", "text", "other").category).toBe("system");
  expect(at("title", "text", "person").category).toBe("user.job_title");
  expect(at("title", "text", "owned").category).toBe("user.content");
  expect(at("iban", "text", "other").category).toBe("user.financial.bank_account");
});

test("a collection's name in front of the field's says nothing", () => {
  expect(sayName("post_title", "text", "wp_posts")).toMatchObject({ said: { term: "title" } });
  expect(sayName("user_agent", "text", "users")).toMatchObject({ said: { term: "user agent" } });
});

test("values that prove themselves go before the name, and against it", () => {
  const emails = times(40, (i) => `ann${i}@mail.example`);
  expect(at("c7", "text", "other", emails)).toMatchObject({ category: "user.contact.email" });
  expect(at("email", "text", "person", emails).confidence).toBeGreaterThan(0.95);
  const templates = times(40, (i) => `welcome-${i % 4}`);
  const guess = at("email", "text", "person", templates);
  expect(guess.category).toBe("system");
  expect(guess.reason).toContain("none of 40 sampled values is one");
  expect(
    at(
      "x",
      "text",
      "person",
      times(30, (i) => `DE${i}`),
    ),
  ).toMatchObject({ category: null });
});

test("free text that holds personal data is found, with the share of texts, and without the text", () => {
  const texts = times(100, (i) =>
    i % 20 === 0
      ? `please call me on +49 30 9018200${i % 10} about it`
      : "nothing else was said on that day at all",
  );
  const guess = at("remarks_raw", "text", "other", texts);
  expect(guess).toMatchObject({
    category: "user.content",
    reason: "free text: 5 % of 100 sampled values hold phone numbers",
  });
});

test("no guess tells a value", () => {
  const secret = "zaphod.beeblebrox@heartofgold.example";
  const guess = at("blob", "text", "person", [...times(20, () => secret), "DE89370400440532013000"]);
  expect(JSON.stringify(guess)).not.toContain("zaphod");
});

test("a field that is called after a thing is the thing's, unless its name says a person's by itself", () => {
  const of = (name: string) =>
    classifyField({
      ...{
        name,
        type: "text",
        collection: "orders",
        about: "owned",
        inKey: false,
        leadsTo: null,
        evidence: null,
      },
      ofThing: "anything",
    }).category;
  expect(["product_name", "brand_logo"].map(of)).toEqual(["system", "system"]);
  expect(["first_name", "email"].map(of)).toEqual(["user.name.first", "user.contact.email"]);
});

/** Health in the languages that we meet: in a row about a person, and where no link leads to one. */
test.each(
  [
    [
      "diagnosis",
      "allergies",
      "blood_type",
      "immunisation_date",
      "immunization",
      "current_medication",
      "prescription",
      "chief_complaint",
      "smoking_status",
      "lab_results",
    ],
    [
      "diagnose",
      "befund",
      "allergie",
      "blutgruppe",
      "impfstoff",
      "medikation",
      "vorerkrankungen",
      "schwangerschaft",
      "pflegegrad",
      "krankheitstage",
    ],
    [
      "maladie",
      "groupe_sanguin",
      "vaccins",
      "médicament",
      "antécédents_médicaux",
      "grossesse",
      "handicap",
      "tension_artérielle",
      "arrêt_maladie",
    ],
    [
      "diagnóstico",
      "alergias",
      "grupo_sanguíneo",
      "tipo_de_sangre",
      "vacunación",
      "medicación",
      "enfermedad",
      "presión_arterial",
      "embarazo",
      "discapacidad",
    ],
    [
      "doença",
      "tipo_sanguíneo",
      "vacinação",
      "medicação",
      "pressão_arterial",
      "gravidez",
      "deficiência",
      "prontuário",
    ],
    [
      "diagnosi",
      "gruppo_sanguigno",
      "vaccinazione",
      "farmaco",
      "malattie",
      "anamnesi",
      "gravidanza",
      "disabilità",
      "cartella_clinica",
    ],
    [
      "ziekte",
      "bloedgroep",
      "vaccinatie",
      "medicatie",
      "inenting",
      "bloeddruk",
      "zwangerschap",
      "aandoening",
      "ziekteverzuim",
    ],
    ["诊断", "血型", "过敏史", "疫苗", "アレルギー", "血液型", "予防接種"],
  ].flat(),
)("health: `%s`", (name) => {
  for (const about of ["person", "owned", "other"] as const)
    expect(at(name, "varchar(80)", about).category).toBe("user.health_and_medical");
});

test.each([
  ["telefax", "user.contact.fax_number"],
  ["adresszusatz", "user.contact.address.street"],
  ["poster_name", "user.name"],
  ["internetseite", "user.contact.url"],
  ["mitarbeiternummer", "user.unique_id"],
  ["loginid", "user.account.username"],
  ["validation_code", "user.authorization.credentials"],
  ["koordinaten", "user.location.precise"],
  ["krankenversicherung", "user.health_and_medical.insurance_beneficiary_id"],
  ["numero_paciente", "user.health_and_medical.record_id"],
])("`%s` of a person: %s", (name, category) => {
  expect(at(name).category).toBe(category);
});

test("backup codes are secrets, as a list of numbers too; tokens that are counted are none", () => {
  expect(at("backup_codes", "integer[]").category).toBe("user.authorization.credentials");
  expect(at("tokens", "integer", "owned").category).toBe("system");
});

/** Of a Swiss number with its check digit. */
const insured = (n: number): string => {
  const figures = `756${String(1_000_000_000 + n * 7_919).slice(1)}`;
  const sum = [...`${figures}0`].reduce((all, f, i) => all + Number(f) * (i % 2 === 0 ? 1 : 3), 0);
  return `${figures}${(10 - (sum % 10)) % 10}`.replace(/^(...)(....)(....)(..)$/, "$1.$2.$3.$4");
};

test("numbers that all pass a check are what is checked, though they might be a country's phone numbers, too", () => {
  const values = Array.from({ length: 40 }, (_, n) => insured(n));
  expect(at("c8", "text", "other", values).category).toBe(
    "user.government_id.national_identification_number",
  );
});

/** As dumps and migrations show them, without a value. */
test.each([
  ["user_password", "varbinary(255)", "user.authorization.password"],
  ["user_email", "varbinary(255)", "user.contact.email"],
  ["user_token", "binary(32)", "user.authorization.credentials"],
  ["comment_text", "blob", "user.content"],
  ["comment_text", "bytea", "user.content"],
  ["fingerprint_template", "longblob", "user.authorization.biometric"],
  ["portrait", "image", "user.content.self_image"],
])("bytes without a value: `%s` as %s is %s, and less sure than as text", (name, type, category) => {
  const guess = at(name, type);
  expect(guess.category).toBe(category);
  expect(guess.confidence).toBeLessThan(at(name, "text").confidence);
  expect(guess.reason).toContain("bytes");
});

test("bytes of which nothing speaks are asked about, also in a collection about no person", () => {
  for (const about of ["person", "owned", "other"] as const) {
    expect(at("c7", "blob", about)).toMatchObject({ category: null });
    expect(at("payload_parts", "bytea", about)).toMatchObject({ category: null });
  }
  expect(at("row_hash", "binary(32)", "other").category).toBe("system");
  expect(at("row_hash", "binary(32)", "owned").category).toBeNull();
});

test("bytes that are text are judged as text is", () => {
  const emails = times(40, (i) => `ann${i}@mail.example`);
  expect(at("user_email", "varbinary(255)", "person", emails)).toEqual(
    at("user_email", "text", "person", emails),
  );
  const words = times(40, (i) => ["open", "closed"][i % 2] ?? "");
  expect(at("c7", "blob", "other", words)).toEqual(at("c7", "text", "other", words));
});

test("the colour of a name, the order of posts and the id of some markup are settings; what somebody looks like is not", () => {
  const at = (name: string, about: About, type = "varchar(16)") => {
    const facts = { name, type, collection: about === "person" ? "members" : "threads", about };
    return classifyField({ ...facts, inKey: false, leadsTo: null, evidence: null }).category;
  };
  expect(at("thread_first_poster_colour", "owned")).toBe("system");
  const shown = "name_color user_colour favorite_color lieblings_farbe member_post_sortby_dir".split(" ");
  for (const name of shown) expect(at(name, "person"), name).toBe("system");
  expect(at("member_signature_bbcode_uid", "person")).toBe("system");
  expect(at("skin_color", "person")).toBe("user.demographic.race_ethnicity");
  expect(at("race_color", "person")).toBe("user.demographic.race_ethnicity");
  const looks = "patient_name_hair_colour eye_color cheveux_couleur raca_color urine_colour".split(" ");
  for (const name of looks) expect(at(name, "person"), name).not.toBe("system");
  expect(at("firebase_uid", "person")).toBe("user.unique_id");
  expect(at("uid", "person")).toBe("user.unique_id");
  expect(at("post", "person", "text")).toBe("user.content");
});
