/** The systems that Avow can speak with. A further one is a folder in connectors/ and a line here. */
import type { Connectors } from "@avow/runtime/connector-kit/contract";

export const CONNECTORS: Connectors = {
  postgres: async () => (await import("@avow/connector-postgres/connector")).connector,
  mysql: async () => (await import("@avow/connector-mysql/connector")).connector,
  sqlite: async () => (await import("@avow/connector-sqlite/connector")).connector,
  manual: async () => (await import("@avow/connector-manual/connector")).connector,
};

/** Which connector reads an address, by how it begins. */
const SCHEMES: Readonly<Record<string, string>> = {
  postgres: "postgres",
  postgresql: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
  sqlite: "sqlite",
};

export const connectorOf = (url: string): string | null =>
  SCHEMES[/^([a-z][a-z0-9+]*):/.exec(url)?.[1] ?? ""] ?? null;
