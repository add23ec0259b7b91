/** What somebody is: born when, of which sex, family, tongue, belief, opinion. */
import { row, type Term } from "./term.ts";

export const PERSON: readonly Term[] = [
  row(
    "user.demographic.date_of_birth",
    "sure",
    "tdn",
    "birth date|date of birth|dob|birthday|birthdate|born|birth|birth year|year of birth|geburtsdatum|geburtstag|geb datum|gebdatum|geb dat|geb tag|gebtag|geboren|geburtsjahr|date naissance|naissance|fecha nacimiento|fecha de nacimiento|nacimiento|data nascita|nascita|data nascimento|data nasc|dt nascimento|dt nasc|data de nascimento|nascimento|geboortedatum|geboorte|shengri|chusheng|tanjobi|seinengappi|生日|出生|生年月日|誕生日",
  ),
  row(
    "user.demographic.age_range",
    "person",
    "tn",
    "age|alter|edad|idade|leeftijd|age group|age range|age bracket|nianling|年龄|年齢|年代",
  ),
  row(
    "user.demographic.gender",
    "sure",
    "tnb",
    "gender|sex|geschlecht|sexe|sesso|sexo|geslacht|xingbie|seibetsu|salutation|anrede|civilite|性别|性別|gender identity|pronouns",
  ),
  row("user.demographic.gender", "person", "tn", "genero|genere|aanhef"),
  row(
    "user.demographic.marital_status",
    "sure",
    "tnb",
    "marital status|civil status|familienstand|situation familiale|etat civil|estado civil|stato civile|burgerlijke staat|hunyin|婚姻|婚姻状况|marital|spouse|spouse name|ehepartner|married|conjoint|conyuge|coniuge",
  ),
  row(
    "user.demographic.language",
    "person",
    "t",
    "language|locale|lang|sprache|langue|idioma|lingua|taal|yuyan|语言|言語|preferred language|mother tongue|muttersprache",
  ),
  row(
    "user.demographic",
    "sure",
    "t",
    "nationality|citizenship|nationalite|nacionalidad|nazionalita|nacionalidade|nationaliteit|nationalitat|nationalitaet|staatsangehorigkeit|staatsangehoerigkeit|place of birth|birthplace|birth place|geburtsort|lieu naissance|lugar nacimiento|luogo nascita|geboorteplaats|guoji|国籍|出生地|hometown",
  ),
  row(
    "user.demographic",
    "person",
    "tn",
    "education|education level|bildung|etudes|educacion|istruzione|opleiding|xueli|学历|学歴|household|household size|immigration status",
  ),
  row(
    "user.demographic.religious_belief",
    "sure",
    "tnb",
    "religion|religious|religious belief|denomination|konfession|kirchensteuer|kirchenzugehorigkeit|religione|religiao|godsdienst|geloof|zongjiao|shukyo|宗教|信仰|faith|church membership|glaube|glaubensrichtung|croyance|croyance religieuse|confession religieuse|creencia religiosa|confesion religiosa|credo religioso|credo|crenca|crenca religiosa|levensovertuiging|宗派",
  ),
  row(
    "user.demographic.race_ethnicity",
    "sure",
    "tnb",
    "ethnicity|ethnic|ethnic group|ethnic origin|ethnie|etnia|ethnische herkunft|origine ethnique|raza|minzu|民族|人种|人種|abstammung|etnische afkomst|etnische achtergrond|etniciteit|origine etnica|origen etnico|origem etnica|appartenance ethnique|ethnische zugehorigkeit|ethnische zugehoerigkeit|种族|民族性|caste|tribe|skin color|skin colour|hautfarbe|race ethnicity",
  ),
  row("user.demographic.race_ethnicity", "person", "tn", "race"),
  row(
    "user.demographic.political_opinion",
    "sure",
    "tnb",
    "political|political opinion|political party|political affiliation|party membership|party affiliation|parteizugehorigkeit|parti politique|partido politico|partito|zhengzhi|政治面貌|政党|political view|political views|politische einstellung|politische meinung|opinion politique|opinions politiques|opinion politica|opinione politica|opiniao politica|afiliacion politica|filiacao politica|ideologia politica|politieke voorkeur|politieke overtuiging|partijlidmaatschap|政治観|union member|trade union|union membership|labor union|labour union|gewerkschaft|gewerkschaftsmitglied|gewerkschaftszugehorigkeit|gewerkschaftszugehoerigkeit|syndicat|syndical|syndicale|appartenance syndicale|sindicato|sindical|afiliacion sindical|filiacao sindical|sindicalizado|sindacato|sindacale|iscrizione sindacale|vakbond|vakbondslid|vakbondslidmaatschap|工会|労働組合|労組",
  ),
  row(
    "user.demographic.sexual_orientation",
    "sure",
    "tnb",
    "sexual orientation|sexuality|sexuelle orientierung|orientation sexuelle|orientacion sexual|orientamento sessuale|orientacao sexual|seksuele geaardheid|seksuele voorkeur|sexualitat|sexualitaet|sexualite|sexualidad|sessualita|sexualidade|seksualiteit|vida sexual|性指向|性取向|性的指向",
  ),
  row(
    "user.childrens",
    "person",
    "tnb",
    "child name|children|kinder|enfants|hijos|figli|filhos|kinderen|number of children|guardian|guardian name|is minor|子女|子供",
  ),
];
