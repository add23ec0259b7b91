import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical.ts";

/** SHA-256 of the text in UTF-8, lower-case hex. */
export const sha256Hex = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** SHA-256 of the value in canonical JSON, lower-case hex. */
export const hashOf = (value: unknown): string => sha256Hex(canonicalJson(value));
