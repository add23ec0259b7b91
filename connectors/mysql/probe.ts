import type { ProbeReport } from "@avow/runtime/connector-kit/probe";
import type { Session } from "./session.ts";

/** A number to older servers, a word to newer ones. */
const TAKES_NO_CHANGES = "CAST(@@global.read_only AS CHAR) NOT IN ('0', 'OFF')";

const PROBE = `
SELECT VERSION(), (SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'SSL_CIPHER'),
  @@session.tx_read_only OR ${TAKES_NO_CHANGES}, ${TAKES_NO_CHANGES},
  CONCAT_WS('/', @@hostname, @@port, @@socket, @@server_id),
  DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%fZ')`;

export async function probe(session: Session): Promise<ProbeReport> {
  const [row] = await session.rows(null, { text: PROBE, values: [] });
  const version = row?.[0] ?? "";
  return {
    reachable: true,
    version: /mariadb/i.test(version) ? `MariaDB ${version.split("-")[0]}` : `MySQL ${version}`,
    encryptedInTransit: (row?.[1] ?? "") !== "",
    readOnly: row?.[2] !== "0",
    // Which of several servers is the first is nowhere written; the others are told to take no changes.
    ...(row?.[3] === "0" ? {} : { copy: true }),
    server: row?.[4] ?? "",
    clock: row?.[5] ?? "",
  };
}
