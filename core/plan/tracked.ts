/** Which fields a capture asks for. */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, idOf, type Link } from "../datamap/model.ts";

const linkFields = new WeakMap<Link, readonly string[]>();
/** What decides where a link leads; of a link always the same list. */
export function fieldsOfLink(link: Link): readonly string[] {
  const fields = linkFields.get(link) ?? [...link.from, ...Object.keys(link.when ?? {})];
  linkFields.set(link, fields);
  return fields;
}

/**
 * Everything about a row that planning needs: its key, identities, link fields on both sides, the dates that keeps count from, and
 * the fields that a mask changes, so that the next look can tell whether it did.
 */
function tracked(graph: Graph, c: Collection, key: readonly string[]): string[] {
  const incoming = (graph.into.get(idOf(c)) ?? []).flatMap((i) => i.link.to.fields);
  const anchors = c.erase.rule === "keep" ? Object.values(c.anchors) : [];
  const masked = c.erase.rule === "keep" || c.erase.rule === "mask" ? Object.keys(c.erase.mask) : [];
  const left = Object.keys(c.onLeave).filter((f) => c.onLeave[f] !== "keep");
  const own = [...c.identities.map((i) => i.field), ...c.links.flatMap(fieldsOfLink)];
  return [...new Set([...key, ...own, ...incoming, ...anchors, ...masked, ...left])];
}

const trackedFields = new WeakMap<Graph, Map<string, readonly string[]>>();
/** Of a graph, once for everybody: a sweep captures thousands of people. */
export function trackedOnce(graph: Graph, c: Collection, key: readonly string[]): readonly string[] {
  const known = trackedFields.get(graph) ?? new Map<string, readonly string[]>();
  trackedFields.set(graph, known);
  const name = `${idOf(c)} ${JSON.stringify(key)}`;
  const fields = known.get(name) ?? tracked(graph, c, key);
  known.set(name, fields);
  return fields;
}
