/** Words around the terms, and nouns for people. */

/** Words that make a field say something *about* the thing before them: `email_verified_at`, `phone_type`. */
export const ABOUT_WORDS: ReadonlySet<string> = new Set(
  "verified confirmed status type count format template enabled sent size length valid required visible version expires expiry expired expiration attempts failed updated changed modified order sort created deleted flag kind class mime style limit quota max min parent rank position level prefix suffix width mode listing sort interval endpoint disabled allowed frequency cycle duration upvotes downvotes html css hook privacy dimensions".split(
    " ",
  ),
);

/** How something is shown or in what order it comes, whatever it is: the colour of a name is nobody's name. */
export const SHOWN_WORDS: ReadonlySet<string> = new Set(
  "color colour farbe couleur colore kleur kolor sortby sortdir sortorder orderby orderdir ordering".split(
    " ",
  ),
);
/** Of these a colour is how somebody looks. */
export const BODY_WORDS: ReadonlySet<string> = new Set(
  "eye eyes hair skin beard iris auge augen haar haare haut yeux cheveux peau ojo ojos pelo cabello piel occhi capelli pelle olhos cabelo pele ogen huid".split(
    " ",
  ),
);
/** Of these it is chosen, or how somebody is shown on a page; of anything else it may be a finding (`urine_colour`). */
export const CHOSEN_WORDS: ReadonlySet<string> = new Set(
  "user member name nick nickname favorite favourite preferred lieblings theme team group text background bg border link font label tag badge icon header accent brand primary secondary css".split(
    " ",
  ),
);
/** How a text is marked up: an id of that names nobody. */
export const MARKUP_WORDS: ReadonlySet<string> = new Set(
  "html css bbcode markdown markup wikitext".split(" "),
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
