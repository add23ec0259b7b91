/**
 * What a capture knows the person by: identities, and what links to the person's rows hold. Where a field takes several notations for one
 * value, each of them is known.
 */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, type Identity, idOf, type Link } from "../datamap/model.ts";
import { oneNotation } from "../terms/notations.ts";
import { type IdentityValue, normaliserOf } from "../terms/person.ts";
import { linkKey, textKey, tupleKey } from "./named.ts";
import { identityNotations, kindsOfMatch, linkKinds, nameIn } from "./notation.ts";
import { type Cells, identitiesOf, pointsAt, type Tuple } from "./pointing.ts";

const identityKey = (i: IdentityValue): string => `${i.namespace}=${i.value}`;

/** A collection of the graph, and the fields in the order in which its rows come. */
interface Rows {
  readonly collection: Collection;
  readonly fields: readonly string[];
}

export class Sought {
  readonly #graph: Graph;
  /** Identities that have been asked for, or wait to be. */
  readonly #identities = new Map<string, IdentityValue>();
  /** Those that the request itself names: only they find a row by a shared identity. */
  readonly #named = new Set<string>();
  /** Identities in one notation, of namespaces that some field holds in several. */
  readonly #alike = { all: new Set<string>(), named: new Set<string>() };
  /** Per link: the parents' tuples asked for so far. */
  readonly #asked = new Map<string, Set<string>>();
  /** The same in one notation, of links that take several. */
  readonly #askedAlike = new Map<Link, Set<string>>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get identities(): readonly IdentityValue[] {
    return [...this.#identities.values()];
  }

  name(identity: IdentityValue): void {
    this.#named.add(identityKey(identity));
    this.#spell(this.#alike.named, identity);
  }

  isNamed(identity: IdentityValue): boolean {
    return this.#named.has(identityKey(identity));
  }

  /** False: it is known already. */
  meet(identity: IdentityValue): boolean {
    if (this.#identities.has(identityKey(identity))) return false;
    this.#identities.set(identityKey(identity), identity);
    this.#spell(this.#alike.all, identity);
    return true;
  }

  #spell(into: Set<string>, { namespace, value }: IdentityValue): void {
    for (const kind of identityNotations(this.#graph, namespace))
      into.add(`${kind} ${identityKey({ namespace, value: oneNotation(kind, value) })}`);
  }

  /** Whether a row is the person's by this identity. */
  isTheirs({ collection, fields }: Rows, identity: Identity, cells: Cells): boolean {
    const known = identity.shared ? this.#named : this.#identities;
    const values = identitiesOf(fields, identity, cells);
    if (values.some((value) => known.has(identityKey(value)))) return true;
    const [kind] = kindsOfMatch(this.#graph, idOf(collection), { fields: [identity.field] }) ?? [];
    if (kind === undefined || normaliserOf(identity.namespace) !== "exact") return false;
    const alike = identity.shared ? this.#alike.named : this.#alike.all;
    return values.some(({ namespace, value }) =>
      alike.has(`${kind} ${identityKey({ namespace, value: oneNotation(kind, value) })}`),
    );
  }

  /** That links from there lead to a row of the person by this. False: it is known already. */
  lead(child: Collection, link: Link, tuple: Tuple): boolean {
    const name = linkKey(idOf(child), link);
    let asked = this.#asked.get(name);
    if (asked === undefined) {
      asked = new Set();
      this.#asked.set(name, asked);
    }
    const size = asked.size;
    asked.add(tupleKey(tuple));
    if (asked.size === size) return false;
    const { held } = linkKinds(this.#graph, link);
    if (held !== null) {
      const alike = this.#askedAlike.get(link) ?? new Set();
      this.#askedAlike.set(link, alike.add(nameIn(held, tuple)));
    }
    return true;
  }

  /** Whether a link that is one field alone leads home by this cell. */
  isHome(name: string, link: Link, cell: string): boolean {
    if (this.#asked.get(name)?.has(textKey(cell)) === true) return true;
    const alike = this.#askedAlike.get(link);
    return alike?.has(nameIn(linkKinds(this.#graph, link).held, [cell])) ?? false;
  }

  /** What the row's link holds that leads to rows which the person owns. */
  homeward({ collection, fields }: Rows, link: Link, cells: Cells): readonly Tuple[] {
    const asked = this.#asked.get(linkKey(idOf(collection), link));
    if (asked === undefined) return [];
    const { held } = linkKinds(this.#graph, link);
    if (held === null) return pointsAt(fields, link, cells).filter((tuple) => asked.has(tupleKey(tuple)));
    const alike = this.#askedAlike.get(link);
    return pointsAt(fields, link, cells).filter((tuple) => alike?.has(nameIn(held, tuple)) ?? false);
  }

  /**
   * Of these, what can lead to no other row as well: where the rows that a link leads to are compared more closely than what it holds,
   * another notation may be the name of another row.
   */
  surelyHome(rows: Rows, link: Link, cells: Cells): readonly Tuple[] {
    const home = this.homeward(rows, link, cells);
    if (home.length === 0 || !linkKinds(this.#graph, link).mixed) return home;
    const asked = this.#asked.get(linkKey(idOf(rows.collection), link));
    return home.filter((tuple) => asked?.has(tupleKey(tuple)) ?? false);
  }
}
