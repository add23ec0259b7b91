import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { postText } from "./post.ts";

test("a redirect is told by its status, and nothing is sent to where it leads", async () => {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.writeHead(url === "/here" ? 302 : 204, { location: "/there" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/here`;
  const answer = await postText({ url, body: "x", timeoutMs: 30_000, answerBytesMax: 100 });
  expect(answer).toMatchObject({ ok: true, status: 302 });
  expect(asked).toEqual(["/here"]);
});
