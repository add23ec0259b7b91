/** What a plain word means in a collection of a certain kind: the `code` of `login_tokens`, the `keyword` of `searches`, the `result` of `lab_tests`. */
import { wordsOf } from "./words.ts";

export interface Meant {
  readonly category: string;
  readonly because: string;
  /** So whoever the collection is about; else only where its rows are somebody's. */
  readonly anywhere: boolean;
}

interface Row {
  /** One of the collection's words is like this. */
  readonly of: RegExp;
  /** All words of the field are. */
  readonly named: RegExp;
  readonly category: string;
  readonly anywhere?: boolean;
  /** Not only in texts. */
  readonly anyType?: boolean;
  /** Also where it is the key. */
  readonly inKey?: boolean;
  /** Unless the collection has such a word, too: settings, kinds and texts of it. */
  readonly unless?: RegExp;
}

const KINDS =
  /^(?:types?|kinds?|categor\w*|templates?|layouts?|settings?|configs?|formats?|status(?:es)?|groups?|lists?|codes?|catalog\w*)$/;

const MEANT: readonly Row[] = [
  {
    of: /^(?:tokens?|otps?|sessions?|resets?|activations?|verifications?|authorizations?|invites?|invitations?|nonces?|passwds?|passwords?)$/,
    named: /^(?:code|hash|key|value|secret|nonce|challenge)$/,
    category: "user.authorization.credentials",
    anywhere: true,
  },
  {
    of: /^(?:api|apis|apikeys?)$/,
    named: /^(?:key|value|secret|hash)$/,
    category: "user.authorization.credentials",
    anywhere: true,
  },
  {
    of: /^(?:sessions?|useronline|sitzung(?:en)?|sesiones|sessioni|sessoes)$/,
    named: /^(?:session id|sessionid|session key|sid|session)$/,
    category: "user.authorization.credentials",
    anywhere: true,
    inKey: true,
  },
  {
    of: /^search(?:es)?$/,
    named: /^(?:keywords?|query|q|terms?|phrase|text|words?)$/,
    category: "user.behavior.search_history",
  },
  {
    of: /^(?:online|visits?|pageviews?|hits?|clicks?|referr?ers?|sources?)$/,
    named: /^(?:url|uri|request uri|page|path|referer|referrer|http referer|http referrer|landing page)$/,
    category: "user.behavior.browsing_history",
  },
  {
    of: /^(?:mails?|emails?|newsletters?|mailings?)$/,
    named:
      /^(?:(?:normalized |normalised |canonical )?address|to|from|cc|bcc|tocc|tobcc|recipients?|receiver|sender|reply to)$/,
    category: "user.contact.email",
  },
  {
    of: /^(?:mails?|emails?|mailqueue|outbox|inbox)$/,
    named: /^(?:subject|body|message|content|text|body html|body text|html body|text body|betreff|inhalt)$/,
    category: "user.content.private",
    anywhere: true,
    unless: KINDS,
  },
  {
    of: /^(?:pay|payhistory|payroll|salar(?:y|ies)|wages?|compensations?|gehalt|gehaelter|lohn|loehne)$|payhistory$/,
    named: /^(?:rate|amount|value|base|step|betrag)$/,
    category: "user.financial",
    anyType: true,
  },
  {
    of: /^(?:employees?|staff|salesperson|salespersons|personnel|mitarbeiter|personal|employes?|empleados?|dipendenti|funcionarios?|medewerkers?)$/,
    named:
      /^(?:bonus|bonuses|commission|commission (?:pct|rate)|commissionpct|provision|prime|comision|comissao|commissie)$/,
    category: "user.financial",
    anyType: true,
  },
  {
    of: /^(?:cards?|creditcards?|kreditkarten?|tarjetas?|cartes?)$/,
    named: /^(?:exp|expiry|expiration)(?: (?:month|year|date))?$/,
    category: "user.financial.credit_card",
    anyType: true,
  },
  {
    of: /^(?:vitals?|vitalwerte|vital signs?)$/,
    named:
      /^(?:\w+ )?(?:temperature|temp|pulse|respiration|saturation|weight|height|bps|bpd|systolic|diastolic|circ|circumference|glucose|value|result|note|notes|status)$/,
    category: "user.health_and_medical",
    anyType: true,
  },
  {
    of: /^(?:diagnos(?:is|es|e|en|i|tic\w*)|allerg\w+|immuni[sz]ations?|vaccin\w*|impfung(?:en)?|vacunas?|vacinas?|medications?|medicines?|medikamente?|medikation|medicaments?|medicamentos?|farmaci|medicijnen|medicatie|prescriptions?|ordonnances?|symptoms?|symptome|sintomas|anamnes\w+|befunde?|treatments?|behandlung(?:en)?|traitements?|tratamientos?|tratamentos?|trattamenti|diseases?|illness(?:es)?|krankheiten|maladies|enfermedades|malattie|doencas|ziekten|surger(?:y|ies)|lab|labs|laboratory|labor|health|medical|clinical|pathology|radiology)$/,
    named:
      /^(?:name|title|code|description|notes?|comments?|reason|reaction|severity|results?|value|findings?|dose|dosage|frequency|indication|onset date|(?:date )?administered(?: date| at| on)?|refusal reason|outcome|injury (?:type|part)|bezeichnung|ergebnis|bemerkung|beschreibung|descripcion|observaciones|descrizione|esito|descricao|resultado|resultat)$/,
    category: "user.health_and_medical",
    anyType: true,
    unless: KINDS,
  },
];

/** Null: the collection's name says nothing of that kind. `text`: the field holds texts. */
export function meantIn(
  field: string,
  collection: string,
  { text, inKey }: { readonly text: boolean; readonly inKey: boolean },
): Meant | null {
  const own = wordsOf(collection.split(".").at(-1) ?? collection);
  const word = wordsOf(field).join(" ");
  const found = MEANT.find(
    (row) =>
      (text || row.anyType === true) &&
      (!inKey || row.inKey === true) &&
      row.named.test(word) &&
      own.some((w) => row.of.test(w)) &&
      (row.unless === undefined || !own.some((w) => row.unless?.test(w) === true)),
  );
  return found === undefined
    ? null
    : {
        category: found.category,
        because: `\`${word}\` in a collection of that kind`,
        anywhere: found.anywhere === true,
      };
}
