import { expect, test } from "vitest";
import { Addresses } from "./addresses.ts";

const addresses = new Addresses({
  folder: "/srv/shop",
  home: "/srv/shop/.avow",
  env: { APP: "sqlite:data/app.db", ELSEWHERE: "postgres://u@h/db" },
});

test.each([
  ["sqlite:data/app.db", "sqlite:/srv/shop/data/app.db"],
  ["sqlite:../app.db?attach.old=old.db", "sqlite:/srv/app.db?attach.old=old.db"],
  ["sqlite:/var/app.db", "sqlite:/var/app.db"],
  ["env:APP", "sqlite:/srv/shop/data/app.db"],
  ["env:ELSEWHERE", "postgres://u@h/db"],
  ["mysql://u:p@h/db?ssl-mode=REQUIRED", "mysql://u:p@h/db?ssl-mode=REQUIRED"],
])("`%s` leads to `%s`", async (written, url) => {
  expect(await addresses.resolve(written)).toEqual({ ok: true, url });
});

test.each(["env:MISSING", "somewhere", "", "sqlite:"])(
  "`%s` is no address, and says what to write",
  async (written) => {
    const address = await addresses.resolve(written);
    expect(address).toMatchObject({ ok: false });
    expect("fix" in address && address.fix).toMatch(/`MISSING`|sqlite:path/);
  },
);

test("a folder may be called by signs that mean something in an address", async () => {
  const odd = new Addresses({ folder: "/srv/#1 100%41 ?", home: "/srv", env: {} });
  expect(await odd.resolve("sqlite:app%23.db?attach.old=old.db")).toEqual({
    ...{ ok: true, url: "sqlite:/srv/%231 100%2541 %3F/app%23.db?attach.old=old.db" },
  });
});
