/** A reference service's own `demo.ts`: what it takes to run it here. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface DemoServer {
  readonly adminUrl: string;
  readonly passwordOf: (role: string) => string;
  readonly people: number;
  readonly now: Date;
  readonly onProgress: (text: string) => void;
}

export interface DemoApp {
  readonly url: string;
  /** Its door to the world, where it has one. */
  readonly front?: string;
  readonly hint: string;
  stop(): Promise<void>;
}

export interface DemoModule {
  prepare(server: DemoServer): Promise<void>;
  start(
    server: DemoServer,
    options: {
      readonly port: number;
      readonly avow: string;
      readonly token: string;
      readonly log: (line: string) => void;
    },
  ): Promise<DemoApp>;
}

const isDemo = (module: unknown): module is DemoModule =>
  typeof module === "object" &&
  module !== null &&
  "prepare" in module &&
  "start" in module &&
  typeof module.prepare === "function" &&
  typeof module.start === "function";

const demoOf = (folder: string): string => join(folder, "demo.ts");

export const hasDemo = (folder: string): boolean => existsSync(demoOf(folder));

export async function loadDemo(folder: string): Promise<DemoModule | null> {
  const path = demoOf(folder);
  if (!hasDemo(folder)) return null;
  const module: unknown = await import(pathToFileURL(path).href);
  if (!isDemo(module)) throw new Error(`\`${path}\` must export \`prepare\` and \`start\``);
  return module;
}
