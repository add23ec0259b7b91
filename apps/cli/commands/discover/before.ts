/** What a run of discovery begins with: what the store is called, and the map that is there. */
import { basename, join, relative, resolve } from "node:path";
import type { Snapshot } from "@avow/core/datamap/discover/drift";
import type { StoreMap } from "@avow/core/datamap/model";
import { readStoreMap } from "@avow/core/datamap/read";
import {
  type Baseline,
  baselinePath,
  readBaseline,
  readSnapshot,
  snapshotPath,
} from "@avow/runtime/discovery/kept";
import { type Manifest, readText } from "@avow/runtime/service/manifest";
import { readService } from "@avow/runtime/service/open";
import type { CommandContext } from "../../command.ts";
import type { DiscoverOptions } from "./options.ts";

/** `postgres://user@host/shop?x` → `shop`. */
export function storeName(what: string): string {
  const last =
    what
      .split(/[?#]/)[0]
      ?.split(/[/:@\\]/)
      .filter((p) => p !== "")
      .at(-1) ?? "";
  const name = basename(last)
    .replace(/\.\w+$/, "")
    .replaceAll(/[^A-Za-z0-9_-]/g, "-")
    .replace(/^[^A-Za-z]+/, "");
  return name === "" ? "app" : name;
}

export interface Before {
  readonly ok: true;
  /** Where the map is, or is to be; null: nowhere. */
  readonly path: string | null;
  readonly text: string | null;
  readonly map: StoreMap | null;
}
type BeforeRead = Before | { readonly ok: false; readonly message: string; readonly fix: string };

/** The map that a run is compared with, or that it writes. */
export async function mapBefore(
  context: CommandContext,
  {
    options,
    store,
    manifest,
  }: { readonly options: DiscoverOptions; readonly store: string; readonly manifest: Manifest | null },
): Promise<BeforeRead> {
  const path =
    options.map !== undefined
      ? resolve(context.cwd, options.map)
      : options.write !== undefined
        ? join(resolve(context.cwd, options.write), `${store}.yaml`)
        : await mapOfService(context, store, manifest);
  const text = path === null ? null : await readText(path);
  if (text === null && options.map !== undefined)
    return { ok: false, message: `\`${options.map}\` can not be read`, fix: "name a data map" };
  if (text === null || path === null) return { ok: true, path, text: null, map: null };
  const { value, issues } = readStoreMap({ file: relative(context.cwd, path), text });
  const [first] = issues;
  if (value === null)
    return {
      ok: false,
      message: `the data map \`${relative(context.cwd, path)}\` can not be read: ${first?.message ?? "it is empty"} (line ${first?.line ?? 1})`,
      fix: first?.fix ?? "mend it, or name another with --map",
    };
  return { ok: true, path, text, map: value };
}

async function mapOfService(
  context: CommandContext,
  store: string,
  manifest: Manifest | null,
): Promise<string | null> {
  if (manifest === null) return null;
  const { map } = await readService(context.serviceFolder);
  const file = map?.stores.find((s) => s.store === store)?.file;
  return file === undefined ? null : join(context.serviceFolder, file);
}

type KeptBeside =
  | { readonly ok: true; readonly last: Snapshot | null; readonly baseline: Baseline | null }
  | { readonly ok: false; readonly message: string; readonly fix: string };

/** What runs before have left beside the map: what they found, and what is accepted for now. */
export async function keptBeside(path: string | null): Promise<KeptBeside> {
  if (path === null) return { ok: true, last: null, baseline: null };
  const last = await readSnapshot(snapshotPath(path));
  if (!last.ok)
    return { ok: false, message: last.message, fix: "delete it: the next --write makes a new one" };
  const baseline = await readBaseline(baselinePath(path));
  return baseline.ok
    ? { ok: true, last: last.value, baseline: baseline.value }
    : {
        ok: false,
        message: baseline.message,
        fix: "mend it: it says what is accepted, by whom and until when",
      };
}
