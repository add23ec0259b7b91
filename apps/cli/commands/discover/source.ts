/** What `avow discover` was pointed at: an address, a store of the service, a folder of migrations or a dump. */
import { resolve } from "node:path";
import type { Join } from "@avow/core/datamap/discover/candidates";
import type { Connector } from "@avow/runtime/connector-kit/contract";
import { fixOf } from "@avow/runtime/connector-kit/told";
import type { Budget } from "@avow/runtime/discovery/budget";
import { type Discovery, discoverDescribed, discoverStore } from "@avow/runtime/discovery/discover";
import { type FilesTaken, schemaFilesAt } from "@avow/runtime/discovery/files";
import { EXPECTED, type FilesSchema, readSchemaFiles } from "@avow/runtime/discovery/schema";
import { Addresses } from "@avow/runtime/service/addresses";
import { findHome } from "@avow/runtime/service/home";
import type { Manifest } from "@avow/runtime/service/manifest";
import { connectorNamed } from "@avow/runtime/service/open";
import type { CommandContext } from "../../command.ts";
import { CONNECTORS, connectorOf } from "../../connectors.ts";

export type Sourced =
  | {
      readonly ok: true;
      readonly discovery: Discovery;
      readonly connector: string;
      readonly notes: readonly string[];
      /** Read by an account of a store; else from files. */
      readonly live: boolean;
      /** Files that hold a part of the schema and were not read. */
      readonly left: number;
    }
  | { readonly ok: false; readonly exit: 2 | 3; readonly message: string; readonly fix: string };

export interface SourceOptions {
  readonly what: string;
  readonly store: string;
  readonly budget: Budget;
  readonly manifest: Manifest | null;
  readonly joins: readonly Join[];
}

const OTHER_DIALECT = /^[ \t]*GO[ \t]*\r?$|\[dbo\]\.|\bNVARCHAR\b|\bVARCHAR2\b|\bIDENTITY\s*\(\d/im;

const ADDRESS = /^(?:env:|embedded:|sqlite:|[a-z][a-z0-9+]*:\/\/)/;

export async function discoverSource(context: CommandContext, options: SourceOptions): Promise<Sourced> {
  const { what, manifest } = options;
  const entry = manifest?.stores[what];
  const written = entry?.readUrl ?? what;
  if (entry === undefined && !ADDRESS.test(what)) return fromFiles(context, options);
  const addresses = new Addresses({
    folder: context.serviceFolder,
    home: findHome(context.serviceFolder, context.env),
    env: context.env,
    onLog: (line) => context.stderr(`${line}\n`),
  });
  try {
    const address = await addresses.resolve(written);
    if (!address.ok) return { ok: false, exit: 2, message: address.message, fix: address.fix };
    const name = entry?.connector ?? connectorOf(address.url);
    const module = name === null ? undefined : await connectorNamed(CONNECTORS, name);
    if (module === undefined || name === null)
      return {
        ok: false,
        exit: 2,
        message: "no connector knows this kind of address",
        fix: `known: ${Object.keys(CONNECTORS).join(", ")}; name the folder of the migrations instead`,
      };
    const connector = module.open({
      url: address.url,
      access: "read",
      statementTimeoutMs: options.budget.statementTimeoutMs,
    });
    return await fromStore(connector, name, { context, options });
  } finally {
    await addresses.release();
  }
}

async function fromStore(
  connector: Connector,
  name: string,
  { context, options }: { readonly context: CommandContext; readonly options: SourceOptions },
): Promise<Sourced> {
  try {
    const answer = await discoverStore(connector, {
      store: options.store,
      budget: options.budget,
      joins: options.joins,
      onProgress: (line) => context.stderr(`${line}\n`),
    });
    if (answer.ok) {
      const { found, failed } = answer.value;
      const [first] = failed;
      const blind = new Set(failed.map((f) => f.collection));
      // Names alone would pass for all that there is to say. Of a table without a column nothing is asked, whatever the account may see.
      if (first !== undefined && found.collections.every((c) => blind.has(c.name) || c.fields.length === 0))
        return {
          ok: false,
          exit: 3,
          message: `none of the ${failed.length} collections of \`${options.store}\` could be looked into (${[...new Set(failed.map((f) => f.error))].join(", ")})`,
          fix: fixOf(first.error, "look"),
        };
      if (found.collections.length === 0)
        return {
          ok: false,
          exit: 2,
          message: `there is no collection in \`${options.store}\``,
          fix: "see that the address leads to the right database, and that the account may see its tables",
        };
      return { ok: true, discovery: answer.value, connector: name, notes: [], live: true, left: 0 };
    }
    return {
      ok: false,
      exit: 3,
      message: `the store could not be read: ${answer.error}: ${answer.reason}`,
      fix: fixOf(answer.error, "look"),
    };
  } finally {
    await connector.close();
  }
}

const NOTES_MAX = 20;

function nothingRead(
  what: string,
  { found }: FilesSchema,
  { files, seen: all }: FilesTaken,
): { readonly message: string; readonly fix: string } {
  const seen = found.map((f) => `${f.name}: ${f.files} files, ${f.statements} statements`).join("; ");
  const message = `no table could be read from \`${what}\` (${seen === "" ? `${all} files, none in a notation that is known` : seen})`;
  return files.some((f) => OTHER_DIALECT.test(f.text))
    ? {
        message,
        fix: "it looks like SQL of SQL Server or Oracle, which is not read: name a database that Avow has a connector for, or a dump in SQL of PostgreSQL, MySQL or SQLite",
      }
    : { message, fix: `what is read: ${EXPECTED}` };
}

async function fromFiles(
  context: CommandContext,
  { what, store, budget, joins }: SourceOptions,
): Promise<Sourced> {
  const path = resolve(context.cwd, what);
  const read = await schemaFilesAt(path);
  if (!read.ok) return { ok: false, exit: 2, message: read.message, fix: read.fix };
  const schema = readSchemaFiles(read.files, path);
  const notes = [
    ...schema.unread.map((u) => `${u.file}:${u.line}: could not be read: ${u.what}`),
    ...read.left.map((f) => `${f.file}: left out: ${f.why}`),
    ...schema.notes,
    "a schema without data: nothing was compared with values, so confidence is lower and combinations are not measured",
  ];
  if (schema.description.collections.length === 0) {
    for (const note of notes.slice(0, NOTES_MAX)) context.stderr(`${note}\n`);
    return { ok: false, exit: 2, ...nothingRead(what, schema, read) };
  }
  const discovery = await discoverDescribed(schema.description, null, {
    store,
    budget,
    joins,
    onProgress: () => {},
  });
  const connector = connectorOf(what) ?? Object.keys(CONNECTORS)[0] ?? "";
  return { ok: true, discovery, connector, notes, live: false, left: read.left.length };
}
