import { expect, test } from "vitest";
import { alone } from "./alone.ts";

test("what runs is not begun again until it has ended, also by an error, which is said", async () => {
  const said: unknown[] = [];
  let begun = 0;
  let end: (error?: Error) => void = () => {};
  const one = alone(
    () =>
      new Promise<void>((resolve, reject) => {
        begun += 1;
        end = (error) => (error === undefined ? resolve() : reject(error));
      }),
    (error) => said.push(error),
  );
  await one.ended();
  const first = one.begin();
  void one.begin();
  expect(begun).toBe(1);
  let isOver = false;
  const over = one.ended().then(() => {
    isOver = true;
  });
  await Promise.resolve();
  expect(isOver).toBe(false);
  const why = new Error("stopped");
  end(why);
  await Promise.all([first, over]);
  expect(said).toEqual([why]);
  const second = one.begin();
  expect(begun).toBe(2);
  end();
  await second;
  expect(said).toEqual([why]);
});
