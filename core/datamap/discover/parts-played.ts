/** Parts that people play, as names of fields say them: whose a row is, and who only had to do with it. */
import { wordsOf } from "../classify/words.ts";

/** Parts that people play. First: rows with these are theirs; the rest only tell who had to do with the row. */
const OWNERS =
  "user usr owner author actor creator customer client member account person patient student employee holder buyer purchaser subscriber sender poster writer uploader submitter requester reporter applicant participant player guest attendee contact profile voter follower borrower payer benutzer nutzer kunde besitzer inhaber ersteller verfasser autor auteur utilisateur proprietaire createur usuario propietario creador cliente autore proprietario creatore utente dono criador eigenaar gebruiker maker klant grantee tecnico agente fornitore persona personne pessoa persoon paciente paziente mitglied membre miembro membro socio adherent abonne eleve alumno aluno schuler schueler leerling deelnemer teilnehmer participante bewerber candidate candidat candidato kund lid mieter locataire inquilino tenant resident citizen driver passenger yonghu zuozhe kehu kokyaku".split(
    " ",
  );
const OTHERS =
  "assignee manager moderator approver reviewer editor updater modifier deleter recipient receiver addressee target subject mentioned granter revoker resolver mod vettore referrer inviter invited referred referee supervisor lead operator operario operador cajero agent staff rep handler processor verifier admin responder sponsor seller leader instructor teacher doctor assigned followed blocked friend muted reported winner bearbeiter empfanger empfaenger vorgesetzter destinataire responsable gestionnaire destinatario responsable encargado ontvanger beheerder".split(
    " ",
  );
const BY = new Set(
  "created updated modified deleted approved reviewed added changed edited posted submitted uploaded assigned closed opened resolved locked published sent requested reported invited referred moderated verified owned cancelled banned accepted archived erstellt geandert bearbeitet cree modifie creado modificado".split(
    " ",
  ),
);
const PERSON_WORDS = new Set([...OWNERS, ...OTHERS]);

export const STAFF_WORDS = new Set(
  "manager supervisor rep agent staff seller sales support approver operator operario operador cajero instructor teacher doctor responsable encargado vorgesetzter bearbeiter verkaufer beheerder handler processor employee".split(
    " ",
  ),
);
export const STAFF =
  /employee|staff|admin|agent|mitarbeiter|employe|empleado|dipendent|funcionario|medewerker|yuangong|员工|shain|社員/i;

/** How other languages say `by`, and what a word of theirs before it looks like: `eroeffnet_von`, `modifie_par`, `creado_por`, `creato_da`. */
const BY_ELSEWHERE: Readonly<Record<string, RegExp>> = {
  von: /^(ge|be|ver|er|ent|zer|an|ab|auf|ein|frei|hoch|zu).{2,}(t|en)$|ung$/,
  par: /(e|ee|i|u)$/,
  por: /[aei]d[oa]$|t[oa]$/,
  da: /[aeiu]t[oa]$|s[oa]$/,
  door: /^(ge|be|ver|ont|aan|op|toe).{2,}(d|t|en)$/,
};

/** What somebody can have done to a row; the lists can not know all of it (`hidden_by_id`, `zapped_by`). */
const isDone = (word: string): boolean =>
  (/^\p{L}{4,}ed$/u.test(word) && !BY_THINGS.test(word)) ||
  /^(?:hidden|written|taken|made|given|seen|sold|drawn|driven|held|done|undone|frozen|withdrawn|overridden|paid|built|begun)$/.test(
    word,
  );
/** Done by what is no person as a rule, or by what a list is put in order. */
const BY_THINGS =
  /^(?:powered|sorted|grouped|indexed|supported|caused|replaced|superseded|required|needed|limited|triggered|backed|bounded|filtered|partitioned|affected|produced|generated|covered|divided|multiplied|increased|decreased|reduced|succeeded|preceded|linked|scaled)$/;

/** `issuedby`: with nothing between. */
const gluedBy = (word: string): string | null => /^(\p{L}{3,}ed)by$/u.exec(word)?.[1] ?? null;

const isBy = (words: readonly string[], at: number): boolean => {
  const glued = gluedBy(words[at] ?? "");
  if (glued !== null) return BY.has(glued) || isDone(glued);
  const before = words[at - 1] ?? "";
  if (words[at] === "by") return BY.has(before) || isDone(before);
  return BY_ELSEWHERE[words[at] ?? ""]?.test(before) === true;
};

/** A participle with `by` after it: `created_by`, `created_by_user_id`. */
export const doneBy = (words: readonly string[]): boolean => words.some((_, at) => isBy(words, at));

/** Who works on a row, where that is written down as text. Nouns that are of firms as often (`customer`, `client`) are none. */
const DOERS =
  /^(?:owner|creator|approver|reviewer|assignee|maintainer|besitzer|eigentuemer|ersteller|bearbeiter|verfasser|proprietaire|createur|propietario|creador|proprietario|creatore|criador|eigenaar)$/;

/** `created_by`, `modified_by_user`, `owner`, `process_owner`. */
export const isDoer = (words: readonly string[]): boolean => doneBy(words) || DOERS.test(words.at(-1) ?? "");

/** A person's part is what the name is about, not a word that only stands beside it (`id_conto_cliente` is an account). */
export const playsPart = (
  words: readonly string[],
  { head, headFirst }: { readonly head: string; readonly headFirst: boolean },
): boolean =>
  doneBy(words) ||
  PERSON_WORDS.has(head) ||
  (!headFirst && words.slice(0, -1).some((w) => PERSON_WORDS.has(w)) && SUFFIXES.has(head));
/** `user_ref`, `author_uid`: what stands behind a person and is still the person. */
const SUFFIXES = new Set("ref uid self one two a b".split(" "));

/** Who does business with the company, and need not have a way to log in. */
export const PARTY_WORDS = new Set(
  "customer client buyer supplier vendor carrier partner kunde lieferant fournisseur cliente fornitore vettore agente tecnico proveedor fornecedor klant leverancier".split(
    " ",
  ),
);

const NO_AGENTS =
  /^(order|number|folder|server|header|footer|layer|filter|parameter|register|counter|container|trigger|banner|poster|offer|letter|paper|chapter|quarter|sensor|color|colour|factor|error|sector|printer|computer|router|cluster|center|theater|timer|buffer|calendar|wrapper|cover|power|level|meter|tier|carrier|manufacturer|newsletter|scanner|semester|transfer|voucher|ledger|character|cursor|floor|door|motor|monitor|vector|color|author|integer|pointer|browser|worker|provider|importer|exporter|adapter|controller|handler|loader|parser|builder|helper|master|cluster|fee|tree|committee|coffee|fiscalyear|year|other|river|weather|whether|after|never|tender|gender|render|slider|reminder|discover|weekly|corner|primer|over|under|tour|hour|four|minor|major|prior|anterior|exterior|interior|valeur|couleur|facteur|secteur|ordinateur)$/;

/** Who does something, by the ending of the word: `granter`, `revoker`, `grantee`. */
export const isAgent = (word: string): boolean =>
  word.length >= 5 && /(?:er|or|ee|eur)$/.test(word) && !NO_AGENTS.test(word);

/** `banner` of `bans`, `poster` of `posts`: who did what the collection is called after, whatever the word means elsewhere. */
export function isAgentOf(word: string, collection: readonly string[]): boolean {
  const act = (collection.at(-1) ?? "").replace(/s$/, "");
  if (act.length < 3) return false;
  return [`${act}er`, `${act}${act.at(-1)}er`, ...(act.endsWith("e") ? [`${act}r`] : [])].includes(word);
}

/** How near the name of a link says that the person is: 0 theirs … 2 only had to do with it. */
export function partOf(field: string): { readonly rank: number; readonly word: string | null } {
  const words = wordsOf(field);
  const by = words.findIndex((_, at) => isBy(words, at));
  if (by >= 0) {
    const glued = gluedBy(words[by] ?? "");
    const word = glued ?? words[by - 1] ?? "";
    return {
      rank: /^(created|added|posted|submitted|uploaded|owned|sent|requested|erstellt|eroeffnet|angelegt|verfasst|gesendet|cree|creado|creato|criado|aangemaakt)$/.test(
        word,
      )
        ? 1
        : 2,
      word: glued === null ? `${word} ${words[by]}` : `${word} by`,
    };
  }
  const other = words.find(
    (w) => OTHERS.includes(w) || w === "parent" || w === "reports" || w === "support" || w === "rep",
  );
  if (other !== undefined) return { rank: 2, word: other };
  const owner = words.find((w) => OWNERS.includes(w));
  if (owner === undefined && words.length === 1 && words[0] === "uid") return { rank: 0, word: "user" };
  return { rank: owner === undefined ? 1 : 0, word: owner ?? null };
}

export const RECEIVES =
  /^(recipient|receiver|addressee|empfanger|empfaenger|destinataire|destinatario|ontvanger)$/;
export const ABOUT_OTHERS =
  /^(target|subject|reported|referred|invited|mentioned|followed|blocked|friend|muted|winner)$/;
