/** What a map must hold to before anything is planned on it: names that exist, ownership that reaches somebody. */
import { errorAt, type Issue, type IssueText } from "../terms/issue.ts";
import { keyIssues } from "./feasible.ts";
import { lintMap } from "./lint.ts";
import { type Collection, carriesOwnership, collectionId, idOf, type Link, type StoreMap } from "./model.ts";
import { standInIssues } from "./stand-in.ts";

export function validateMap(stores: readonly StoreMap[]): Issue[] {
  const collections = stores.flatMap((s) => s.collections);
  const known = new Map(collections.map((c) => [idOf(c), c]));
  const issues: Issue[] = [];
  const seen = new Map<string, string>();
  for (const s of stores) {
    const other = seen.get(s.store);
    if (other !== undefined)
      issues.push(
        errorAt(
          { file: s.file, line: 1, column: 1 },
          {
            code: "duplicate-store",
            message: `the store \`${s.store}\` is described by \`${other}\` already`,
          },
        ),
      );
    seen.set(s.store, s.file);
  }
  for (const c of collections) {
    issues.push(
      ...ownedIssues(c, known),
      ...toldOfIssues(c, known),
      ...figureIssues(c, known),
      ...endedIssues(c),
      ...beforeIssues(c),
      ...standInIssues(c, known),
      ...namedFields(c),
      ...c.links.flatMap((l) => linkIssues(c, l, known)),
    );
  }
  // Keys that only the store knows are looked at when the map meets it (`storeIssues`).
  for (const c of collections) if (c.key !== null) issues.push(...keyIssues(c, c.key, known, () => null));
  return [...issues, ...reachIssues(collections), ...lintMap(collections, known)];
}

function namedFields(c: Collection): Issue[] {
  const fields = new Set(c.fields.map((f) => f.name));
  const masked = c.erase.rule === "mask" || c.erase.rule === "keep" ? Object.keys(c.erase.mask) : [];
  const named: (readonly [string, string])[] = [
    ...(c.key ?? []).map((f) => ["key", f] as const),
    ...c.identities.map((i) => ["person", i.field] as const),
    ...c.links.flatMap((l) => [...l.from, ...Object.keys(l.when ?? {})].map((f) => ["links", f] as const)),
    ...Object.values(c.anchors).map((f) => ["anchors", f] as const),
    ...Object.keys(c.ended ?? {}).map((f) => ["ended", f] as const),
    ...(c.source === null ? [] : [["source", c.source] as const]),
    ...Object.keys({ ...c.staff?.active, ...c.staff?.unguarded }).map((f) => ["staff", f] as const),
    ...(c.views === undefined ? [] : [["views", c.views.reason] as const]),
    ...Object.values(c.notices ?? {}).map((f) => ["notices", f] as const),
    ...Object.values(c.acceptances ?? {}).map((f) => ["acceptances", f] as const),
    ...Object.values(c.consents ?? {}).map((f) => ["consents", f] as const),
    ...Object.values(c.uses ?? {}).map((f) => ["uses", f] as const),
    ...incidentFields(c).map((f) => ["incidents", f] as const),
    ...noticeFields(c).map((f) => ["incident_notices", f] as const),
    ...shownIn(c).map((f) => ["disclosures", f] as const),
    ...(c.figures === undefined ? [] : [c.figures.people, c.figures.counted?.day, c.figures.counted?.rows])
      .filter((f) => f !== undefined)
      .map((f) => ["figures", f] as const),
    ...masked.map((f) => ["erase", f] as const),
    ...Object.keys(c.onLeave).map((f) => ["on_leave", f] as const),
  ];
  const issues = named
    .filter(([, f]) => !fields.has(f))
    .map(([key, f]) =>
      errorAt(c.span, {
        code: "unknown-field",
        message: `\`${c.name}\`: \`${key}\` names \`${f}\`, which is not among its fields`,
        fix: `add \`${f}\` to \`fields\` with its category`,
      }),
    );
  if (c.class === "system" && c.fields.some((f) => f.category !== "system"))
    issues.push(
      errorAt(c.span, {
        code: "system-with-personal",
        message: `\`${c.name}\` is of class \`system\` but has personal fields`,
        fix: "give it the policy's class for them",
      }),
    );
  if (c.stays !== undefined && (c.identities.length > 0 || c.links.length > 0))
    issues.push(
      errorAt(c.span, {
        code: "stays-with-owner",
        message: `\`${c.name}\` says that its rows stay, and has links to people: only what belongs to nobody may stay without a commitment`,
        fix: "name the commitment: `erase: { keep: … }`",
      }),
    );
  if (c.identities.length > 0 && c.links.some(carriesOwnership))
    issues.push(
      errorAt(c.span, {
        code: "person-with-owner",
        message: `\`${c.name}\` has identities of a person and an owner link`,
        fix: "identities alone say whose the row is: make the link `mention`, or drop `person`",
      }),
    );
  return issues;
}

/** What has ended without a day is told beside the field that should hold the day. */
const endedIssues = (c: Collection): Issue[] =>
  c.ended === undefined || c.anchors["closure"] !== undefined
    ? []
    : [
        errorAt(c.span, {
          code: "bad-ended",
          message: `\`${c.name}\`: \`ended\` needs a \`closure\` anchor: the field that says when a row ended`,
          fix: "add `anchors: { closure: … }`",
        }),
      ];

/** A time is waited for where its condition is asked for: what no condition asks for would be waited for never. */
const beforeIssues = ({ name, span, disclosures }: Collection): Issue[] =>
  Object.keys(disclosures?.before ?? {})
    .filter((condition) => !Object.hasOwn(disclosures?.conditions ?? {}, condition))
    .map((condition) =>
      errorAt(span, {
        code: "unknown-condition",
        message: `\`${name}\`: \`before\` of \`disclosures\` names the condition \`${condition}\`, which is not among its \`conditions\``,
        fix: `say under \`conditions\` what shows \`${condition}\`, or name the condition that waits for these fields`,
      }),
    );

const incidentFields = ({ incidents }: Collection): readonly string[] =>
  incidents === undefined
    ? []
    : [incidents.found, ...Object.keys(incidents.risk), incidents.rowsOf, incidents.since, incidents.until];

const noticeFields = ({ incidentNotices: n }: Collection): readonly string[] =>
  n === undefined ? [] : [n.incident, n.at, ...Object.values(n.contents)];

const shownIn = ({ disclosures }: Collection): readonly string[] =>
  disclosures === undefined
    ? []
    : [
        disclosures.to,
        disclosures.given,
        ...Object.values(disclosures.before).flat(),
        ...Object.values(disclosures.conditions).flatMap((s) => [...s.filled, ...Object.keys(s.values)]),
      ];

/** Whose row it is must be said by an owner link to a person collection, whose rows have these dates where they are asked for. */
function ownedIssues(c: Collection, known: ReadonlyMap<string, Collection>): Issue[] {
  const asked: readonly (readonly [string, boolean, readonly string[]])[] = [
    ["notices", c.notices !== undefined, ["creation"]],
    ["acceptances", c.acceptances !== undefined, ["creation", "activity"]],
    ["consents", c.consents !== undefined, []],
    ["uses", c.uses !== undefined, []],
    ["disclosures", c.disclosures !== undefined, []],
    ["incident_notices", c.incidentNotices !== undefined, []],
  ];
  const owner = c.links.find((l) => l.role === "owner");
  const person = owner === undefined ? undefined : known.get(collectionId(owner.to));
  return asked.flatMap(([key, there, anchors]) => {
    const fits = person !== undefined && person.identities.length > 0;
    if (!there || (fits && anchors.every((a) => person.anchors[a] !== undefined))) return [];
    const dates = anchors.map((a) => `\`${a}\``).join(" and a ");
    return [
      errorAt(c.span, {
        code: `bad-${key}`,
        message: `\`${c.name}\`: \`${key}\` need an owner link to a person collection${dates === "" ? "" : ` with a ${dates} anchor`}`,
      }),
    ];
  });
}

/** What is told of must be a collection of incidents of the same store, whose rows have a key of one field. */
function toldOfIssues(c: Collection, known: ReadonlyMap<string, Collection>): Issue[] {
  const of = c.incidentNotices?.of;
  if (of === undefined) return [];
  const told = known.get(`${c.store}.${of}`);
  if (told?.incidents !== undefined && told.key?.length === 1) return [];
  return [
    errorAt(c.span, {
      code: "bad-incident_notices",
      message: `\`${c.name}\`: \`incident_notices\` tell of \`${of}\`, which is no collection of this store with \`incidents\` and a \`key\` of one field`,
    }),
  ];
}

/** What a figure is counted from must be rows with a date and one owner. */
function figureIssues(c: Collection, known: ReadonlyMap<string, Collection>): Issue[] {
  const from = c.figures?.counted?.from;
  if (from === undefined) return [];
  const source = known.get(`${c.store}.${from}`);
  if (source?.anchors["creation"] !== undefined && source.links.some((l) => l.role === "owner")) return [];
  const why =
    source === undefined ? "no collection of this store" : "without an owner or a `creation` anchor";
  return [
    errorAt(c.span, {
      code: "bad-figures",
      message: `\`${c.name}\`: \`figures\` are counted from \`${from}\`, which is ${why}`,
    }),
  ];
}

function linkIssues(c: Collection, link: Link, known: ReadonlyMap<string, Collection>): Issue[] {
  const wrong = (text: IssueText): Issue[] => [errorAt(c.span, text)];
  const target = known.get(collectionId(link.to));
  const shown = `\`${link.from.join(", ")} -> ${collectionId(link.to)}\``;
  if (target === undefined)
    return wrong({
      code: "unknown-collection",
      message: `\`${c.name}\`: the link ${shown} leads to a collection that no map describes`,
    });
  if (link.from.length !== link.to.fields.length)
    return wrong({
      code: "uneven-link",
      message: `\`${c.name}\`: the link ${shown} has ${link.from.length} fields on one side and ${link.to.fields.length} on the other`,
    });
  const back = link.via === true ? disagreeing(c, link, target) : undefined;
  if (back !== undefined)
    return wrong({
      code: "inverse-disagrees",
      message: `\`${c.name}\` is reached \`via\` \`${target.name}.${link.to.fields.join(", ")}\` by its \`${link.from.join(", ")}\`, but there the same fields lead to its \`${back.to.fields.join(", ")}\``,
      fix: "name the same fields from both sides",
    });
  if (link.via === true && leadsTo(target, idOf(c), known))
    return wrong({
      code: "owned-by-what-it-joins",
      message: `\`${c.name}\` is reached \`via\` \`${target.name}\`, which is owned by \`${c.name}\` itself: everybody would own everybody's rows`,
      fix: `make the link of \`${target.name}\` to \`${c.name}\` a \`mention\`, or drop it`,
    });
  const list = target.fields.find(
    (f) => link.to.fields.includes(f.name) && f.path !== undefined && f.path.each !== null,
  );
  if (list !== undefined)
    return wrong({
      code: "path-not-here",
      message: `\`${c.name}\`: the link ${shown} leads to \`${list.name}\`, which runs over a list: it names no one row`,
      fix: "turn the link around, or give the list a collection of its own",
    });
  const fields = new Set(target.fields.map((f) => f.name));
  return link.to.fields
    .filter((f) => !fields.has(f))
    .flatMap((f) =>
      wrong({
        code: "unknown-field",
        message: `\`${c.name}\`: the link ${shown} leads to \`${f}\`, which is not among the fields of \`${target.name}\``,
      }),
    );
}

/** A link of the join collection over the same fields that leads to other fields of what it joins. */
const disagreeing = (c: Collection, via: Link, join: Collection): Link | undefined =>
  join.links.find(
    (l) =>
      collectionId(l.to) === idOf(c) &&
      l.from.join("\n") === via.to.fields.join("\n") &&
      l.to.fields.join("\n") !== via.from.join("\n"),
  );

/** Whether ownership runs from the collection up to the one named, other than by `via`. */
function leadsTo(from: Collection, wanted: string, known: ReadonlyMap<string, Collection>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const link of at.links.filter((l) => carriesOwnership(l) && l.via !== true)) {
      const id = collectionId(link.to);
      if (id === wanted) return true;
      const next = known.get(id);
      if (next === undefined || seen.has(id)) continue;
      seen.add(id);
      open.push(next);
    }
  }
  return false;
}

/** Personal data that no link joins to a person can be neither shown nor erased. */
function reachIssues(collections: readonly Collection[]): Issue[] {
  const reached = new Set(collections.filter((c) => c.identities.length > 0).map(idOf));
  for (let grew = true; grew; ) {
    grew = false;
    for (const c of collections) {
      if (reached.has(idOf(c)) || !c.links.some((l) => reached.has(collectionId(l.to)))) continue;
      reached.add(idOf(c));
      grew = true;
    }
  }
  return collections
    .filter(
      (c) => c.fields.some((f) => f.category !== "system") && !reached.has(idOf(c)) && c.stays === undefined,
    )
    .map((c) =>
      errorAt(c.span, {
        code: "unreachable",
        message: `no link leads from \`${c.name}\` to a person: its personal data can be neither shown nor erased`,
        fix: "add `person:`, `owner:` or `links:`; or say why it may stay: `erase: { stays: … }`",
      }),
    );
}
