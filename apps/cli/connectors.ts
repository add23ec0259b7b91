/** The systems that Avow can speak with. A further one is a folder in connectors/ and a line here. */
import { connector as postgres } from "@avow/connector-postgres/connector";
import type { ConnectorModule } from "@avow/runtime/connector-kit/contract";

export const CONNECTORS: Readonly<Record<string, ConnectorModule>> = { [postgres.name]: postgres };
