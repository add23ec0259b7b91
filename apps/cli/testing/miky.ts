/** Miky.ai for tests, all parts as they run in `avow up`: its app with its pages, its front, Avow's server, a worker. */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { logView } from "@avow/runtime/ledger/serve";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { openDesk } from "@avow/runtime/service/desk";
import type { OpenService } from "@avow/runtime/service/open";
import { emptyBoard } from "@avow/server/board";
import { createServer } from "@avow/server/server";
import { startRequestWorker } from "@avow/worker/requests";
import { createMikyApp } from "../../../services/miky-ai/app/app.ts";
import { rightsOverHttp } from "../../../services/miky-ai/app/rights-http.ts";
import { appUrl, eraserUrl, freshMiky, readerUrl } from "../../../services/miky-ai/app/testbed.ts";
import { openFront } from "../../../services/miky-ai/front/front.ts";
import { seedMiky } from "../../../services/miky-ai/generate/seed.ts";
import { CONNECTORS } from "../connectors.ts";

/** Where its sabotages and the adapter for drills are. */
export const MIKY_FOLDER = fileURLToPath(new URL("../../../services/miky-ai/", import.meta.url));
const TOKEN = "token-of-this-test";
const onLog = (): void => undefined;

export interface MikyGiven {
  /** URL of a superuser of the server that both databases are made on. */
  readonly admin: string;
  readonly people: number;
  readonly now: () => Date;
  /** What takes all of it down again. */
  readonly stack: AsyncDisposableStack;
}

export interface Miky {
  readonly service: OpenService;
  /** The service's folder, a copy, and what its commands find in their environment. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The app's address. */
  readonly front: string;
  /** Of Miky.ai's database and of Avow's, each as its owner. */
  readonly url: { readonly app: string; readonly avow: string };
}

/** Miky.ai's folder as it is, but for where its stores are. */
async function folderOf(
  miky: { readonly url: string },
  own: { readonly url: string },
  stack: AsyncDisposableStack,
) {
  const folder = await mkdtemp(join(tmpdir(), "avow-sabotage-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const texts = ["policy.en.md", "policy.lock", "fidelity.yaml", "datamap", "documents", "front"];
  // The adapter is run where it is; here it is read: a drill by another one would be stale.
  const adapter = readdirSync(MIKY_FOLDER).filter((name) => /^(drill.*|desks)\.ts$/.test(name));
  for (const name of [...texts, ...adapter, "app"])
    cpSync(join(MIKY_FOLDER, name), join(folder, name), { recursive: true });
  const manifest = readFileSync(join(MIKY_FOLDER, "avow.yaml"), "utf8")
    .replace(/readUrl: .*/, "readUrl: env:READ")
    .replace(/eraseUrl: .*/, "eraseUrl: env:ERASE")
    .replace(/endpoints: .*/, "endpoints: [env:FRONT]")
    .replace(/app: "http[^"]*"/, "app: env:APP");
  await writeFile(join(folder, "avow.yaml"), `${manifest}state: env:STATE\n`);
  const env: Record<string, string> = {
    AVOW_HOME: join(folder, ".avow"),
    READ: readerUrl(miky.url),
    ERASE: eraserUrl(miky.url),
    STATE: own.url,
  };
  return { folder, env };
}

export async function startMiky({ admin, people, now, stack }: MikyGiven): Promise<Miky> {
  const miky = await freshMiky(admin);
  stack.defer(() => miky.drop());
  const own = await freshDatabase(admin, "avow_sabotage");
  stack.defer(() => own.drop());
  await seedMiky({ url: miky.url, people: people, seed: 11, now: now() });
  const { folder, env } = await folderOf(miky, own, stack);
  const opened = await openDesk(folder, { env, now, onLog, connectors: CONNECTORS });
  const { service, desk } = must(opened.value, JSON.stringify(opened.issues));
  stack.defer(() => service.close());
  const jobs = await service.jobs();
  const worker = await startRequestWorker(desk, { jobs, concurrency: 1, onLog });
  stack.defer(() => worker.stop());
  const server = createServer({
    service: service.manifest.service,
    token: TOKEN,
    desk,
    board: () => emptyBoard(service.policy),
    enqueue: enqueueWith(jobs),
    log: logView(service.db, service.ledger.place),
    receipt: async () => null,
    verifier: async () => "",
    onLog,
  });
  stack.defer(() => server.close());
  const base = await server.listen({ host: "127.0.0.1", port: 0 });
  const rights = rightsOverHttp({ base, token: TOKEN, service: "miky-ai" });
  const app = await createMikyApp({ databaseUrl: appUrl(miky.url), rights, housekeepingMs: 0 });
  stack.defer(() => app.close());
  const front = await app.listen({ host: "127.0.0.1", port: 0 });
  const doors = await openFront({
    settings: pathToFileURL(join(folder, "front/front.yaml")),
    app: { host: "127.0.0.1", port: Number(new URL(front).port) },
    port: 0,
    now: now(),
  });
  stack.defer(() => doors.close());
  env["FRONT"] = doors.url;
  env["APP"] = front;
  return { service, folder, env, front, url: { app: miky.url, avow: own.url } };
}
