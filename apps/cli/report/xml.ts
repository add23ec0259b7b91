// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 does not know these, not even escaped
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** As text of an element or of an attribute. */
export const escaped = (text: string): string =>
  text.replace(NO_XML, "\ufffd").replace(/[&<>"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);
