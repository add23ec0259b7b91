import { malformed } from "@avow/runtime/connector-kit/refused";
import { expect, test } from "vitest";
import { failureOf } from "./failure.ts";

const serverError = (errno: number, sqlMessage: string): Error =>
  Object.assign(new Error(sqlMessage), { errno, sqlState: "HY000", code: "ER_X", sqlMessage });

test.each([
  [1451, "blocked", false],
  [1213, "throttled", true],
  [1205, "throttled", true],
  [6, "throttled", true],
  [1969, "throttled", true],
  [1142, "denied", false],
  [1792, "denied", false],
  [1049, "unreachable", false],
  [1927, "unreachable", true],
  [1054, "malformed", false],
  [31_999, "blocked", false],
])("error %i is %s, retryable: %s", (errno, error, retryable) => {
  expect(failureOf(serverError(errno, "x"))).toMatchObject({ error, retryable });
});

test("names that the catalogue knows are repeated, values never", () => {
  const known = (name: string): boolean => ["memberships", "fk_user", "email"].includes(name);
  const restricted = serverError(
    1451,
    "Cannot delete or update a parent row: a foreign key constraint fails (`shop`.`memberships`, CONSTRAINT `fk_user` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`))",
  );
  expect(failureOf(restricted, known)?.reason).toBe("foreign key violation (1451), `memberships`, `fk_user`");
  const twice = serverError(1062, "Duplicate entry 'ann@example.org' for key 'email'");
  expect(failureOf(twice, known)?.reason).toBe("unique violation (1062), `email`");
  const sly = serverError(1062, "Duplicate entry 'x' for key 'ann@example.org'");
  expect(failureOf(sly, known)?.reason).toBe("unique violation (1062)");
});

test("networks, tls and connections that broke are told apart; a bug is thrown on", () => {
  const coded = (code: string): Error => Object.assign(new Error("ann@example.org"), { code });
  expect(failureOf(coded("ECONNREFUSED"))).toMatchObject({ error: "unreachable", retryable: true });
  expect(failureOf(coded("SELF_SIGNED_CERT_IN_CHAIN"))).toMatchObject({
    error: "unreachable",
    retryable: false,
  });
  expect(failureOf(coded("HANDSHAKE_NO_SSL_SUPPORT"))?.reason).toBe("the server speaks no tls");
  expect(failureOf(coded("PROTOCOL_CONNECTION_LOST"))).toMatchObject({
    error: "unreachable",
    retryable: true,
  });
  expect(failureOf(malformed("why"))).toMatchObject({ error: "malformed", reason: "why" });
  expect(failureOf(new TypeError("x is not a function"))).toBeNull();
});
