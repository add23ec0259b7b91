import type { ContactSpec } from "./schema.ts";

const WHO = {
  rights: "the address for rights requests",
  officer: "the data protection officer",
  support: "support",
  general: "the company",
  representative: "the representative",
};

export const says = (spec: ContactSpec): string =>
  `${WHO[spec.contact]} can be reached by ${spec.by} at ${spec.address}`;
