/** `node app/main.ts --database postgres://… [--port 7431] [--front 7443] [--avow http://127.0.0.1:7430 --token …]` */
import { parseArgs } from "node:util";
import { openFront } from "../front/front.ts";
import { createMikyApp } from "./app.ts";
import { rightsOverHttp } from "./rights-http.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    port: { type: "string", default: "7431" },
    avow: { type: "string" },
    token: { type: "string" },
    policy: { type: "string" },
    front: { type: "string", default: "7443" },
  },
});
if (values.database === undefined) {
  process.stderr.write("say where the database is: `--database postgres://…`\n");
  process.exit(2);
}
const app = await createMikyApp({
  databaseUrl: values.database,
  rights:
    values.avow === undefined
      ? null
      : rightsOverHttp({ base: values.avow, token: values.token ?? "", service: "miky-ai" }),
  log: (line) => process.stderr.write(`${line}\n`),
  ...(values.policy === undefined ? {} : { policyUrl: values.policy }),
});
process.stdout.write(`${await app.listen({ host: "127.0.0.1", port: Number(values.port) })}\n`);
const front = await openFront({
  settings: new URL("../front/front.yaml", import.meta.url),
  app: { host: "127.0.0.1", port: Number(values.port) },
  port: Number(values.front),
  now: new Date(),
});
process.stdout.write(`${front.url}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void front.close().then(() => app.close()));
