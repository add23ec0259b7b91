import { expect, test } from "vitest";
import { wrongIn } from "./address.ts";

test.each([
  "postgres://reader:p%40ss@127.0.0.1:5432/app",
  "postgresql://reader@one,two/app?sslmode=verify-full&sslrootcert=/ca.pem",
  "POSTGRES://h/d?application_name=x&options=-c%20a%3Db&ssl=true",
  "/run/postgresql app",
  "socket:/run/postgresql?db=app",
])("can be tried: %s", (url) => {
  expect(wrongIn(url)).toBeNull();
});

test.each([
  ["localhost", "does not begin with"],
  ["", "does not begin with"],
  ["mysql://reader:secret@h/app", "does not begin with"],
  ["postgres:secret@h/app", "does not begin with"],
  ["postgres://h/secret?ssl-mode=VERIFY_IDENTITY", "the unknown option `ssl-mode`"],
  ["postgres://h/secret?sslMode=verify-full", "the unknown option `sslMode`"],
  ["postgres://h/secret?sslmode=verify_full", "an unknown `sslmode`: use one of disable,"],
  ["postgres://h/secret?sslmode=", "an unknown `sslmode`"],
  ["postgres://h/secret?ssl=require", "an unknown `ssl`: use one of true,"],
])("is refused: %s", (url, says) => {
  expect(wrongIn(url)).toContain(says);
  expect(wrongIn(url)).not.toContain("secret");
});
