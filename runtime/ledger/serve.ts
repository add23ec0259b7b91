/** What readers of the log get: files, and the partial tiles under the published checkpoint. Nothing else of the database. */
import { join } from "node:path";
import { parseCheckpoint } from "@avow/core/evidence/checkpoint";
import { parseTilePath } from "@avow/core/evidence/layout";
import { parseNote } from "@avow/core/evidence/note";
import type { Database } from "../store/database.ts";
import { readIfThere } from "./durable.ts";
import type { LogPlace } from "./place.ts";
import { tileReader } from "./tiles.ts";

export interface Served {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Tiles never change; the checkpoint does all the time. */
  readonly cacheControl: string;
}

export interface LogView {
  /** A path under the log's prefix: `checkpoint`, `tile/0/000`. Null: there is nothing. */
  get(path: string): Promise<Served | null>;
}

export function logView(db: Database, place: LogPlace): LogView {
  const reader = tileReader(db, place.log, place.files);
  const checkpoint = (): Promise<Uint8Array | null> => readIfThere(join(place.files, "checkpoint"));
  return {
    async get(path) {
      if (path === "checkpoint") {
        const bytes = await checkpoint();
        const contentType = "text/plain; charset=utf-8";
        return bytes === null ? null : { bytes, contentType, cacheControl: "no-cache" };
      }
      const name = parseTilePath(path);
      const note = name === null ? null : await checkpoint();
      const published = note === null ? null : parseCheckpoint(parseNote(note)?.text ?? "");
      const bytes = name === null || published === null ? null : await reader.read(name, published.size);
      const contentType = "application/octet-stream";
      return bytes === null
        ? null
        : { bytes, contentType, cacheControl: "public, max-age=31536000, immutable" };
    },
  };
}
