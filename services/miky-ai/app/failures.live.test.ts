import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { drill } from "../drill.ts";
import { rightsOverHttp } from "./rights-http.ts";
import { NEWCOMER, signedUp, type Testbed, testbed } from "./testbed.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}

let bed: Testbed;
let server: Server;
let base: string;
const seen: Seen[] = [];

/** Ids of people who have limited the use of their data. */
const limited = new Set<string>();

/** When what is not done is tried again; null: everything is closed. */
let nextTryAt: string | null = null;

let hasReceipt = true;
let pageType = "text/html; charset=utf-8";
let kept: readonly object[] = [];

/** A small server of requests: what is asked for is closed at once. */
function answer(method: string, url: string): { status: number; body: string | Buffer; type?: string } {
  if (url.endsWith("/receipt"))
    return hasReceipt ? { status: 200, body: "c2sp.org/tlog-proof@v1\n" } : { status: 404, body: "{}" };
  if (url === "/log/miky-ai/verify.html")
    return { status: 200, body: "<title>Verify a receipt</title>", type: pageType };
  if (url.endsWith("/archive")) return { status: 200, body: Buffer.from("PK zip") };
  if (method === "POST")
    return { status: 201, body: JSON.stringify({ request: `r-${seen.length}`, state: "received" }) };
  if (url.includes("/restrictions?"))
    return { status: 200, body: JSON.stringify({ restricted: limited.has(url.split("=").at(-1) ?? "") }) };
  const asked = seen.find(({ method: m }, i) => m === "POST" && url.endsWith(`/r-${i + 1}`));
  if (asked === undefined) return { status: 404, body: "{}" };
  const right = /"right":"(\w+)"/.exec(asked.body)?.[1] ?? "";
  return {
    status: 200,
    body: JSON.stringify({
      ...{ request: url.split("/").at(-1), right, more: 1, kept, plan: kept },
      ...(nextTryAt === null ? { state: "closed" } : { state: "not_done", nextTryAt }),
    }),
  };
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const [method, url] = [request.method ?? "", request.url ?? ""];
    seen.push({
      method,
      url,
      authorization: request.headers.authorization ?? "",
      body: Buffer.concat(chunks).toString(),
    });
    const { status, body, type = "application/octet-stream" } = answer(method, url);
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const rights = rightsOverHttp({
    base: `http://127.0.0.1:${portOf(server)}`,
    token: "t0ken",
    service: "miky-ai",
  });
  let broken = true;
  bed = await testbed(inject("postgresUrl"), {
    rights,
    provider: {
      name: "breaks once",
      async *answer() {
        yield "half an ans";
        if (broken) {
          broken = false;
          throw new Error("Zoë O'Neill's question broke me");
        }
        yield "wer";
      },
    },
  });
  base = await bed.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await bed.close();
  await new Promise((resolve) => server.close(resolve));
});

const portOf = (listening: Server): number => {
  const address: AddressInfo | string | null = listening.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen");
  return address.port;
};

test("a provider that fails costs nothing and says nothing in the logs", async () => {
  const person = await signedUp(bed, "broken@mail.example");
  const asked = await person.post("/chat", { specialist: "forge", prompt: "hello" });
  expect(asked.statusCode).toBe(502);
  expect(await bed.sql("select change, reason from credit_ledger order by id")).toEqual([
    { change: 50, reason: "welcome" },
    { change: -3, reason: "answer" },
    { change: 3, reason: "refund" },
  ]);
  expect(await bed.sql("select role from messages")).toEqual([{ role: "user" }]);
  expect(bed.logs).toContain("answer failed: Error");
  expect(bed.logs.join("\n")).not.toContain("Zoë");
  expect((await person.post("/chat", { specialist: "forge", prompt: "hello" })).statusCode).toBe(303);
});

test("nothing is answered without the credits for it", async () => {
  const person = await signedUp(bed, "poor@mail.example");
  await bed.sql("update users set credits = 0 where email = 'poor@mail.example'");
  expect((await person.post("/chat", { specialist: "forge", prompt: "hello" })).statusCode).toBe(402);
});

test("deleting the account asks for the password, then passes the wish on and signs out", async () => {
  const person = await signedUp(bed, "leaver@mail.example");
  expect((await person.post("/settings/delete", { password: "guessed wrong" })).statusCode).toBe(403);
  const gone = await person.post("/settings/delete", { password: NEWCOMER.password });
  expect(gone.headers.location).toMatch(/^\/goodbye\/r-\d+\?proof=/);
  const [user] = await bed.sql("select id from users where email = 'leaver@mail.example'");
  expect(seen.find(({ method }) => method === "POST")).toEqual({
    method: "POST",
    url: "/api/v1/services/miky-ai/requests",
    authorization: "Bearer t0ken",
    body: JSON.stringify({ right: "erase", identities: { user_id: user?.["id"] }, via: "app" }),
  });
  expect((await person.get("/settings")).statusCode).toBe(303);
  expect((await bed.browser().get(String(gone.headers.location))).body).toContain('data-state="closed"');
  expect(
    (await bed.browser().get(String(gone.headers.location).replace(/proof=./, "proof=_"))).statusCode,
  ).toBe(404);
});

test("who deleted the account keeps the receipt, and reads what stays", async () => {
  kept = [
    { collection: "payments", commitment: "seven", reason: "tax law <b>", until: "2033-11-26T07:44:35.051Z" },
    { collection: "odd_rows", commitment: "held", until: null },
    // The day of a hold's review is no end.
    { collection: "invoices", commitment: "seven", hold: "h-1", until: "2027-01-01T00:00:00.000Z" },
  ];
  const person = await signedUp(bed, "keeper@mail.example");
  const link = String(
    (await person.post("/settings/delete", { password: NEWCOMER.password })).headers.location,
  );
  const anybody = bed.browser();
  const page = (await anybody.get(link)).body;
  kept = [];
  expect(page).toContain(
    "<li>Your payments, until 2033-11-26: tax law &lt;b&gt;</li><li>odd_rows, for now</li><li>Your invoices, for now</li>",
  );
  const path = String(/href="([^"]+receipt[^"]+)"/.exec(page)?.[1]).replaceAll("&amp;", "&");
  const receipt = await anybody.get(path);
  expect([receipt.statusCode, receipt.body]).toEqual([200, "c2sp.org/tlog-proof@v1\n"]);
  expect(receipt.headers["content-disposition"]).toMatch(/filename="miky-ai-r-\d+\.tlog-proof"/);
  expect((await anybody.get(path.replace(/proof=./, "proof=_"))).body).not.toContain("tlog-proof");
  // Before the next checkpoint there is none: the page says so, and looks again.
  hasReceipt = false;
  const early = await anybody.get(path);
  hasReceipt = true;
  expect([early.statusCode, early.headers["refresh"]]).toEqual([404, "3"]);
  const verifier = await anybody.get("/receipts/verify");
  expect(verifier.body).toContain("Verify a receipt");
  expect(verifier.headers["content-security-policy"]).toContain("sandbox allow-scripts;");
  pageType = "application/json";
  expect((await anybody.get("/receipts/verify")).statusCode).toBe(404);
  // Nothing stays: nothing is said to.
  expect((await anybody.get(link)).body).not.toContain("What stays");
});

test("a download belongs to the person who asked for it", async () => {
  const [owner, other] = [
    await signedUp(bed, "mine@mail.example"),
    await signedUp(bed, "thine@mail.example"),
  ];
  const link = String((await owner.post("/settings/download", {})).headers.location);
  const page = (await owner.get(link)).body;
  const archive = String(/href="([^"]+archive[^"]+)"/.exec(page)?.[1]).replaceAll("&amp;", "&");
  const zip = await owner.get(archive);
  expect([zip.statusCode, zip.headers["content-type"], zip.body]).toEqual([200, "application/zip", "PK zip"]);
  expect((await other.get(link)).statusCode).toBe(404);
  expect((await other.get(archive)).statusCode).toBe(404);
});

test("what is not done says on which day it goes on, unless that is soon", async () => {
  const person = await signedUp(bed, "waiting@mail.example");
  const link = String((await person.post("/settings/download", {})).headers.location);
  const said = async (at: Date): Promise<string> => {
    nextTryAt = at.toISOString();
    const { body } = await person.get(link);
    nextTryAt = null;
    return /<strong data-state="not_done">(.*?)<\/strong>/s.exec(body)?.[1] ?? "";
  };
  const soon = await said(new Date(Date.now() + 60_000));
  expect(soon).not.toBe("");
  expect(soon).not.toContain("Next on");
  expect(await said(new Date("2999-05-06T07:08:09Z"))).toBe(`${soon} Next on 2999-05-06.`);
});

test("an unreachable rights server is said, and nothing is lost", async () => {
  const dead = await testbed(inject("postgresUrl"), {
    rights: rightsOverHttp({ base: "http://127.0.0.1:9", token: "t", service: "miky-ai" }),
  });
  const person = await signedUp(dead, "wait@mail.example");
  expect((await person.post("/settings/delete", { password: NEWCOMER.password })).statusCode).toBe(503);
  expect((await person.get("/settings")).statusCode).toBe(200);
  // Whether the person has limited the use of their data can not be found out: then nothing is used.
  expect((await person.post("/chat", { specialist: "forge", prompt: "hello" })).statusCode).toBe(403);
  await dead.close();
});

test("what is wrong, missing or to be limited is passed on; while it is limited, nothing is used or recorded", async () => {
  const person = await signedUp(bed, "careful@mail.example");
  const [user] = await bed.sql("select id::text as id from users where email = 'careful@mail.example'");
  const id = String(user?.["id"]);
  const wish = async (path: string, form: Readonly<Record<string, string>>) => {
    const response = await person.post(path, form);
    const body: unknown = JSON.parse(seen.filter((s) => s.method === "POST").at(-1)?.body ?? "null");
    return [response.statusCode, body];
  };
  const said = { identities: { user_id: id }, via: "app" };
  expect(await wish("/settings/take", {})).toEqual([303, { right: "portability", ...said }]);
  expect(await wish("/settings/correct", { field: "name", value: "Zoe" })).toEqual([
    303,
    { right: "rectify", ...said, set: { "users.name": "Zoe" } },
  ]);
  expect(await wish("/settings/add", { field: "city", value: "Serravalle" })).toEqual([
    303,
    { right: "supplement", ...said, set: { "users.city": "Serravalle" } },
  ]);
  for (const form of [{ field: "credits", value: "9" }, { field: "name" }, {}])
    expect((await person.post("/settings/correct", form)).statusCode).toBe(400);
  expect(await wish("/settings/limit", { on: "yes" })).toEqual([
    303,
    { right: "restrict", ...said, lift: false },
  ]);
  limited.add(id);
  const before = await bed.sql("select count(*) from page_views where user_id = $1", [id]);
  const talks = async () => (await person.post("/chat", { specialist: "forge", prompt: "hello" })).statusCode;
  expect(await talks()).toBe(403);
  expect((await person.post("/credits/buy", {})).statusCode).toBe(403);
  expect((await person.get("/settings")).statusCode).toBe(200);
  expect(await bed.sql("select count(*) from page_views where user_id = $1", [id])).toEqual(before);
  expect(await wish("/settings/limit", { on: "no" })).toEqual([
    303,
    { right: "restrict", ...said, lift: true },
  ]);
  limited.delete(id);
  expect(await talks()).toBe(303);
});

test("a drill walks through the front door and leaves its token in every free text", async () => {
  const canary = { token: "k4naryt0ken" };
  const { identities, session } = await drill.signUp(base, canary);
  expect(identities).toEqual({ email: "canary.k4naryt0ken@canary.example" });
  await drill.populate(base, session, canary);
  const texts = {
    users: "name",
    messages: "body",
    conversations: "title",
    response_cache: "prompt",
    feedback_ratings: "comment",
    payments: "billing_name",
    support_tickets: "subject",
    support_messages: "body",
    preferences: "interests",
  };
  for (const [table, column] of Object.entries(texts)) {
    expect(
      (await bed.sql(`select 1 from ${table} where ${column}::text like '%k4naryt0ken%'`)).length,
      table,
    ).toBeGreaterThan(0);
  }
  const access = await drill.requestRight(base, session, "access");
  expect(await drill.status(base, session, access)).toBe("closed");
  expect((await drill.archive(base, session, access))?.toString()).toBe("PK zip");
  const erase = await drill.requestRight(base, session, "erase");
  expect(await drill.status(base, session, erase)).toBe("closed");
  expect(await drill.archive(base, session, erase)).toBeNull();
  await drill.cleanup(base, session);
});
