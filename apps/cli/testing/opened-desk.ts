/** The requests of a service in a folder, in the test's own process. Whoever opens it closes its service. */
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { CONNECTORS } from "../connectors.ts";
import type { Place } from "./run.ts";

/** Throws where it can not be opened, with what is wrong. */
export async function openedDesk({ folder, env }: Place): Promise<OpenDesk> {
  const made = await openDesk(folder, {
    env,
    now: () => new Date(),
    onLog: () => {},
    connectors: CONNECTORS,
  });
  if (made.value === null) throw new Error(made.issues.map((i) => i.message).join("\n"));
  return made.value;
}
