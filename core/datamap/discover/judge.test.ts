import { expect, test } from "vitest";
import { evidenceOf } from "../classify/evidence.ts";
import { candidatesOf, type Join } from "./candidates.ts";
import { collectionWords } from "./collection-words.ts";
import { settle } from "./judge.ts";
import type { Looked } from "./model.ts";
import { found, linksOf, schema } from "./names-alone.fixture.ts";
import { sketchOf } from "./sketch.ts";

test("what queries join leads there, whatever it is called, and before what its name suggests", () => {
  const text = `users: id*, email text, password text
    orders: id*, who, total date
    notes: id*, order_id, body text
    order_books: id*, title text`;
  const join = (a: string, b: string): Join => {
    const place = (said: string) => {
      const [collection = "", field = ""] = said.split(".");
      return { collection, field };
    };
    return { a: place(a), b: place(b), times: 3 };
  };
  const all = found(text, [
    join("orders.who", "users.id"),
    join("notes.order_id", "order_books.id"),
    join("orders.total", "users.id"),
  ]);
  expect(linksOf(all, "orders")).toEqual(["who > users owner"]);
  expect(all.get("orders")?.links[0]).toMatchObject({
    source: "queries",
    reason: "3 queries join it to `users.id`; no values to compare",
  });
  expect(linksOf(all, "notes")).toEqual(["order_id > order_books"]);
  expect(linksOf(found(text), "orders")).toEqual([]);
});

test("names in several fashions lead to the same collection", () => {
  const all = found(`users: id*, email text, password text
    posts: id*, user_id, parentId, title text
    app_comments: id*, postId, author_id, createdBy, body text
    stories: id*, ownerid, category_id
    categories: id*, name text`);
  expect(linksOf(all, "posts")).toEqual(["user_id > users owner", "parentId > posts"]);
  expect(linksOf(all, "app_comments")).toEqual([
    "postId > posts",
    "author_id > users owner",
    "createdBy > users mention",
  ]);
  expect(linksOf(all, "stories")).toEqual(["ownerid > users owner", "category_id > categories"]);
  expect(all.get("categories")?.about).toBe("other");
  expect(all.get("stories")?.about).toBe("owned");
});

test.each([
  ["ding_typ", "ding_id", "schluessel", "wert"],
  ["objet_type", "objet_id", "attribut", "valeur"],
  ["entidad_tipo", "entidad_id", "atributo", "valor"],
  ["subject_type", "subject_id", "meta_key", "meta_value"],
])("%s with %s, %s with %s: the shape is suspected, in whatever language", (type, id, key, value) => {
  const all = found(`users: id*, email text, password text
    extras: id*, ${type} text, ${id} integer, ${key} text, ${value} text`);
  expect(all.get("extras")?.suspected).toEqual([
    `\`${id}\` may lead where \`${type}\` says; no value of it names a collection`,
    `\`${value}\` means what \`${key}\` says: an attribute and its value in a row`,
  ]);
});

test("how many of them is not which of them", () => {
  const all = found(`users: id*, email text, password text
    quantities: id*, limit_per_user integer, quantity integer
    basket_items: id*, user_id, quantity integer, quantity_id integer`);
  expect(linksOf(all, "quantities")).toEqual([]);
  expect(linksOf(all, "basket_items")).toEqual(["user_id > users owner", "quantity_id > quantities"]);
});

test.each([
  [
    "de",
    "kunden: id*, vorname text, nachname text, email text",
    "bestellungen: id*, kunde_id, summe numeric",
    "kunde_id > kunden owner",
  ],
  [
    "fr",
    "utilisateurs: id*, courriel text, nom text, mot_de_passe text",
    "commandes: id*, utilisateur_id, montant numeric",
    "utilisateur_id > utilisateurs owner",
  ],
  [
    "es",
    "usuarios: id*, correo text, apellidos text, contrasena text",
    "pedidos: id*, usuario_id",
    "usuario_id > usuarios owner",
  ],
  ["it", "clienti: id*, cognome text, email text", "ordini: id*, cliente_id", "cliente_id > clienti owner"],
  [
    "nl",
    "klanten: id*, voornaam text, achternaam text, email text",
    "bestellingen: id*, klant_id",
    "klant_id > klanten owner",
  ],
  [
    "zh",
    "yonghu: id*, youxiang text, mima text, shouji text",
    "dingdan: id*, yonghu_id",
    "yonghu_id > yonghu owner",
  ],
])("people and what is theirs in %s", (_, people, things, link) => {
  const all = found(`${people}\n${things}`);
  expect([...all.values()][0]?.about).toBe("person");
  expect(linksOf(all, things.split(":")[0] ?? "")).toEqual([link]);
});

test("who sent it owns it, who got it co-owns it, who had to do with it is mentioned", () => {
  const all = found(`users: id*, email text, username text
    messages: id*, sender_id, recipient_id, moderated_by, body text
    reports: id*, reporter_id, reported_user_id, reason text
    users_invites: id*, user_id, invited_user_id`);
  expect(linksOf(all, "messages")).toEqual([
    "sender_id > users owner",
    "recipient_id > users co_owner",
    "moderated_by > users mention",
  ]);
  expect(linksOf(all, "reports")).toEqual(["reporter_id > users owner", "reported_user_id > users about"]);
});

test("rows below a person's rows are the person's; a profile is no person of its own", () => {
  const all = found(`customers: customer_id*, first_name text, last_name text, email text
    orders: order_id*, customer_id, total numeric
    order_lines: order_id*, line_no*, product_id
    shipments: id*, order_id, line_no, address text
    products: product_id*, name text
    profiles: customer_id*, birth_date date, gender text, first_name text`);
  expect(linksOf(all, "order_lines")).toEqual(["order_id > orders owner", "product_id > products"]);
  expect(linksOf(all, "shipments")).toEqual([
    "order_id+line_no > order_lines owner",
    "order_id > orders co_owner",
  ]);
  expect(all.get("shipments")?.about).toBe("owned");
  expect(all.get("profiles")?.about).toBe("owned");
  expect(all.get("products")?.about).toBe("other");
});

test("what is no link is none: keys of the same name, joins of two others, words that end in `id`", () => {
  const all = found(`a_meta: meta_id*, value text
    b_meta: meta_id*, value text
    groups: id*, name text
    members: group_id*, user_id*
    users: id*, email text, username text
    visits: id*, group_id, user_id, paid, valid`);
  expect(linksOf(all, "a_meta")).toEqual([]);
  expect(linksOf(all, "visits")).toEqual(["group_id > groups", "user_id > users owner"]);
});

test("shapes that hide what they hold are said", () => {
  const all = found(`users: id*, email text, username text
    attachments: id*, attachable_type text, attachable_id, url text
    user_meta: id*, user_id, meta_key text, meta_value text
    form_fields: id*, label text
    entries: id*, form_field_id, user_id, value text`);
  expect(all.get("attachments")?.suspected[0]).toContain(
    "`attachable_id` may lead where `attachable_type` says",
  );
  expect(all.get("user_meta")?.suspected[0]).toContain("means what `meta_key` says");
  expect(all.get("entries")?.suspected[0]).toContain("means what the row of `form_fields` says");
  expect(all.get("entries")?.fields.find((f) => f.name === "value")?.category).toBeNull();
});

test("values confirm a name, or rule it out", () => {
  const candidate = {
    collection: "a",
    from: ["c_id"],
    to: { collection: "c", fields: ["id"] },
    source: "name",
    prior: 0.9,
    reason: "named after `c`",
  } as const;
  expect(settle([{ candidate, probe: { share: 1, compared: 50 } }])?.confidence).toBe(0.96);
  expect(settle([{ candidate, probe: { share: 0.2, compared: 50 } }])).toBeNull();
  expect(settle([{ candidate, probe: null }])?.confidence).toBe(0.77);
});

test("modules in front of names, heads that come first, and words glued together", () => {
  const all = found(`an_anagrafiche: id* int, nome text, cognome text, email text, id_agente int
    an_sedi: id* int, id_anagrafica int, citta text
    an_zone: id* int, nome text
    co_contratti: id* int, idanagrafica int, id_sede_destinazione int, id_stato int, id_contratto_prev int, id_conto_cliente int
    co_stati_contratti: id* int, nome text
    co_conti: id* int, nome text
    or_ordini: id* int, id_stato int, id_banca_azienda int
    or_stati_ordini: id* int, nome text
    or_banche: id* int, iban text`);
  expect(linksOf(all, "co_contratti")).toEqual([
    "idanagrafica > an_anagrafiche owner",
    "id_sede_destinazione > an_sedi",
    "id_stato > co_stati_contratti",
    "id_contratto_prev > co_contratti",
    "id_conto_cliente > co_conti",
  ]);
  expect(linksOf(all, "or_ordini").slice(0, 2)).toEqual([
    "id_stato > or_stati_ordini",
    "id_banca_azienda > or_banche",
  ]);
  expect(linksOf(all, "an_anagrafiche")).toEqual(["id_agente > an_anagrafiche mention"]);
});

test("keys of the same name: translations, satellites, and what is no key at all", () => {
  const all = found(`members: id_mem* int, email text, first_name text, last_name text
    pictures: id_mem* int, path text
    online: ip* text, id_mem int
    visits: id* int, id_mem int, ip text, status_id int
    status: status_id* int, language_id* int, name text
    grants: id* int, scope text
    roles: id* int, granter_id int, members int, sort_order int`);
  expect(linksOf(all, "visits")).toEqual(["id_mem > members owner", "status_id > status"]);
  expect(linksOf(all, "pictures")).toEqual(["id_mem > members owner"]);
  expect(linksOf(all, "roles")).toEqual(["granter_id > members mention"]);
});

/** Made up, each after what schemas that nobody at hand wrote have taught. */
test.each<readonly [what: string, schema: string, collection: string, links: readonly string[]]>([
  [
    "what its key is called leads to a collection, with which of several in front or behind",
    `members: id_member*, email text, passwd text
    posts: id_entry*, id_member, body text
    threads: id_thread*, id_first_entry, id_entry_changed, id_redirect_thread, old_id_thread, id_prev_member`,
    "threads",
    [
      "id_first_entry > posts",
      "id_entry_changed > posts",
      "id_redirect_thread > threads",
      "old_id_thread > threads",
      "id_prev_member > members owner",
    ],
  ],
  [
    "codes glued to names, with and without a word in front",
    `currency: currencycode* text, label text
    shipaddress: id*, line text
    rates: id*, currencycode text, fromcurrencycode text, barcode text, goodsshipaddressid`,
    "rates",
    ["currencycode > currency", "fromcurrencycode > currency", "goodsshipaddressid > shipaddress"],
  ],
  [
    "a short word in front of most fields says nothing",
    `users: id*, email text, password text
    places: id*, label text
    dated_notes: dn_id*, dn_from_id, dn_place_id, dn_label text, dn_made date`,
    "dated_notes",
    ["dn_from_id > users owner", "dn_place_id > places"],
  ],
  [
    "words that add nothing to a name, and a key that is called like a parent",
    `users: id*, username text, password text
    patient_data: pid*, fname text, lname text, email text
    visits: id*, patient_id
    payments: id*, pid
    folders: id*, pid`,
    "visits",
    ["patient_id > patient_data owner"],
  ],
  [
    "the key of another is not a parent of its own kind",
    `patient_data: pid*, fname text, lname text, email text
    payments: id*, pid`,
    "payments",
    ["pid > patient_data owner"],
  ],
  ["and it is one where nobody has that key", "folders: id*, pid, label text", "folders", ["pid > folders"]],
  [
    "what was kept of rows leads upwards where they do",
    `users: id*, email text, password text
    pages: id*, parent_id
    page_versions: id*, page_id, parent_id, previous_version_id, updater_id`,
    "page_versions",
    [
      "page_id > pages",
      "parent_id > pages",
      "previous_version_id > page_versions",
      "updater_id > users mention",
    ],
  ],
  [
    "sides of a message, and switches that only sound like people",
    `contacts: id*, name text, email text, blocked int
    msgs: id*, from_id, to_id, blocked int, valid_from int
    calls: id*, contact_from, contact_to`,
    "msgs",
    ["from_id > contacts owner", "to_id > contacts co_owner"],
  ],
  [
    "what was done in the system was done by who can log in",
    `persona: id*, nombre text, apellido text, email text, fecha_nacimiento date
    usuario: id*, persona_id, email text, password text
    pedido: id*, created_by`,
    "pedido",
    ["created_by > usuario owner"],
  ],
  [
    "of several with the same key, the one that it is called after",
    `entity: entityid*, kind text
    employee: entityid*, hired date
    employeepayhistory: entityid*, changed* date, rate text`,
    "employeepayhistory",
    ["entityid > employee"],
  ],
  [
    "lists of keys and numbers of things are no links, nor is what a type decides",
    `artists: id*, label text
    likes: content_type* text, content_id*, artist_id*
    albums: id*, artist_ids bigint[], count_artist, content_type text, content_id, artist_id`,
    "albums",
    ["artist_id > artists"],
  ],
])("%s", (_, text, collection, links) => {
  expect(linksOf(found(text), collection)).toEqual(links);
});

test("text that is called after numbered rows is a link only where its values are there", () => {
  const collections = schema(`address: id*, street text
    parcels: id*, address text`);
  const world = {
    ...{ collections, names: { words: collectionWords(collections), people: [] } },
    ...{ looked: new Map(), sketches: new Map() },
  };
  const [group = []] = candidatesOf(collections[1] ?? expect.fail("no parcels"), world);
  const settled = (share: number | null) =>
    settle(group.map((candidate) => ({ candidate, probe: share === null ? null : { share, compared: 50 } })))
      ?.to.collection ?? null;
  expect([settled(null), settled(0), settled(1)]).toEqual([null, null, "address"]);
});

test("text called after numbered rows does not keep another field that holds its values from being found", () => {
  const collections = schema(`cases: id*, label text
    letters: id*, case text`);
  const keys = Array.from({ length: 40 }, (_, i) => `AB-${1000 + i}`);
  const looked = (fields: readonly (readonly [string, readonly string[]])[]): Looked => ({
    ...{ rows: keys.length, whole: true, parts: new Map() },
    ...{ unique: new Set(["label"]), evidence: new Map(fields.map(([f, v]) => [f, evidenceOf(v)])) },
  });
  const world = {
    ...{ collections, names: { words: collectionWords(collections), people: [] } },
    looked: new Map([
      ["cases", looked([["label", keys]])],
      ["letters", looked([["case", keys]])],
    ]),
    sketches: new Map([
      ["cases.label", sketchOf(keys)],
      ["letters.case", sketchOf(keys)],
    ]),
  };
  const [group = []] = candidatesOf(collections[1] ?? expect.fail("no letters"), world);
  expect(group.map((c) => `${c.source} ${c.to.collection}.${c.to.fields.join()}`)).toEqual([
    "name cases.id",
    "values cases.label",
  ]);
});

test("what is called like a thing that is nobody's is that thing's", () => {
  const all = found(`users: id* int, email text, name text
    products: id* int, name text, weight int
    order_products: id* int, user_id int, product_id int, name text, product_title text, note text
    login_tokens: id* int, user_id int, code text
    searches: id* int, user_id int, keyword text`);
  const categories = (name: string) => all.get(name)?.fields.map((f) => `${f.name} ${f.category}`);
  expect(categories("order_products")?.slice(3)).toEqual([
    "name system",
    "product_title system",
    "note user.content.private",
  ]);
  expect(categories("login_tokens")).toContain("code user.authorization.credentials");
  expect(categories("searches")).toContain("keyword user.behavior.search_history");
});

test("numbers of large objects are said: what they stand for is in no field", () => {
  const all = found(`people: id*, email text, scan oid, portrait lo
    kinds: oid* oid, name text`);
  const people = all.get("people");
  expect(people?.fields.filter((f) => f.category === null).map((f) => `${f.name}: ${f.reason}`)).toEqual([
    "scan: the number of a large object, which may hold personal data and is not looked into",
    "portrait: the number of a large object, which may hold personal data and is not looked into",
  ]);
  expect(people?.suspected).toHaveLength(2);
  expect(people?.suspected[0]).toBe(
    "`scan` holds numbers of large objects: what lies there may be personal, and can neither be looked into nor erased with the row",
  );
  expect(all.get("kinds")?.suspected).toEqual([]);
});
