/** Schemas of a store: what a name without one belongs to, and which are so much the usual ones that names go without them. */

const USUAL: ReadonlySet<string> = new Set(["", "public", "dbo", "main", "default"]);

/** Empty for the usual ones. */
export const schemaOf = (name: string): string => (USUAL.has(name.toLowerCase()) ? "" : name);

export const inSchema = (schema: string, name: string): string =>
  schemaOf(schema) === "" ? name : `${schema}.${name}`;

/** `public.users` → `users`; without a schema in it, it is of `schema`. */
export function fullName(name: string, schema = ""): string {
  const at = name.indexOf(".");
  return at < 0 ? inSchema(schema, name) : inSchema(name.slice(0, at), name.slice(at + 1));
}

const SET =
  /^set\s+(?:session\s+|local\s+)?(?:search_path\s*(?:=|\bto\b)|schema\b)\s*([\s\S]+)$|^select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'search_path'\s*,\s*'([^']*)'/i;
const NAME = /'([^']*)'|"([^"]*)"|([\w$]+)/g;
/** Of the system, or called after who is at work: no dump makes tables there. */
const NOBODYS = /^(?:pg_catalog|information_schema|\$user)$/i;

/** The schemas in which names without one are looked for from here on, the first for what is made; null: the statement says nothing of it. */
export function searchPathIn(sql: string): readonly string[] | null {
  if (/^reset\s+search_path\b/i.test(sql)) return [];
  const [all, set, configured] = SET.exec(sql) ?? [];
  if (all === undefined) return null;
  // `'shop, public'`: a list within quotes is one as well.
  const names = [...(set ?? configured ?? "").matchAll(NAME)]
    .flatMap(([, single, double, plain]) => single?.split(/[\s,"]+/) ?? [double ?? plain ?? ""])
    .filter((n) => n !== "" && !NOBODYS.test(n));
  return names.map(schemaOf);
}
