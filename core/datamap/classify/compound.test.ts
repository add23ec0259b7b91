import { expect, test } from "vitest";
import { sayName } from "./name.ts";

test.each([
  ["avatartype", "text", "about"],
  ["avatardimensions", "text", "about"],
  ["birthdayprivacy", "text", "about"],
  ["useravatar", "text", "category"],
  ["suspensiontime", "int", "nothing"],
  ["pensionamount", "int", "category"],
])("a compound whose end only speaks about its beginning: %s", (name, type, says) => {
  expect(sayName(name, type).says).toBe(says);
});

test.each([
  ["lastip", "varbinary(16)", "user.device.ip_address"],
  ["regip", "text", "user.device.ip_address"],
  ["loginkey", "text", "user.authorization.credentials"],
])("%s, with nothing between", (name, type, category) => {
  expect(sayName(name, type)).toMatchObject({ says: "category", said: { category } });
});

test.each([
  ["certidao_nascimento", "varchar(50)", "user.government_id.birth_certificate"],
  ["birth_certificate_no", "text", "user.government_id.birth_certificate"],
  ["certidao_casamento", "text", "user.government_id"],
  ["nis_pis_pasep", "numeric", "user.government_id.national_identification_number"],
  ["data_nasc", "date", "user.demographic.date_of_birth"],
  ["local_trabalho", "text", "user.workplace"],
  ["ocupacao", "text", "user.job_title"],
  ["fone", "numeric", "user.contact.phone_number"],
  ["url_laudo_medico", "json", "user.health_and_medical"],
  ["desc_tratamento_medico", "text", "user.health_and_medical"],
  ["diabetico", "char(1)", "user.health_and_medical"],
])("Portuguese: %s", (name, type, category) => {
  expect(sayName(name, type)).toMatchObject({ says: "category", said: { category } });
});
