/** Addresses of devices on the internet; not those that stand for no device in particular. */
import { countMatches, type Detector } from "./detector.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const V4 = new RegExp(`(?<![\\w.])${OCTET}(?:\\.${OCTET}){3}(?![\\w]|\\.\\d)`, "g");
const NOBODY = /^(?:0\.|127\.|255\.255\.255\.255$)/;

const V6 = /(?<![\w:.])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])/g;
const GROUPS = 8;
/** `a::b` is also how some languages write names. */
const GROUPS_SHORTENED_MIN = 3;

function isV6(found: string): boolean {
  const parts = found.split("::");
  const groups = found.split(":").filter((g) => g !== "").length;
  if (parts.length === 1) return groups === GROUPS && !found.endsWith(":");
  return parts.length === 2 && groups >= GROUPS_SHORTENED_MIN && groups < GROUPS;
}

export const ipAddress: Detector = {
  name: "ip_address",
  category: "user.device.ip_address",
  pattern: "([0-9]{1,3}[.]){3}[0-9]|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]",
  find: (text) => countMatches(text, V4, (found) => !NOBODY.test(found)) + countMatches(text, V6, isV6),
};
