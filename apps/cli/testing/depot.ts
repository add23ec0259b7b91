/** A service whose rows lie in PostgreSQL and in a depot, which may hold some of them back. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArrayTable } from "@avow/provision/array-store";
import { type Hold, heldStore } from "@avow/provision/held-store";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { POLICY } from "../commands/request/testing/shop.ts";
import { CONNECTORS } from "../connectors.ts";
import { type Service, startService } from "./service.ts";

interface Depot {
  readonly server: string;
  /** Data maps of the two stores. */
  readonly app: string;
  readonly depot: string;
  /** What lays out the first one. */
  readonly sql: string;
  /** More lines of `avow.yaml`. */
  readonly settings?: string;
  readonly files: ArrayTable;
  readonly holds: () => readonly Hold[];
  readonly now: () => Date;
}

export interface WithDepot {
  readonly service: Service;
  readonly opened: OpenDesk;
  close(): Promise<void>;
}

export async function startWithDepot(about: Depot): Promise<WithDepot> {
  const { server, files, holds, now } = about;
  const service = await startService({ server, name: "shop", policy: POLICY, map: about.app });
  await writeFile(join(service.folder, "depot.yaml"), about.depot);
  await writeFile(
    join(service.folder, "avow.yaml"),
    `service: shop\npolicy: [policy.en.md]\ndatamap: [app.yaml, depot.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL }, depot: { connector: held, url: env:DEPOT_URL } }\nstate: env:STATE_URL\n${about.settings ?? ""}`,
  );
  await service.store.query(about.sql);
  const held = async () => ({ name: "held", open: () => heldStore({ tables: [files], holds, now }) });
  const made = await openDesk(service.folder, {
    ...{ env: { ...service.env, DEPOT_URL: "held:depot" }, now, onLog: () => {} },
    connectors: { ...CONNECTORS, held },
  });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  const opened = made.value;
  return {
    service,
    opened,
    async close() {
      await opened.service.close();
      await service.close();
    },
  };
}
