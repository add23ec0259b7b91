/** `avow verify --locate`: from the keyed name in evidence to the row, for whoever may read the store. */
import { locateRow } from "@avow/runtime/checks/locate";
import type { OpenService } from "@avow/runtime/service/open";
import { locatorsOf } from "../../check.ts";
import type { CommandContext } from "../../command.ts";

interface Wanted {
  readonly locator: string;
  readonly place: string | undefined;
}

/** The only output of `verify` that names a row by its own key; nothing of it is kept. */
export async function locate(
  context: CommandContext,
  service: OpenService,
  { locator, place }: Wanted,
): Promise<number> {
  const report = await locateRow({
    ...{ readers: service.readers, locatorOf: locatorsOf(service.sealer), locator },
    ...(place === undefined ? {} : { place }),
  });
  for (const { store, failure } of report.failed)
    context.stderr(`the store \`${store}\` could not be looked at (${failure.error}): ${failure.reason}\n`);
  if (context.json)
    context.stdout(`${JSON.stringify({ found: report.found, examined: report.examined }, null, 2)}\n`);
  else if (report.found !== null) {
    const { store, collection, key } = report.found;
    const said = Object.entries(key).map(([field, value]) => `${field}=${value}`);
    context.stdout(`${store}.${collection} ${said.join(" ")}\n`);
  }
  if (report.found !== null) return 0;
  if (report.failed.length > 0) return 3;
  context.stderr(
    `none of ${report.examined} rows has the locator \`${locator}\`: the row is gone, its collection has no primary key, or the locator is of another installation\n`,
  );
  return 2;
}
