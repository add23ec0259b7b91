/** Encryption on the way: every door to the world agrees to the protocol that is promised and to nothing older. */
import { count, failures, judged, LOOK_HOLDS_MS } from "./judgement.ts";
import { unmeasured } from "./kind.ts";
import type { Door, Judgement, Reading } from "./proof.ts";

/** What is promised as `TLS 1.3` is what a door calls `TLSv1.3`. */
const NEWEST = /^TLS\s*v?1\.3$/i;

export const isTried = (standard: string | undefined): boolean =>
  standard !== undefined && NEWEST.test(standard);

export function judgeDoors(readings: readonly Reading[]): Judgement {
  const [reading] = readings;
  if (reading?.reading !== "doors") return unmeasured(failures(readings).join("; "));
  const { doors, stores } = reading;
  const broken = doors.flatMap(faultOf);
  const open = doors.flatMap((d) =>
    d.away === undefined ? [] : [`\`${d.url}\` could not be tried: ${d.away}`],
  );
  if (doors.length === 0) open.push("avow.yaml names no door to the world (`endpoints`)");
  for (const { store, way } of stores) {
    if (way === "plain") broken.push(`the way to the store \`${store}\` is not encrypted`);
    if (way === "encrypted")
      open.push(`the way to the store \`${store}\` is encrypted, and by which protocol is not seen`);
    if (way === "unknown") open.push(`the way to the store \`${store}\` could not be looked at`);
  }
  const local = stores.filter((s) => s.way === "local");
  const aside =
    local.length === 0
      ? ""
      : `; the way to ${local.map((s) => `\`${s.store}\``).join(", ")} does not leave the machine`;
  return judged({
    ...{ broken, open, basis: "exact", freshForMs: LOOK_HOLDS_MS },
    evidence: broken.map((what) => ({ what })),
    examined: doors.filter((d) => d.away === undefined).length,
    population: doors.length,
    kept: `${count(doors.length, "door")} ${doors.length === 1 ? "agrees" : "agree"} to TLS 1.3 and to nothing older${aside}; what goes out to recipients is not tried`,
  });
}

function faultOf({ url, newest, older, away }: Door): string[] {
  if (older !== null) return [`\`${url}\` agrees to ${older} as well`];
  return newest === null && away === undefined ? [`\`${url}\` does not agree to TLS 1.3`] : [];
}
