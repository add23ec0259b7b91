/**
 * What names of fields say, in the languages that we meet most: English, German, French, Spanish, Italian, Portuguese, Dutch, Chinese
 * (characters and pinyin), Japanese (characters and romaji). A term is one or more words; those in scripts without blanks match anywhere.
 */
export type Strength =
  /** Personal wherever it stands. */
  | "sure"
  /** Personal wherever it stands, but shops and firms have it as well. */
  | "likely"
  /** Says something about a person only in a collection that is about persons. */
  | "person"
  /** As `person`, and not worth much. */
  | "weak";

export interface Term {
  readonly category: string;
  readonly strength: Strength;
  /** Families of types in which the term means this: t text, n number, d date, b boolean. */
  readonly types: string;
  readonly terms: string;
}

const row = (category: string, strength: Strength, types: string, terms: string): Term => ({
  category,
  strength,
  types,
  terms,
});

const SYSTEM = "system";

export const LEXICON: readonly Term[] = [
  // ── things: what looks like a person's word, and is of goods, files and machines
  row(
    SYSTEM,
    "person",
    "tn",
    "product name|product title|store name|shop name|item name|item title|category name|group name|role name|tag name|table name|column name|field name|class name|module name|plugin name|template name|event name|server name|host name|hostname|domain name|database name|schema name|queue name|bucket name|job name|task name|file type|mime type|content type|store url|shop url|meta title|meta description|meta keyword|meta keywords|sku|ean|upc|isbn|barcode|model|slug|currency|currency code|meta key|checksum|etag|locale code|language code|country iso|template|layout|font|sort order|unit price|total price|discount|shipping cost",
  ),
  row(
    SYSTEM,
    "weak",
    "tn",
    "public key|key type|key id|client id|redirect uri|redirect url|callback url|token endpoint|token type|token url|algorithm|scope|scopes",
  ),
  // ── contact
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
  row("user.contact.phone_number", "person", "tn", "tel|mobile|cell|gsm|portable|mobil"),
  row("user.contact.fax_number", "likely", "tn", "fax|fax number|faxnummer|telecopie|传真|ファックス"),
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
    "apartment|apt|suite|building|district|neighborhood|neighbourhood|bairro|colonia|town hall|via",
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
  row("user.contact.url", "person", "t", "url|website|web site|homepage|web|webpage|blog|网址|ホームページ"),
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
    "employer|workplace|arbeitgeber|employeur|empleador|werkgever|单位|勤務先",
  ),
  row(
    "user.social",
    "likely",
    "t",
    "linkedin|twitter|facebook|instagram|skype|telegram|wechat|weixin|qq|icq|xing profile|github username|mastodon|微信|line id|social profile",
  ),
  // ── names
  row(
    "user.name.first",
    "sure",
    "t",
    "first name|firstname|fname|given name|givenname|forename|vorname|prenom|primer nombre|voornaam|roepnaam|名字",
  ),
  row(
    "user.name.last",
    "sure",
    "t",
    "last name|lastname|lname|surname|family name|familyname|nachname|familienname|nom famille|nom de famille|apellido|apellidos|cognome|sobrenome|apelido|achternaam|maiden name|geburtsname|myoji|苗字",
  ),
  row(
    "user.name",
    "sure",
    "t",
    "full name|fullname|display name|displayname|real name|legal name|contact name|customer name|client name|employee name|patient name|holder name|account holder|card holder|cardholder|recipient name|sender name|author name|guest name|person name|member name|student name|middle name|middlename|nom complet|nombre completo|nome completo|nominativo|volledige naam|tussenvoegsel|kundenname|ansprechpartner|contact person|emergency contact|contacto|xingming|zhenshi xingming|shimei|姓名|真实姓名|氏名|お名前|フリガナ|furigana|kana name|mother name|father name",
  ),
  row("user.name", "person", "t", "name|nom|nombre|nome|naam|initials|salutation name|名前|namae"),
  row(
    "user.name",
    "likely",
    "t",
    "author|poster|sender|recipient|reporter|submitter|signatory|attendee|composer|writer|photographer|speaker|instructor|lyricist|autor|auteur|autore|verfasser|作者",
  ),
  row(
    "user.account.username",
    "sure",
    "t",
    "username|user name|user login|login name|loginname|screen name|screenname|benutzername|nutzername|nom utilisateur|nombre usuario|nome utente|nome usuario|gebruikersnaam|yonghuming|用户名|ユーザー名|user handle",
  ),
  row(
    "user.account.username",
    "person",
    "t",
    "login|handle|nickname|nick|nicename|alias|spitzname|apodo|pseudo|pseudonyme|identifiant|nicheng|昵称|ニックネーム|account name",
  ),
  // ── ways in
  row(
    "user.authorization.password",
    "sure",
    "t",
    "password|passwd|pwd|passphrase|password hash|password digest|encrypted password|hashed password|crypted password|passwort|kennwort|mot de passe|mdp|motdepasse|contrasena|contrasenia|senha|wachtwoord|mima|pasuwado|密码|パスワード|user pass|passwordhash|salt|password salt",
  ),
  row("user.authorization.password", "person", "t", "pass|clave|parola"),
  row(
    "user.authorization.credentials",
    "sure",
    "t",
    "token|access token|refresh token|api key|apikey|api token|api secret|secret|client secret|secret key|otp|otp secret|totp|mfa secret|two factor secret|recovery code|backup codes|reset token|password reset token|confirmation token|activation key|activation code|remember token|session token|auth token|auth key|private key|security answer|secret answer|security question|lingpai|令牌|トークン|webauthn",
  ),
  row(
    "user.authorization.credentials",
    "person",
    "tn",
    "pin|session key|session id|sessid|oauth uid|credential|credentials|provider uid",
  ),
  row(
    "user.authorization.biometric",
    "sure",
    "ti",
    "face encoding|face embedding|face template|faceprint|voiceprint|iris scan|retina scan|biometric|biometrics|biometrie|fingerprint template|指纹|人脸",
  ),
  // ── devices
  row(
    "user.device.ip_address",
    "sure",
    "tn",
    "ip|ip address|ip addr|ipaddress|ipaddr|remote addr|remote ip|client ip|adresse ip|direccion ip|indirizzo ip|ipadresse|ip地址|ipアドレス",
  ),
  row(
    "user.device.device_id",
    "sure",
    "t",
    "device id|deviceid|device token|device uuid|imei|imsi|udid|idfa|gaid|advertising id|android id|mac address|macaddress|push token|device fingerprint|browser fingerprint|geraetekennung|设备号",
  ),
  row("user.device.device_id", "person", "t", "mac|serial number|fingerprint"),
  row("user.device", "sure", "t", "user agent|useragent|http user agent|browser agent|ユーザーエージェント"),
  row(
    "user.device",
    "person",
    "t",
    "browser|device|device name|device model|device type|operating system|os version|platform|screen resolution|agent",
  ),
  row("user.device.cookie_id", "sure", "t", "cookie|cookie id|ga client id|gclid|fbclid"),
  row(
    "user.unique_id.pseudonymous",
    "likely",
    "t",
    "visitor id|anonymous id|tracking id|pseudonym|pseudonymous id|distinct id|user hash|visitor uuid",
  ),
  // ── demographic
  row(
    "user.demographic.date_of_birth",
    "sure",
    "tdn",
    "birth date|date of birth|dob|birthday|birthdate|born|birth|birth year|year of birth|geburtsdatum|geburtstag|geb datum|gebdatum|geb dat|geb tag|gebtag|geboren|geburtsjahr|date naissance|naissance|fecha nacimiento|fecha de nacimiento|nacimiento|data nascita|nascita|data nascimento|data de nascimento|nascimento|geboortedatum|geboorte|shengri|chusheng|tanjobi|seinengappi|生日|出生|生年月日|誕生日",
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
    "religion|religious|religious belief|denomination|konfession|kirchensteuer|kirchenzugehorigkeit|religione|religiao|godsdienst|geloof|zongjiao|shukyo|宗教|信仰|faith|church membership",
  ),
  row(
    "user.demographic.race_ethnicity",
    "sure",
    "tnb",
    "ethnicity|ethnic|ethnic group|ethnic origin|ethnie|etnia|ethnische herkunft|origine ethnique|raza|minzu|民族|人种|人種|caste|tribe|skin color|skin colour|hautfarbe|race ethnicity",
  ),
  row("user.demographic.race_ethnicity", "person", "tn", "race"),
  row(
    "user.demographic.political_opinion",
    "sure",
    "tnb",
    "political|political opinion|political party|political affiliation|party membership|party affiliation|parteizugehorigkeit|parti politique|partido politico|partito|zhengzhi|政治面貌|政党|union member|trade union|union membership|gewerkschaft|syndicat|sindicato|sindacato|vakbond|労働組合",
  ),
  row(
    "user.demographic.sexual_orientation",
    "sure",
    "tnb",
    "sexual orientation|sexuality|sexuelle orientierung|orientation sexuelle|orientacion sexual|orientamento sessuale|orientacao sexual|seksuele geaardheid|性取向|性的指向",
  ),
  row(
    "user.childrens",
    "person",
    "tnb",
    "child name|children|kinder|enfants|hijos|figli|filhos|kinderen|number of children|guardian|guardian name|is minor|子女|子供",
  ),
  // ── health
  row(
    "user.health_and_medical",
    "sure",
    "tnbd",
    "diagnosis|diagnose|diagnostic code|illness|disease|disability|disabled person|allergy|allergies|allergie|allergien|alergia|alergias|allergia|medication|medications|medikament|medikamente|medicament|medicamento|farmaco|symptom|symptoms|symptome|sintomas|blood type|blood group|bloodtype|blutgruppe|groupe sanguin|grupo sanguineo|gruppo sanguigno|bloedgroep|xuexing|血型|血液型|bmi|pregnancy|pregnant|schwanger|schwangerschaft|enceinte|embarazo|gravidanza|zwanger|vaccination|vaccine|impfung|impfstatus|vaccin|vacuna|krankheit|krankheiten|behinderung|schwerbehinderung|maladie|handicap|enfermedad|discapacidad|malattia|doenca|deficiencia|ziekte|bingshi|zhenduan|诊断|病史|过敏|病歴|診断|アレルギー|medical|medical history|medical notes|medical condition|health condition|health status|gesundheit|gesundheitszustand|sante|salud|salute|saude|gezondheid|健康|sick leave|krankenstand|krankmeldung|krankheitstage|smoker|icd|icd code|cause of death|cause death|hiv|blood pressure|heart rate|blutdruck|anamnese|anamnesis|health",
  ),
  row(
    "user.health_and_medical",
    "person",
    "tn",
    "prescription|treatment|therapy|therapie|dose|dosage|body weight|weight|height|dead|death date|koerpergroesse|korpergrosse|gewicht",
  ),
  row(
    "user.health_and_medical.record_id",
    "sure",
    "tn",
    "medical record|medical record number|mrn|patient number|nhs number|patientennummer|病历号",
  ),
  row(
    "user.health_and_medical.insurance_beneficiary_id",
    "sure",
    "tn",
    "health insurance|health insurance number|insurance number|krankenkasse|versichertennummer|krankenversicherung|numero mutuelle|zorgverzekering|medicare number|医保|保険証",
  ),
  row("user.health_and_medical.genetic", "sure", "t", "genetic|genome|dna|genotype|genetik|遗传"),
  row(
    "user.criminal_history",
    "sure",
    "tnb",
    "criminal record|criminal history|conviction|convictions|criminal offence|casier judiciaire|vorstrafe|vorstrafen|fuhrungszeugnis|fuehrungszeugnis|antecedentes penales|casellario|antecedentes criminais|strafblad|犯罪|前科|arrest record",
  ),
  // ── papers
  row(
    "user.government_id.national_identification_number",
    "sure",
    "tn",
    "ssn|social security|social security number|sozialversicherungsnummer|svnr|sv nummer|numero secu|numero securite sociale|nir|nss|national id|national identifier|national identification|national insurance number|id card|id card number|identity card|identity number|ausweisnummer|personalausweis|perso nr|dni|dni nie|cpf|curp|codice fiscale|codicefiscale|bsn|burgerservicenummer|personnummer|cpr nummer|pesel|aadhaar|aadhar|tax id|tax number|tin number|steuernummer|steuer id|steueridentifikationsnummer|nif|cuit|cuil|cedula|shenfenzheng|shenfenzhenghao|sfz|sfzh|身份证|证件号|my number|kojin bango|マイナンバー|個人番号|numero documento|documento identidad|numero identite",
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
    "user.government_id",
    "person",
    "tn",
    "identification number|identification|document number|id number|id no",
  ),
  // ── money
  row(
    "user.financial.bank_account",
    "sure",
    "tn",
    "iban|bank account|bank account number|kontonummer|bankverbindung|bankkonto|compte bancaire|rib|cuenta bancaria|numero cuenta|conto corrente|conto bancario|conta bancaria|rekeningnummer|bankrekening|yinhangka|yinhang zhanghao|银行卡|银行账号|口座番号|routing number|sort code|bankleitzahl|blz",
  ),
  row(
    "user.financial.bank_account",
    "likely",
    "tn",
    "account number|acct number|account no|bic|swift|swift code|bank name",
  ),
  row(
    "user.financial.credit_card",
    "sure",
    "tn",
    "card number|cardnumber|credit card|creditcard|credit card number|cc number|ccnum|ccnumber|cvv|cvc|card expiry|card exp|card last|last four|kreditkarte|kreditkartennummer|carte bancaire|numero carte|numero tarjeta|tarjeta|carta credito|numero carta|cartao|numero cartao|creditcardnummer|信用卡|カード番号",
  ),
  row(
    "user.financial",
    "sure",
    "tn",
    "salary|wage|income|gehalt|lohn|einkommen|salaire|revenu|salario|sueldo|stipendio|reddito|renda|salaris|inkomen|gongzi|工资|薪资|収入|給与|credit score|creditscore|bonitat|schufa|net worth|annual income|pension",
  ),
  row(
    "user.financial",
    "person",
    "tn",
    "balance|account balance|credit limit|kontostand|solde|saldo|debt|payout|donation|donation amount|yue|余额|残高",
  ),
  row(
    "user.financial",
    "weak",
    "tn",
    "amount|total|total amount|amount paid|paid amount|grand total|betrag|summe|montant|importe|importo|bedrag|jine|金额|金額|total price|invoice total",
  ),
  row(
    "user.payment",
    "likely",
    "t",
    "stripe customer id|stripe customer|paypal|paypal email|stripe subscription id|braintree customer|payment token",
  ),
  row(
    "user.payment",
    "person",
    "t",
    "payment method|payment type|card brand|card type|zahlungsart|moyen paiement|metodo pago|支付方式",
  ),
  // ── work
  row(
    "user.job_title",
    "likely",
    "t",
    "job title|jobtitle|occupation|profession|beruf|berufsbezeichnung|metier|poste occupe|ocupacion|profesion|professione|profissao|beroep|zhiye|职业|职位|職業|役職",
  ),
  row("user.job_title", "person", "t", "job|position|title|cargo|puesto|funktion|function|job role"),
  // ── content
  row(
    "user.content.self_image",
    "sure",
    "ti",
    "avatar|avatar url|profile picture|profile image|profile photo|profilbild|photo profil|foto perfil|foto profilo|profielfoto|selfie|portrait|gravatar|touxiang|头像|プロフィール画像",
  ),
  row(
    "user.content.self_image",
    "person",
    "ti",
    "photo|picture|image|foto|bild|imagen|immagine|afbeelding|zhaopian|照片|写真|face",
  ),
  row(
    "user.content.private",
    "person",
    "t",
    "message|private message|message body|msg|nachricht|mensaje|messaggio|mensagem|bericht|xiaoxi|note|notes|private notes|internal note|memo|notiz|bemerkung|remark|remarks|opmerking|observaciones|note interne|beizhu|备注|備考|メモ|メッセージ|消息|transcript|chat|prompt|conversation",
  ),
  row(
    "user.content",
    "person",
    "t",
    "body|content|text|comment|comments|review|feedback|answer|reply|post|caption|kommentar|commentaire|comentario|comentarios|commento|comentario texto|liuyan|pinglun|留言|评论|コメント|レビュー|bio|biography|about me|about|summary|description|signature|subject|headline|excerpt|status text|beschreibung|descripcion|inhalt|betreff|contenu|contenido|filename|file name|attachment",
  ),
  // ── behaviour
  row(
    "user.behavior",
    "likely",
    "tdn",
    "last login|last login at|last logged in|last seen|last seen at|last active|last active at|last activity|last visit|last visited|last access|last sign in|last sign in at|current sign in at|sign in count|login count|logins|letzter login|letzte anmeldung|derniere connexion|ultimo acceso|ultimo accesso|laatste login|zuihou denglu|最后登录|最終ログイン",
  ),
  row(
    "user.behavior",
    "person",
    "tn",
    "clicks|page views|pageviews|views|visits|karma|reputation|event name|activity|time spent|utm source|utm campaign|utm medium|acquisition source|score",
  ),
  row(
    "user.behavior.browsing_history",
    "person",
    "t",
    "referer|referrer|landing page|visited url|page url|browsing history|entry page|last page",
  ),
  row(
    "user.behavior.search_history",
    "likely",
    "t",
    "search query|search term|search terms|search text|search history|keywords searched|suchbegriff|搜索词",
  ),
  row(
    "user.behavior.media_consumption",
    "person",
    "tn",
    "watch history|watched|listened|play count|watched seconds",
  ),
  row(
    "user.privacy_preferences",
    "likely",
    "tnbd",
    "newsletter|opt in|optin|opt out|optout|marketing|marketing email|marketing consent|consent|consented at|gdpr|subscribed|unsubscribed|unsubscribed at|do not track|allow tracking|do not contact|email notifications|einwilligung|werbung erlaubt|consentement|consentimiento|consenso|consentimento|toestemming|privacy settings|accepts marketing|email opt in|sms opt in|terms accepted at",
  ),
  // ── what names a person
  row(
    "user.unique_id",
    "likely",
    "tn",
    "customer number|customer no|kundennummer|kunden nr|numero client|numero cliente|klantnummer|client number|member number|membership number|mitgliedsnummer|personalnummer|employee number|employee no|matricule|student number|matrikelnummer|loyalty card|loyalty number|referral code|kehu bianhao|会员号|工号|社員番号|会員番号|external user id|google id|facebook id|apple id|github id|openid|unionid|oauth id",
  ),
  row("user.unique_id", "person", "tn", "external id|uid|uuid|guid|public id|account id"),
  row(
    "user.location.precise",
    "likely",
    "tn",
    "latitude|longitude|lat|lng|lon|gps|gps coordinates|coordinates|geolocation|geo location|geo point|latlng|lat lng|breitengrad|laengengrad|langengrad|latitud|longitud|latitudine|longitudine|经度|纬度|緯度|経度",
  ),
  row(
    "user.location.imprecise",
    "person",
    "t",
    "location|location name|home location|place name|timezone|time zone|geo city|geo country|geo region|standort|localisation|ubicacion|posizione|localizacao|locatie|weizhi|位置",
  ),
  row("user.sensor", "likely", "tn", "accelerometer|gyroscope|step count|steps"),
  row(
    "user.account",
    "weak",
    "tnb",
    "plan|subscription|subscription plan|credits|points|loyalty points|tier|membership|membership type|role|user role|jifen|积分|ポイント",
  ),
  row(
    "user.account.settings",
    "weak",
    "tn",
    "preferences|settings|theme|user settings|einstellungen|parametres|preferencias",
  ),
];

/** Words that make a field say something *about* the thing before them: `email_verified_at`, `phone_type`. */
export const ABOUT_WORDS: ReadonlySet<string> = new Set(
  "verified confirmed status type count format template enabled sent size length valid required visible version expires expiry expired expiration attempts failed updated changed modified order sort created deleted flag kind class mime style limit quota max min parent rank position level prefix suffix width mode listing sort interval endpoint disabled allowed frequency cycle duration upvotes downvotes html css hook".split(
    " ",
  ),
);

export const ABOUT_FIRST_WORDS: ReadonlySet<string> = new Set(
  "is has num count allow allows can show enable enabled use requires require max min no force hide needs show should default send".split(
    " ",
  ),
);

/** Nouns for people: a collection with such a head is about persons. */
export const PERSON_NOUNS: ReadonlySet<string> = new Set(
  (
    "user usr account customer client member person patient employee staff student teacher subscriber contact profile guest visitor donor candidate applicant driver passenger worker " +
    "resident citizen participant player friend lead prospect recipient beneficiary volunteer pupil parent guardian tenant_user admin administrator moderator operator agent physician doctor nurse provider_person " +
    "kunde kunden benutzer nutzer mitarbeiter mitglied patient person schuler schueler lehrer personal bewerber " +
    "utilisateur membre personne salarie employe eleve abonne adherent contact " +
    "usuario cliente persona empleado socio paciente alumno miembro trabajador contacto " +
    "utente dipendente persona socio paziente studente membro " +
    "utilizador pessoa funcionario aluno colaborador " +
    "gebruiker klant medewerker persoon patient leerling deelnemer " +
    "yonghu kehu huiyuan yuangong xuesheng huanzhe " +
    "kokyaku kaiin shain riyosha"
  ).split(" "),
);
export const PERSON_SIGNS: readonly string[] = [
  "用户",
  "客户",
  "会员",
  "员工",
  "学生",
  "患者",
  "ユーザー",
  "顧客",
  "会員",
  "社員",
  "利用者",
];
