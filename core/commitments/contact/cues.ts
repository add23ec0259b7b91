import type { Cues } from "../../policy/import/heard.ts";

export const cues: Cues = (h) => {
  const [address] = h.emails;
  const officer = /\bprotection offic(?:e|er)\b|保护(?:官|专员)/i.test(`${h.above} ${h.text}`);
  const rights = /\b(?:exercise (?:these|any|your)|rights)\b|权利/i.test(h.text);
  const contact = officer ? "officer" : rights ? "rights" : "general";
  if (address !== undefined) return { spec: { contact, by: "email", address } };
  const post = /^(?:postal )?address: (.+)$|^地址[:：](.+)$/i.exec(h.text);
  const written = post?.[1] ?? post?.[2];
  if (written !== undefined) return { spec: { contact, by: "post", address: written.trim() } };
  // An address is announced, and does not come.
  return h.has(/\bcontact us at:$|方式联系我们[:：]$/i)
    ? { spec: { contact, by: "email", address: "unknown" }, assumed: ["by"] }
    : null;
};
