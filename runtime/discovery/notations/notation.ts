/** A way in which schemas are written down without a database. A new one is a folder here and a line in `index.ts`. */
import type { CollectionDescription } from "../../connector-kit/contract.ts";
import type { SchemaFile, SchemaRead } from "../schema-file.ts";

export interface NotationFile extends SchemaFile {
  /** Names of the folders above it, the nearest last; more than `file` shows where the folder itself was named. */
  readonly folders: readonly string[];
}

export interface Notation {
  /** As it is called in messages: `migrations of Django`. */
  readonly name: string;
  /** What of it can be read, for whoever pointed at something else. */
  readonly expects: string;
  /** Ends of the names of its files. */
  readonly endings: readonly string[];
  claims(file: NotationFile): boolean;
  /** `before`: what files in other notations have made, which steps may go on with. In the order of the files. Nothing is run; what is not understood is listed, and what is listed costs that line only. */
  read(files: readonly NotationFile[], before: readonly CollectionDescription[]): SchemaRead;
}
