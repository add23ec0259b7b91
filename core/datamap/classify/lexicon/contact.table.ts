/** Where somebody can be reached, and where they live. */
import { row, type Term } from "./term.ts";

export const CONTACT: readonly Term[] = [
  row(
    "user.contact.email",
    "sure",
    "t",
    "email|e mail|mail address|mailadresse|email address|emailadresse|emailadres|courriel|adresse mail|correo|correo electronico|posta elettronica|indirizzo email|youxiang|dianzi youjian|meeru|meru|邮箱|电子邮件|邮件地址|电邮|メール",
  ),
  row("user.contact.email", "person", "t", "mail"),
  row(
    "user.contact.phone_number",
    "sure",
    "tn",
    "phone|phone number|telephone|mobile number|mobile phone|cell phone|cellphone|handy|handynummer|mobilnummer|rufnummer|telefon|telefonnummer|telefono|movil|celular|telefone|telemovel|telefoon|telefoonnummer|mobiel|dianhua|shouji|shoujihao|denwa|denwa bango|keitai|msisdn|whatsapp|电话|手机|電話|携帯",
  ),
  row("user.contact.phone_number", "person", "tn", "tel|mobile|cell|gsm|portable|mobil|fone|ramal"),
  row(
    "user.contact.fax_number",
    "likely",
    "tn",
    "fax|fax number|telefax|telefaxnummer|faxnr|telefaks|faxnummer|telecopie|传真|ファックス",
  ),
  row(
    "user.contact.address.street",
    "likely",
    "t",
    "address|street|street address|address line|addr|adresse|anschrift|strasse|hausnummer|house number|rue|direccion|calle|domicilio|indirizzo|endereco|morada|logradouro|rua|adres|straat|huisnummer|dizhi|jusho|juusho|地址|住址|住所|番地",
  ),
  row(
    "user.contact.address.street",
    "person",
    "t",
    "apartment|apt|suite|adresszusatz|adresszusatz|address supplement|address complement|complement adresse|complemento|complemento endereco|toevoeging|building|district|neighborhood|neighbourhood|bairro|colonia|town hall|via",
  ),
  row(
    "user.contact.address.city",
    "person",
    "t",
    "city|town|ort|stadt|wohnort|ville|ciudad|localidad|citta|cidade|plaats|woonplaats|stad|municipality|gemeinde|comune|municipio|village|chengshi|城市|市区町村",
  ),
  row(
    "user.contact.address.postal_code",
    "likely",
    "tn",
    "postal code|postcode|zip|zip code|zipcode|plz|postleitzahl|code postal|codigo postal|cep|codice postale|youbian|yubin bango|邮编|邮政编码|郵便番号",
  ),
  row("user.contact.address.postal_code", "person", "t", "cap|cp"),
  row(
    "user.contact.address.state",
    "weak",
    "t",
    "state|province|region|county|bundesland|kanton|provincia|departement|prefecture|sheng|省|都道府県|state province",
  ),
  row(
    "user.contact.address.country",
    "person",
    "t",
    "country|country code|land|pays|pais|paese|nazione|guojia|国家|国名|country name",
  ),
  row(
    "user.contact.url",
    "person",
    "t",
    "url|website|web site|internetseite|webseite|site web|sitio web|sito web|homepage|web|webpage|blog|网址|ホームページ",
  ),
  row(
    "user.contact.organization",
    "person",
    "t",
    "company|company name|organization|organisation|firma|entreprise|societe|empresa|azienda|bedrijf|gongsi|公司|会社|affiliation",
  ),
  row(
    "user.workplace",
    "likely",
    "t",
    "employer|workplace|empregador|local trabalho|local de trabalho|arbeitgeber|employeur|empleador|werkgever|单位|勤務先",
  ),
  row(
    "user.social",
    "likely",
    "t",
    "linkedin|twitter|facebook|instagram|skype|telegram|wechat|weixin|qq|icq|xing profile|github username|mastodon|微信|line id|social profile",
  ),
];
