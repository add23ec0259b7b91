/**
 * The owner of a store may pin the map that he agreed to (`pin:` in avow.yaml, spec/data-map.md): under any other nothing of the service
 * is read, checked or changed. Whoever edits the map can not widen by it what is done to the store.
 */
import type { DataMap } from "@avow/core/datamap/model";
import { storeHash } from "@avow/core/datamap/read";
import { errorAt, type Issue } from "@avow/core/terms/issue";
import { MANIFEST, type Manifest } from "./manifest.ts";

export const pinOf = (store: DataMap["stores"][number]): string => `sha256:${storeHash(store)}`;

export function pinIssues(manifest: Pick<Manifest, "stores">, map: Pick<DataMap, "stores">): Issue[] {
  return Object.entries(manifest.stores).flatMap(([store, { pin }]): Issue[] => {
    if (pin === undefined) return [];
    const described = map.stores.find((s) => s.store === store);
    if (described === undefined)
      return [
        errorAt(
          { file: MANIFEST, line: 1, column: 1 },
          {
            code: "pinned-map",
            message: `the map of the store \`${store}\` is pinned, and there is none`,
            fix: "bring it back under `datamap`, or have the owner of the store take the pin out",
          },
        ),
      ];
    if (storeHash(described) === pin) return [];
    return [
      errorAt(
        { file: described.file, line: 1, column: 1 },
        {
          code: "pinned-map",
          message: `the map of the store \`${store}\` is not the one that its owner has pinned: nothing is read, checked or changed under it`,
          fix: `undo the change, or show it to the owner of the store: \`pin: ${pinOf(described)}\` in avow.yaml agrees to it`,
        },
      ),
    ];
  });
}
