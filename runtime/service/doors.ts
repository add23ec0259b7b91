/** The doors of a service: tried by handshakes, with the newest protocol and with older ones; and the way to its stores. */
import type { Door, Reading } from "@avow/core/commitments/proof";
import type { Connector } from "../connector-kit/contract.ts";
import { type Handshake, handshake } from "../egress/handshake.ts";
import type { Addresses } from "./addresses.ts";
import type { Manifest } from "./manifest.ts";

const TIMEOUT_MS = 5_000;
const HTTPS_PORT = 443;
const LOCAL = /^(localhost|127(\.\d+){3}|\[?::1\]?|)$/;

export interface DoorsOf {
  readonly manifest: Pick<Manifest, "endpoints" | "stores">;
  readonly addresses: Addresses;
  readonly readers: Readonly<Record<string, Connector>>;
  /** Where `avow up` has put the door, instead of what avow.yaml says. */
  readonly running: string | undefined;
}

type Doors = Omit<Extract<Reading, { reading: "doors" }>, "reading">;

export async function lookAtDoors({ manifest, addresses, readers, running }: DoorsOf): Promise<Doors> {
  const doors: Door[] = [];
  for (const written of manifest.endpoints) {
    const address =
      running === undefined ? await addresses.resolve(written) : { ok: true as const, url: running };
    doors.push(
      address.ok ? await tried(written, address.url) : { ...silent(written), away: address.message },
    );
  }
  const stores: Doors["stores"][number][] = [];
  for (const [store, { readUrl }] of Object.entries(manifest.stores)) {
    const reader = readers[store];
    const address = readUrl === null ? null : await addresses.resolve(readUrl);
    if (reader === undefined || address?.ok !== true) continue;
    stores.push({ store, way: isLocal(address.url) ? "local" : await wayTo(reader) });
  }
  return { doors, stores };
}

const silent = (url: string) => ({ url, newest: null, older: null });

async function tried(written: string, url: string): Promise<Door> {
  if (!URL.canParse(url) || new URL(url).protocol !== "https:") return silent(written);
  const { hostname, port } = new URL(url);
  const door = { host: hostname, port: port === "" ? HTTPS_PORT : Number(port), timeoutMs: TIMEOUT_MS };
  const newest = await handshake({ ...door, oldest: "TLSv1.3", newest: "TLSv1.3" });
  const older = await handshake({ ...door, oldest: "TLSv1", newest: "TLSv1.2" });
  const away = [newest, older].find((h) => h.shake === "away");
  const spoken = (h: Handshake): string | null => (h.shake === "agreed" ? h.protocol : null);
  return {
    ...{ url: written, newest: spoken(newest), older: spoken(older) },
    ...(away?.shake === "away" ? { away: away.reason } : {}),
  };
}

/** A file, or a server on this machine. */
const isLocal = (url: string): boolean =>
  !/^[a-z0-9+]+:\/\//.test(url) || (URL.canParse(url) && LOCAL.test(new URL(url).hostname));

async function wayTo(reader: Connector): Promise<Doors["stores"][number]["way"]> {
  const probed = await reader.probe();
  if (!probed.ok) return "unknown";
  return probed.value.encryptedInTransit ? "encrypted" : "plain";
}
