/** Who is taken for people, and whose rows are whose. */
import { expect, test } from "vitest";
import { found, linksOf } from "./names-alone.fixture.ts";

const people = (text: string): readonly string[] =>
  [...found(text).values()].filter((c) => c.about === "person").map((c) => c.name);

const USERS = "users: id*, email text, password text, first_name text, last_name text";

test("settings, kinds and logs are no people, whatever they hold", () => {
  expect(
    people(`${USERS}
    mail_settings: id*, username text, password text, email text, sender_name text
    permission_profiles: id*, profile_name text
    login_log: id*, username text, email text, password text, ip text`),
  ).toEqual(["users"]);
});

test("what is called after something else says little of the row: a project with a carrier's e-mail is no person", () => {
  expect(
    people(`${USERS}
    projects: id*, title text, carrier_email text, carrier_phone text, carrier_password text, contact_person text`),
  ).toEqual(["users"]);
  expect(people("adherents: id_adh*, adh_nom text, adh_prenom text, adh_email text, adh_tel text")).toEqual([
    "adherents",
  ]);
});

test("a firm with a telephone is no person beside persons; where nobody else is, it may be all there is", () => {
  const gym = "gyms: id*, name text, phone text, email text, zip text";
  expect(people(`${USERS}\n${gym}`)).toEqual(["users"]);
  expect(people(`${gym}\nmachines: id*, gym_id`)).toEqual(["gyms"]);
});

test("an invoice with a copied address is of whom it points at", () => {
  const all = found(`adresse: id*, vorname text, nachname text, email text, telefon text, geburtsdatum date
    rechnung: id*, adresse, vorname text, nachname text, email text, telefon text
    users: id*, firma, username text, password text, email text`);
  expect(all.get("adresse")?.about).toBe("person");
  expect(all.get("rechnung")?.about).toBe("owned");
  expect(all.get("users")?.about).toBe("person");
});

test.each(["persona", "pessoa", "paciente", "paziente", "mitglied", "lid"])(
  "who made the row does not outrank whose it is: `created_by` beside `%s_id`",
  (noun) => {
    const all = found(`users: id*, username text, password text, email text
    ${noun}: id*, first_name text, last_name text, birth_date date, email text
    visits: id*, created_by, ${noun}_id, at date`);
    expect(linksOf(all, "visits")).toEqual([`created_by > users mention`, `${noun}_id > ${noun} owner`]);
  },
);

test("a model's name as one word, behind its module's", () => {
  const all = found(`core_weightunit: id*, name text
    core_language: id*, name text
    manager_log: id*, weight_unit_id, value numeric`);
  expect(linksOf(all, "manager_log")).toEqual(["weight_unit_id > core_weightunit"]);
});
