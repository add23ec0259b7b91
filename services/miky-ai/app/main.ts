/** `node app/main.ts --database postgres://… [--port 7431] [--avow http://127.0.0.1:7430 --token …]` */
import { parseArgs } from "node:util";
import { createMikyApp } from "./app.ts";
import { rightsOverHttp } from "./rights-http.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string" },
    port: { type: "string", default: "7431" },
    avow: { type: "string" },
    token: { type: "string" },
    policy: { type: "string" },
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
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void app.close());
