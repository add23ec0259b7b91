import { expect, test } from "vitest";
import { optionsIn, wrongIn } from "./address.ts";

test.each([
  "postgres://reader:p%40ss@127.0.0.1:5432/app",
  "postgres://reader:100%@127.0.0.1:5432/app",
  "postgresql://reader@one,two/app?sslmode=verify-full&sslrootcert=/no/such/ca.pem",
  "POSTGRES://h/d?application_name=x&options=-c%20a%3Db&ssl=true",
  "postgres://h/d?ssl=true&sslmode=require",
  "postgres://h/d?ssl=no-verify",
  "postgres://h/d?ssl=0&sslmode=disable",
  "postgres://h/d?sslnegotiation=direct",
  "postgres://h/d?sslnegotiation=direct&ssl=1",
  "postgres://h/d?sslnegotiation=postgres&sslmode=disable",
  "postgres://h/d?uselibpqcompat=true&sslmode=require",
  "postgres://h/d?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=/no/such/ca.pem",
  "postgres://h/d?port=5433",
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
  ["postgres://h/secret?SSL=true", "the unknown option `SSL`"],
  ["postgres://h/secret?useLibpqCompat=true", "the unknown option `useLibpqCompat`"],
  ["postgres://h/secret?sslmode=verify_full", "an unknown `sslmode`: use one of disable,"],
  ["postgres://h/secret?sslmode=", "an unknown `sslmode`"],
  ["postgres://h/secret?sslmode=verify-full&sslmode=disable", "says `sslmode` twice"],
  ["postgres://h/secret?ssl=require", "an unknown `ssl`: use one of true, 1, 0, no-verify"],
  ["postgres://h/secret?ssl=false", "an unknown `ssl`"],
  ["postgres://h/secret?ssl=TRUE", "an unknown `ssl`"],
  ["postgres://h/secret?ssl=", "an unknown `ssl`"],
  ["postgres://h/secret?ssl=true&sslmode=disable", "say one of them"],
  ["postgres://h/secret?sslrootcert=", "names no file for `sslrootcert`"],
  ["postgres://h/secret?sslnegotiation=Direct", "an unknown `sslnegotiation`: use one of postgres, direct"],
  ["postgres://h/secret?sslnegotiation=direct&sslmode=disable", "`sslnegotiation=direct` and no TLS"],
  ["postgres://h/secret?sslnegotiation=direct&ssl=0", "`sslnegotiation=direct` and no TLS"],
  ["postgres://h/secret?uselibpqcompat=true&sslmode=verify-ca", "without a `sslrootcert`"],
  ["postgres://h/secret?uselibpqcompat=1&sslmode=verify-ca", "an unknown `uselibpqcompat`: use one of true"],
  ["postgres://h/secret?port=secret", "a `port` that is no number"],
  ["postgres://h/secret?port=65536", "a `port` that is no number"],
  ["postgres://h/secret?options=%zz", "can't be read"],
  ["postgres://h/secret?options=%ff", "can't be read"],
  ["postgres://secret%ff@h/app", "can't be read"],
  ["postgres://u:secret%ff@h/app", "can't be read"],
  ["postgres://h/secret%ff", "can't be read"],
  ["socket:/secret%ff?db=app", "can't be read"],
])("is refused: %s", (url, says) => {
  expect(wrongIn(url)).toContain(says);
  expect(wrongIn(url)).not.toContain("secret");
});

test("settings are taken out of an address as the driver would read them", () => {
  expect(optionsIn("postgres://h/d?ssl=true&options=-c%20a%3Db#x")).toBe("-c a=b");
  expect(optionsIn("postgres://h/d")).toBe("");
});
