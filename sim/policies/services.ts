/** The reference policies as they lie in their folders. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { must } from "@avow/core/terms/assert";
import { readManifest, readText } from "@avow/runtime/service/manifest";
import type { ServiceTexts } from "./notice.ts";

export const SERVICES = join(import.meta.dirname, "../../services");

export const serviceNames = async (): Promise<string[]> => (await readdir(SERVICES)).toSorted();

export async function readService(service: string): Promise<ServiceTexts> {
  const folder = join(SERVICES, service);
  const { value } = await readManifest(folder);
  const [file = "", ...others] = must(value, `\`${service}\` has a manifest`).policy;
  const read = async (name: string): Promise<string> =>
    must(await readText(join(folder, name)), `\`${name}\` can be read`);
  return {
    service,
    file,
    text: await read(file),
    lock: await read(join(dirname(file), "policy.lock")),
    fidelity: await readText(join(folder, must(value, "read above").fidelity ?? "fidelity.yaml")),
    others: await Promise.all(others.map(async (name) => ({ file: name, text: await read(name) }))),
  };
}
