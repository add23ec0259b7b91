/** What a connector brings along to be put through the contract suite: the real system, and the means to make it misbehave. */
import type { Answer, Cell, Connector, ConnectorFailure, ConnectorOptions, Reach } from "./contract.ts";
import type { World, WorldType } from "./contract-world.ts";

export interface Subject {
  readonly name: string;
  /** A connector with full rights on the prepared world. */
  open(options?: Partial<Omit<ConnectorOptions, "url">>): Connector;
  /** A connector whose account may connect and describe, and nothing else. */
  openWithoutRights(): Connector;
  /** A connector to an address where nothing listens. */
  openNowhere(): Connector;
  /** The text in which the system gives a value of this type back, where it is not the world's own: `1` for `true`. */
  readonly writes: Partial<Readonly<Record<WorldType, (value: string) => string>>>;
  /** A value of this type in the notation that `insert` takes, given in that of `written`. */
  exactly(type: WorldType, value: string): string;
  /** How far the system can show that deleted rows are gone, when it is asked to clean up and when not. */
  reaches(clean: boolean): Reach["reached"];
  /** Empties the system and lays out the world. */
  prepare(world: World): Promise<void>;
  /** Ends every connection but its own, as a restart would. */
  killConnections(): Promise<void>;
  /** Holds the collection against writers until released. */
  lock(collection: string): Promise<{ release(): Promise<void> }>;
  /** Makes the system refuse deletions, with this message; or take this long over each. */
  guard(collection: string, how: { readonly message: string } | { readonly delayMs: number }): Promise<void>;
  /** Tests that this system can't pass, each with the reason; a name that no test bears fails the suite. */
  readonly skip: readonly { readonly test: string; readonly reason: string }[];
}

/** One test of the contract. `mutates`: it gets a world of its own. */
export interface ContractCase {
  readonly name: string;
  readonly mutates?: true;
  /** How many rows the long collection has, for a test that changes it. */
  readonly bigRows?: number;
  run(subject: Subject): Promise<void>;
}

export const written = (subject: Subject, type: WorldType, value: string): string =>
  subject.writes[type]?.(value) ?? value;

/** Opens, acts, closes. */
export async function using<T>(connector: Connector, act: (connector: Connector) => Promise<T>): Promise<T> {
  try {
    return await act(connector);
  } finally {
    await connector.close();
  }
}

export function answered<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`expected an answer, got ${answer.error}: ${answer.reason}`);
  return answer.value;
}

export function failureIn<T>(answer: Answer<T>): ConnectorFailure {
  if (answer.ok) throw new Error("expected a failure, got an answer");
  return answer;
}

export async function readAll(
  connector: Connector,
  query: Parameters<Connector["read"]>[0],
): Promise<readonly Cell[][]> {
  const rows: Cell[][] = [];
  for await (const batch of connector.read(query)) for (const row of answered(batch)) rows.push([...row]);
  return rows;
}

/** For comparisons: the contract promises no order of rows. */
export const sorted = (rows: readonly (readonly Cell[])[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
