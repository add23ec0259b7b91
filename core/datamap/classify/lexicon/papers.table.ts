/** Papers and numbers of the state. */
import { row, type Term } from "./term.ts";

export const PAPERS: readonly Term[] = [
  row(
    "user.government_id.national_identification_number",
    "sure",
    "tn",
    "ssn|social security|social security number|sozialversicherungsnummer|svnr|sv nummer|numero secu|numero securite sociale|nir|nss|national id|national identifier|national identification|national insurance number|id card|id card number|identity card|identity number|ausweisnummer|personalausweis|perso nr|dni|dni nie|cpf|curp|codice fiscale|codicefiscale|bsn|burgerservicenummer|personnummer|cpr nummer|pesel|aadhaar|aadhar|tax id|tax number|tin number|steuernummer|steuer id|steueridentifikationsnummer|nif|cuit|cuil|cedula|shenfenzheng|shenfenzhenghao|sfz|sfzh|身份证|证件号|my number|kojin bango|マイナンバー|個人番号|titulo eleitor|titulo de eleitor|tit eleitor|carteira trabalho|carteira de trabalho|cart trabalho|ctps|pis pasep|numero documento|documento identidad|numero identite",
  ),
  row(
    "user.government_id.passport_number",
    "sure",
    "tn",
    "passport|passport number|passport no|reisepass|reisepassnummer|passeport|pasaporte|passaporto|passaporte|paspoort|huzhao|护照|旅券|パスポート",
  ),
  row(
    "user.government_id.drivers_license_number",
    "sure",
    "tn",
    "drivers license|driver license|driving licence|driving license|drivers licence|license number driver|fuhrerschein|fuehrerschein|permis de conduire|permis conduire|licencia conducir|patente guida|rijbewijs|cnh|jiazhao|驾照|驾驶证|運転免許",
  ),
  row(
    "user.government_id.vehicle_registration",
    "likely",
    "t",
    "license plate|licence plate|plate number|number plate|numberplate|kennzeichen|kfz kennzeichen|immatriculation|matricula|placa|targa|kenteken|chepai|车牌|ナンバープレート",
  ),
  row(
    "user.government_id.immigration",
    "sure",
    "t",
    "residence permit|aufenthaltstitel|titre de sejour|visa number|permiso residencia|green card|在留カード",
  ),
  row(
    "user.government_id.birth_certificate",
    "sure",
    "tn",
    "birth certificate|birth certificate number|geburtsurkunde|acte naissance|acte de naissance|acta nacimiento|acta de nacimiento|certificato nascita|certificato di nascita|certidao nascimento|certidao de nascimento|geboorteakte",
  ),
  row(
    "user.government_id",
    "sure",
    "tn",
    "marriage certificate|heiratsurkunde|acte mariage|acte de mariage|acta matrimonio|acta de matrimonio|certidao casamento|certidao de casamento|huwelijksakte",
  ),
  row(
    "user.government_id",
    "person",
    "tn",
    "rg|identification number|identification|document number|id number|id no",
  ),
];
