/**
 * Where stores are: `env:NAME`, a literal address, `embedded:[user@]database` for a database of the embedded server, which is
 * started when first needed, or `connector:path` for a store that is a file, relative to the service's folder.
 */
import { resolve } from "node:path";
import { type Embedded, useEmbedded } from "../store/embedded.ts";

export type Address =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly message: string; readonly fix: string };

const EMBEDDED = /^embedded:(?:([A-Za-z_][\w-]*)@)?([A-Za-z_][\w-]*)$/;

/** A file's address: no `//` after the scheme. What follows a `?` is the connector's own. */
const FILE = /^([a-z][a-z0-9+]*):(?!\/\/)([^?]+)(.*)$/;

export class Addresses {
  readonly #folder: string;
  readonly #home: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #onLog: (line: string) => void;
  #server: Promise<Embedded> | undefined;

  constructor(options: {
    folder: string;
    home: string;
    env: Readonly<Record<string, string | undefined>>;
    onLog?: (line: string) => void;
  }) {
    this.#folder = options.folder;
    this.#home = options.home;
    this.#env = options.env;
    this.#onLog = options.onLog ?? (() => {});
  }

  embedded(): Promise<Embedded> {
    this.#server ??= useEmbedded({ home: this.#home, onLog: this.#onLog });
    return this.#server;
  }

  async resolve(written: string): Promise<Address> {
    if (written.startsWith("env:")) {
      const name = written.slice(4);
      const value = this.#env[name];
      if (value !== undefined && value !== "") return { ok: true, url: this.#absolute(value) };
      return {
        ok: false,
        message: `the environment variable \`${name}\` is not set`,
        fix: `set \`${name}\` to the address of the store`,
      };
    }
    const embedded = EMBEDDED.exec(written);
    if (embedded !== null) {
      const [, user, database = ""] = embedded;
      const server = await this.embedded();
      return { ok: true, url: server.urlFor(user === undefined ? { database } : { database, user }) };
    }
    if (/^[a-z][a-z0-9+]*:\/\//.test(written) || FILE.test(written))
      return { ok: true, url: this.#absolute(written) };
    return {
      ok: false,
      message: `this is no address`,
      fix: "write `env:NAME`, `postgres://…`, `mysql://…`, `sqlite:path` or `embedded:database`",
    };
  }

  #absolute(url: string): string {
    const [, scheme = "", path = "", rest = ""] = FILE.exec(url) ?? [];
    // What is written is an address, with `%23` for `#`; the folder is a path as it is.
    const folder = this.#folder.replace(/[%?#]/g, encodeURIComponent);
    return scheme === "" ? url : `${scheme}:${resolve(folder, path)}${rest}`;
  }

  async release(): Promise<void> {
    if (this.#server !== undefined) await (await this.#server).release();
  }
}
