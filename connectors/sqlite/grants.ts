/** What `avow grants` prints for SQLite, which has no accounts: who may open the file may do everything in it. */
import { dirname } from "node:path";
import type { GrantRequest } from "@avow/runtime/connector-kit/contract";
import { placeOf } from "./address.ts";

export function grants({ url, access }: GrantRequest): readonly string[] {
  const { file, attached } = placeOf(url);
  return [file, ...attached.map((other) => other.file)].map((path) =>
    access === "read"
      ? `-- let the reading account read \`${path}\`; with a write-ahead log it has to be able to write in \`${dirname(path)}\`, too`
      : `-- let the erasing account write \`${path}\`, and in \`${dirname(path)}\`: SQLite has no rights by table`,
  );
}
