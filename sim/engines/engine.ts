/** What the differential run needs of an engine: to lay a world out in it and to look at it, by other means than the connector's. */
import type { ConnectorModule } from "@avow/runtime/connector-kit/contract";
import type { Cell, Row } from "../model/world.ts";
import type { ColumnType, DraftLink, DraftTable } from "../world/draft.ts";
import type { RandomWorld } from "../world/world.ts";

export interface EngineDatabase {
  /** As the connector takes it. */
  readonly url: string;
  /** Empties the database and lays out the world: tables, rows, then foreign keys, which must hold. */
  layOut(world: RandomWorld): Promise<void>;
  /** The rows as they were, whatever happened to them since; foreign keys are not looked at meanwhile. */
  reset(world: RandomWorld): Promise<void>;
  rowsOf(table: DraftTable): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  readonly connector: ConnectorModule;
  /** The text in which the engine gives this value of a world back. */
  written(type: ColumnType, value: string): string;
  /** Names that differ in case only are one to the engine. */
  readonly foldsNames: boolean;
  /** Whether the engine takes the link's foreign key; else the store knows nothing of the link. */
  takes(link: DraftLink): boolean;
  start(): Promise<EngineDatabase>;
}

export const cellsToRow = (table: DraftTable, cells: readonly Cell[]): Row =>
  new Map(table.columns.map((c, i) => [c.name, cells[i] ?? null]));
