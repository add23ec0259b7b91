import { dataInWords, inList } from "../keys.ts";
import type { ProtectSpec } from "./schema.ts";

const BY: Readonly<Record<Exclude<ProtectSpec["by"], "absence">, string>> = {
  encryption: "is encrypted where it is stored",
  transport: "is encrypted on its way",
  roles: "is open only to the roles that need it",
  need_to_know: "is looked at only for a recorded reason",
  warning: "is shielded by a warning where people type",
  monitoring: "is watched over by monitoring",
};

export function says(spec: ProtectSpec): string {
  if (spec.by === "absence") {
    const where = spec.protect.includes("all") ? "anywhere" : `in ${dataInWords(spec.protect)}`;
    return `no ${inList(spec.values ?? [], "or")} is found ${where}`;
  }
  return `${dataInWords(spec.protect)} ${BY[spec.by]}`;
}
