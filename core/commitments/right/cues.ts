import type { Cues } from "../../policy/import/heard.ts";

const RIGHTS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:access|view|right to know|know what|receive a copy)\b|访问|查阅|查询/i, "access"],
  [/\b(?:portab\w+|export|machine-readable)\b|转移/i, "portability"],
  [
    /\b(?:correct(?:ion)?|rectif\w+|amend|update (?:your|inaccurate|or)|modify|inaccurate)\b|更正|修改/i,
    "rectify",
  ],
  [/\bsupplement\b|补充/i, "supplement"],
  [/\b(?:delet(?:e|ion)|eras(?:e|ure)|removal)\b|删除/i, "erase"],
  [/\brestrict(?:ion)?\b|限制/i, "restrict"],
  [/\bobject(?:ion)? to\b|反对/i, "object"],
  [/\bwithdraw(?:al)?\b|\bchange the scope of\b|撤回|撤销/i, "withdraw"],
  [/\bopt[- ]out of (?:the )?sale\b/i, "opt-out"],
  [/\b(?:deactivat\w+|cancel(?:ling)? (?:your )?account)\b|注销/i, "deactivate"],
  [/\bcomplain(?:t|ts)?\b|投诉|申诉/i, "complain"],
  [/\b(?:appeals?|mediation)\b/i, "appeal"],
];
const SAYS =
  /\b(?:rights? to|you can|you may|you have|rights including|have rights|may have the rights?|right of|are entitled|we protect your rights)\b|您(?:有权|可以|随时)|可以.*(?:投诉|请求)/i;
const TITLE = /\b(?:rights?|account management|manage the information)\b|权利/i;
const DEADLINE =
  /\bwe will (?:delete|respond|process your request|make every effort to make a reply|promptly)\b|我们将(?:及时|在)/i;
const NOT =
  /\b(?:will not affect|no longer|not affect|we cannot|cookies?|rejected|if you (?:no longer|are a minor)|once you withdraw|company has the right|we (?:have|hold) the rights?|we discover|became aware|our cookie)\b|不会影响|无法/i;

/** The rights that it names, and the ways that it names. */
export const cues: Cues = (h) => {
  const right = RIGHTS.filter(([cue]) => h.has(cue)).map(([, name]) => name);
  const listed = h.item && h.under(TITLE);
  const promised = h.has(DEADLINE) && h.periods.length > 0;
  if (right.length === 0 || (h.has(NOT) && !promised)) return null;
  if (!listed && !h.has(SAYS) && !promised) return null;
  const said = [
    ...(h.has(/\b(?:settings|account management)\b/i) ||
    h.under(/\baccount settings\b|\baccount management\b/i)
      ? ["settings"]
      : []),
    ...(h.emails.length > 0 || h.has(/\bvia e-?mail\b/i) ? ["email"] : []),
    ...(h.has(/\bcustomer service\b|客服/i) ? ["support"] : []),
    ...(h.has(/\bthrough your .*account\b|\bcancelling account\b/i) ? ["account"] : []),
    ...(h.has(/\brelated devices\b/i) ? ["device"] : []),
  ];
  const [within] = h.periods;
  return {
    spec: {
      right,
      ways: said.length > 0 ? said : ["support"],
      ...(within === undefined ? {} : { within }),
      ...(h.has(/\bauthorit(?:y|ies)\b|监管机构/i) && right.every((r) => r === "complain" || r === "appeal")
        ? { to: "authority" }
        : {}),
    },
    ...(said.length > 0 ? {} : { assumed: ["ways"] }),
    ...placesOf(`${h.above} ${h.text}`),
  };
};

function placesOf(text: string): { readonly in?: readonly string[] } {
  if (/\bCalifornia|\bCCPA\b/.test(text)) return { in: ["US-CA"] };
  return /\bEuropean?\b|\bEU residents\b|\bGDPR\b/.test(text) ? { in: ["EU"] } : {};
}
