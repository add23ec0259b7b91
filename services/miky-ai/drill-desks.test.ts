/** What a drill does at a door that says no, that says a code was used, and that nobody opens. */
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { atDesk } from "./drill-desks.ts";

/** A door that answers with these, one after another, and with the last one from then on; null: it hangs up. */
async function at(
  answers: readonly (number | null)[],
  act: (base: string) => Promise<void>,
): Promise<number> {
  let asked = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? null;
    asked += 1;
    if (answer === null) request.destroy();
    else response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    await act(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return asked;
}

test("a desk that is refused fails at once, whatever the reason, and says what it may be", async () => {
  for (const status of [401, 429, 500])
    expect(
      await at([status], async (base) => {
        await expect(atDesk(base, "drill-support")).rejects.toThrow(
          `the desk \`drill-support\` can not sign in with both factors (status \`${status}\`): its password`,
        );
      }),
    ).toBe(1);
});

test("a code that was used is followed by the next one; a door that hangs up is tried again", async () => {
  const enter = async (base: string): Promise<void> => {
    expect((await atDesk(base, "drill-support")).links).toEqual({});
  };
  expect(await at([409, 303], enter)).toBe(2);
  expect(await at([null, 303], enter)).toBe(2);
  expect(
    await at([null], async (base) => {
      await expect(atDesk(base, "drill-support")).rejects.toThrow("fetch failed");
    }),
  ).toBe(3);
});
