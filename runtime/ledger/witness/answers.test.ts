/** What witnesses may answer (c2sp.org/tlog-witness), and what they should not. The log's checkpoint is published whatever it is. */
import { createServer, type Server } from "node:http";
import { utf8 } from "@avow/core/evidence/bytes";
import { openCheckpoint } from "@avow/core/evidence/checkpoint";
import { formatNote, formatSignature } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { parseSubmission } from "@avow/core/evidence/submission";
import { logOf, logSigner, signedBy, witnessSigner } from "@avow/core/evidence/testing/signing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cosigner } from "./client.ts";

const ORIGIN = "ledger.example.com/shop";
const log = logSigner(ORIGIN, 1);
const witness = witnessSigner("witness.example/w1", 2, 1_767_225_600);
const { root, tree } = logOf(Array.from({ length: 20 }, (_, n) => utf8(`entry ${n}`)));
const checkpoint = { origin: ORIGIN, size: 20, root };
const note = new TextDecoder().decode(signedBy(checkpoint, [log]));
const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
const right = formatSignature(witness.sign(text));

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

const SIZE = "text/x.tlog.size";
const at = (body: string, type = SIZE): Answer => ({ status: 409, type, body });
const ok = (body: string): Answer => ({ status: 200, type: "text/plain; charset=utf-8", body });

let server: Server;
let url: string;
let answers: Answer[] = [];
let asked: string[] = [];
let said: string[] = [];

beforeEach(async () => {
  [asked, said] = [[], []];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      asked.push(Buffer.concat(parts).toString());
      const { status, type = "text/plain", body = "", location } = answers[asked.length - 1] ?? ok(right);
      const headers = location === undefined ? {} : { location };
      response.writeHead(status, { "content-type": type, ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
});
afterEach(() => server.close());

function cosign(list: readonly Answer[]): Promise<string> {
  answers = [...list];
  const { key } = witness;
  const ask = cosigner({
    witnesses: [{ url, key }],
    readTile: () => tree.readTile,
    onLog: (line) => said.push(line),
  });
  return ask(note, checkpoint);
}
const oldSizes = () => asked.map((body) => parseSubmission(body)?.oldSize);

test.each<readonly [string, readonly Answer[], readonly number[]]>([
  ["at once", [ok(right)], [0]],
  ["it is behind, and says where", [at("8\n")], [0, 8]],
  ["without a newline, with a charset", [at("8", `${SIZE}; charset=utf-8`)], [0, 8]],
  ["it has seen this one already", [at("20\n")], [0, 20]],
  ["it has forgotten all", [at("0\n")], [0, 0]],
  ["with lines of others beside", [ok(`${formatSignature(log.sign(text))}${right}`)], [0]],
  [
    "with its new key beside",
    [ok(right + formatSignature(witnessSigner("witness.example/w1", 9, 5).sign(text)))],
    [0],
  ],
])("cosigned: %s", async (_, list, sizes) => {
  expect(await cosign(list)).toBe(right);
  expect(oldSizes()).toEqual(sizes);
  expect(said).toEqual([]);
});

test("who cosigned is asked from there on", async () => {
  answers = [];
  const ask = cosigner({
    witnesses: [{ url, key: witness.key }],
    readTile: () => tree.readTile,
    onLog: (line) => said.push(line),
  });
  await ask(note, checkpoint);
  await ask(note, checkpoint);
  expect(oldSizes()).toEqual([0, 20]);
});

test.each<readonly [string, readonly Answer[], string]>([
  [
    "another root at this size",
    [at("another root", "text/plain")],
    "it answered 409: it has cosigned another log",
  ],
  ["a conflict without an end", [at("8\n"), at("9\n"), at("10\n")], "it can not be caught up with"],
  ["a size that is more than there is", [at("21\n")], "more than there are"],
  ["a size with a leading zero", [at("08\n")], "it answered 409"],
  ["a size beyond 2^53", [at("18446744073709551615\n")], "it answered 409"],
  ["a negative size", [at("-1\n")], "it answered 409"],
  ["no size", [at("")], "it answered 409"],
  ["not readable", [{ status: 400 }], "it answered 400"],
  ["no key is known", [{ status: 403 }], "it answered 403: it knows none of the keys that sign"],
  ["the log is not known", [{ status: 404 }], "it answered 404"],
  ["the proof does not hold", [{ status: 422 }], "it answered 422: what it cosigned before is no beginning"],
  ["too often", [{ status: 429 }], "it answered 429"],
  ["its own fault", [{ status: 500 }], "it answered 500"],
  ["nothing", [{ status: 204 }], "it answered 204"],
  ["elsewhere", [{ status: 307, location: "http://127.0.0.1:1/" }], "it answered 307"],
  ["more than anybody reads", [ok(right.repeat(2000))], "too_large"],
  ["an empty answer", [ok("")], "its signature does not hold"],
  ["only the line of another", [ok(formatSignature(log.sign(text)))], "its signature does not hold"],
  [
    "a signature without a time",
    [ok(formatSignature({ ...witness.sign(text), bytes: new Uint8Array(64) }))],
    "its signature does not hold",
  ],
  [
    "a cosignature of something else",
    [ok(formatSignature(witness.sign("x\n")))],
    "its signature does not hold",
  ],
  [
    "the right line, with line ends of Windows",
    [ok(right.replace("\n", "\r\n"))],
    "its signature does not hold",
  ],
  ["the right line among others that are none", [ok(`${right}junk\n`)], "its signature does not hold"],
])("not cosigned: %s", async (_, list, reason) => {
  expect(await cosign(list)).toBe("");
  expect(said).toEqual([expect.stringContaining(reason)]);
});

test("one that does not answer is waited for once, and then ever more rarely; one that is back is asked as before", async () => {
  let [now, hangs] = [0, true];
  const came: number[] = [];
  const silent = createServer((request, response) => {
    came.push(now);
    request.resume();
    if (!hangs) request.on("end", () => response.writeHead(200).end(right));
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const ask = cosigner({
    witnesses: [
      { url: `http://127.0.0.1:${port}`, key: witness.key },
      { url, key: witness.key },
    ],
    ...{ readTile: () => tree.readTile, onLog: (line: string) => said.push(line), clock: () => now },
  });
  answers = [];
  try {
    // The other one is asked each time.
    for (now = 0; now <= 16_000; now += 1000) expect(await ask(note, checkpoint)).toBe(right);
    expect(came).toEqual([0, 5000, 15_000]);
    expect(asked).toHaveLength(17);
    expect(said).toEqual([expect.stringMatching(/: timeout; it is asked less often until it answers$/)]);
    hangs = false;
    now = 36_000;
    for (let n = 0; n < 2; n += 1) expect(await ask(note, checkpoint)).toBe(right + right);
    hangs = true;
    expect(await ask(note, checkpoint)).toBe(right);
    now += 5000;
    hangs = false;
    expect(await ask(note, checkpoint)).toBe(right + right);
    expect(said).toHaveLength(2);
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
}, 60_000);

test("the same reason is said once, another one is said, and after a cosignature the same again", async () => {
  const ask = cosigner({
    witnesses: [{ url, key: witness.key }],
    ...{ readTile: () => tree.readTile, onLog: (line: string) => said.push(line) },
  });
  answers = [{ status: 500 }, { status: 500 }, { status: 422 }, { status: 422 }, ok(right), { status: 422 }];
  for (const _ of answers) await ask(note, checkpoint);
  expect(said.map((line) => /it answered (\d+)/.exec(line)?.[1])).toEqual(["500", "422", "422"]);
});

test("a witness can not fill the note until nobody reads it", async () => {
  const lines = await cosign([ok(right.repeat(60))]);
  const opened = openCheckpoint(portable, utf8(note + lines), { log: [log.key], witnesses: [witness.key] });
  expect(opened).toMatchObject({ ok: true, value: { witnesses: { length: 1 } } });
  expect(lines).toBe(right);
  // As many lines as it sent, from two of its kind, would have been too many.
  const full = formatNote({ text, signatures: [log.sign(text)] }) + right.repeat(64);
  expect(openCheckpoint(portable, utf8(full), { log: [log.key], witnesses: [] }).ok).toBe(false);
});
