import { expect, test } from "vitest";
import { up } from "./command.ts";

test("a number that is none, or none that fits, is said with what was given", async () => {
  const said: string[] = [];
  const context = {
    ...{ cwd: "/", env: {}, interactive: false, serviceFolder: "/", json: false },
    ...{ now: () => new Date(), ask: async () => "", stdout: () => {} },
    stderr: (text: string) => void said.push(text),
  };
  for (const wrong of ["", "1e3", "0x10", "70000", "-1"])
    expect(await up.run(context, { port: wrong }, [])).toBe(2);
  expect(await up.run(context, { appPort: "x", people: "0" }, [])).toBe(2);
  expect(said.slice(-2)).toEqual([
    "--port: takes a whole number from 0 to 65535, and `-1` is none\n",
    "--app-port: takes a whole number from 0 to 65535, and `x` is none\n--people: takes a whole number from 1 to 1000000, and `0` is none\n",
  ]);
  expect(said).toHaveLength(6);
});
