import type { Desk } from "../desk/desk.ts";
import type { ArchiveHead } from "./write.ts";

/** What an archive says of each class: the policy's own commitments about it, in words. */
export function archiveHead(desk: Desk, title: string): ArchiveHead {
  const { policy } = desk;
  const says = Object.fromEntries(
    Object.keys(policy.classes).map((name) => [
      name,
      policy.commitments.filter((c) => names(c.spec, name)).map((c) => c.says),
    ]),
  );
  const general = policy.commitments.filter((c) => names(c.spec, "all")).map((c) => c.says);
  return {
    service: desk.service,
    controller: policy.controller.name,
    title,
    at: desk.now(),
    policyVersion: policy.version,
    says,
    general,
  };
}

const names = (spec: unknown, name: string): boolean =>
  typeof spec === "object" &&
  spec !== null &&
  Object.values(spec).some((v) => v === name || (Array.isArray(v) && v.includes(name)));
