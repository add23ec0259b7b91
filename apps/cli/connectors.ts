/** The systems that Avow can speak with. A further one is a folder in connectors/ and a line here. */
import { connector as manual } from "@avow/connector-manual/connector";
import { connector as mysql } from "@avow/connector-mysql/connector";
import { connector as postgres } from "@avow/connector-postgres/connector";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import type { ConnectorModule } from "@avow/runtime/connector-kit/contract";

export const CONNECTORS: Readonly<Record<string, ConnectorModule>> = Object.fromEntries(
  [postgres, mysql, sqlite, manual].map((connector) => [connector.name, connector]),
);

/** Which connector reads an address, by how it begins. */
const SCHEMES: Readonly<Record<string, ConnectorModule>> = {
  postgres,
  postgresql: postgres,
  mysql,
  mariadb: mysql,
  sqlite,
};

export const connectorOf = (url: string): string | null =>
  SCHEMES[/^([a-z][a-z0-9+]*):/.exec(url)?.[1] ?? ""]?.name ?? null;
