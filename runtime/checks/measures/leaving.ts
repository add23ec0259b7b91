/**
 * Whom no measure counts that holds rows of people against one another: half of what is theirs may be gone, and no promise is broken by that.
 *
 *   erasure agreed to ─► under way ─► closed        left out as long as it is not past its deadline (`desk/leaving.ts`)
 *     and is held                 what is left        not asked to accept, nor told of versions (`held`); what was done before has lost its yes
 *   account open ─► closed, masked, a pseudo-person  nobody's any more (`isGone`)
 *   came or went between two reads                   found by a second look (`twice.ts`)
 *
 * An erasure that hangs hides nothing for ever: past its deadline it breaks the right, and its person counts as anybody does.
 */
import type { Collection, DataMap, Link } from "@avow/core/datamap/model";
import type { Tuple } from "@avow/core/plan/pointing";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import type { Cell, Row } from "../../connector-kit/contract.ts";
import type { IsLeaving, MeasureContext } from "../context.ts";
import { momentOf } from "./moment.ts";

export interface Leaving {
  /** To be read of the people's own rows; none where nobody leaves. */
  readonly fields: readonly string[];
  /** By the cells of these fields. `at`: when that was done which is asked about. */
  readonly isInRow: (cells: Row, at?: Date) => boolean;
  /** By what leads to them: their own row may have gone first. Never where it leads there by no identity. */
  readonly isNamed: (link: Link, tuple: Tuple, at?: Date) => boolean;
}

/**
 * To be asked between what speaks for people (their answers, notices, acceptances) and what is held against it: whose words were gone already
 * is either known here, or gone altogether when it is asked for. `held`: whoever is gone but for what a legal hold keeps, too. Where something
 * is done with what is theirs, only of what was done before they were erased: else a use of somebody who was erased would be hidden.
 */
export async function leavingFrom(
  { history, map, clock }: Pick<MeasureContext, "history" | "map" | "clock">,
  person: Collection,
  held = false,
): Promise<Leaving> {
  const isLeaving = await history.leaving(clock(), { held });
  if (isLeaving === null) return { fields: [], isInRow: () => false, isNamed: () => false };
  return leavingAmong(isLeaving, person, map);
}

export function leavingAmong(isLeaving: IsLeaving, person: Collection, map: DataMap): Leaving {
  const identities = ownIdentities(person, map);
  return {
    fields: identities.map((i) => i.field),
    isInRow: (cells, at) =>
      isLeaving(
        identities.flatMap(({ namespace }, i) => identityOf(namespace, cells[i])),
        at,
      ),
    isNamed: ({ to }, tuple, at) =>
      isLeaving(
        identities.flatMap(({ namespace, field }) => identityOf(namespace, tuple[to.fields.indexOf(field)])),
        at,
      ),
  };
}

/** What one person alone has: what people share stands for nobody. */
function ownIdentities(person: Collection, { stores }: DataMap): Collection["identities"] {
  const all = stores.flatMap((s) => s.collections).flatMap((c) => c.identities);
  const shared = new Set(all.filter((i) => i.shared).map((i) => i.namespace));
  return person.identities.filter((i) => !shared.has(i.namespace));
}

const identityOf = (namespace: string, cell: Cell | undefined): IdentityValue[] =>
  cell == null ? [] : [{ namespace, value: normalise(normaliserOf(namespace), cell) }];

/** Clocks of stores may be ahead of ours by so much: what was just done is dated a moment ahead. */
const CLOCK_SKEW_MS = 60_000;

/** What has been by now, as a look goes on, whosever clock dated it. */
export const byNowMs = ({ clock }: Pick<MeasureContext, "clock">): number =>
  clock().getTime() + CLOCK_SKEW_MS;

/** A closing date that is still to come closes nothing yet, and one that says nothing (`infinity`, zeros) never does. */
function hasClosed(cell: Cell | undefined, nowMs: number): boolean {
  if (cell == null) return false;
  const atMs = momentOf(cell);
  return Number.isNaN(atMs) ? /[1-9]/.test(cell) : atMs <= nowMs;
}

/** Nobody is behind a pseudo-person who could be told or asked. */
export const isPseudo = (person: Collection, key: readonly Cell[]): boolean =>
  person.standIn !== undefined && key.some((cell) => cell !== null && isPseudoKey(cell));

/** As stores write a tombstone over a text, alone or where each must differ; people have no such address. */
const ERASED = /^erased(-.*)?$/;

/** Fields that show that somebody has left. */
export function goneFields(person: Collection): readonly string[] {
  const { closure } = person.anchors;
  return [...maskedIdentities(person), ...(closure === undefined ? [] : [closure])];
}

/** Of a row that stays when its person has gone, the identity that a tombstone takes the place of. */
const maskedIdentities = ({ erase, identities }: Collection): readonly string[] =>
  erase.rule === "mask" || erase.rule === "keep"
    ? identities.map((i) => i.field).filter((f) => erase.mask[f] === "tombstone")
    : [];

/** Whether nobody is there any more. `cellOf` knows `goneFields`; the key is what others call the row by. */
export function isGone(
  person: Collection,
  {
    cellOf,
    key,
    nowMs,
  }: {
    readonly cellOf: (field: string) => Cell;
    readonly key: readonly Cell[];
    readonly nowMs: number;
  },
): boolean {
  const { closure } = person.anchors;
  return (
    (closure !== undefined && hasClosed(cellOf(closure), nowMs)) ||
    maskedIdentities(person).some((f) => ERASED.test(cellOf(f) ?? "")) ||
    isPseudo(person, key)
  );
}
