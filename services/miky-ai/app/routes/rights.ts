/** What a person can ask for in the settings, and the pages on which a person follows what became of them. */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { attempts } from "../attempts.ts";
import type { Deps } from "../deps.ts";
import { read, text } from "../form.ts";
import { type Html, html } from "../html.ts";
import { seal, sealed } from "../ids.ts";
import { passwordFits } from "../password.ts";
import type { KeptData, RequestState, RightsPort } from "../ports.ts";
import { endSession, type Viewer } from "../session.ts";
import { missing, type Routes, show, signedIn } from "./route.ts";
import { CHANGEABLE, settingsPage, shown } from "./settings.ts";

const deleteForm = z.object({ password: z.string().max(200).default("") });

const limitForm = z.object({ on: z.enum(["yes", "no"]) });
const changeForm = z.object({ field: z.enum(CHANGEABLE), value: text("what is right", 120) });

function changeOf(right: "rectify" | "supplement", body: unknown): Wish | string {
  const form = read(changeForm, body);
  if (!form.ok) return form.problems.join("; ");
  return { right, set: { [`users.${form.value.field}`]: form.value.value } };
}

const TROUBLE = {
  unreachable: "that could not be started: try again in a minute",
  refused: "that was refused: write to support",
  unknown: "there is no such request",
} as const;

type Wish = Pick<Parameters<RightsPort["request"]>[0], "right" | "set" | "lift">;

async function ask(
  deps: Deps,
  viewer: Viewer,
  wish: Wish,
): Promise<{ readonly request: string } | { readonly problem: string }> {
  if (deps.rights === null) return { problem: TROUBLE.unreachable };
  const answer = await deps.rights.request({ ...wish, identities: { user_id: viewer.id }, actor: "person" });
  return answer.ok ? { request: answer.value.request } : { problem: TROUBLE[answer.error] };
}

const STANDS: Readonly<Record<string, string>> = {
  received: "We have your wish, and are working on it.",
  planned: "Your wish waits for one of us to confirm it.",
  requested: "Most of it is done. One of us has to look through what is not in a computer.",
  not_done: "It could not be finished yet. It is tried again by itself.",
  not_found: "There was nothing of yours to be found.",
  ambiguous_identity: "We can not tell who is meant: please write to support.",
};
const DONE: Readonly<Record<string, string>> = {
  erase: "Done. Your account is deleted.",
  portability: "Done. Your data is ready to be taken elsewhere.",
  rectify: "Done. It is put right wherever it stood.",
  supplement: "Done. What was missing is there.",
  restrict: "Done. It is as you wished.",
  access: "Done. Your data is ready.",
};
const GIVES_ARCHIVE: ReadonlySet<string> = new Set(["access", "portability"]);
const ENDED: ReadonlySet<string> = new Set(["closed", "not_found", "ambiguous_identity", "refused"]);
const AGAIN_SECONDS = 3;

/** What is tried again within the hour needs no date. */
const SOON_MS = 3_600_000;

function againAt({ nextTryAt }: RequestState, now: Date): string {
  const at = new Date(nextTryAt ?? Number.NaN);
  if (Number.isNaN(at.getTime()) || at.getTime() - now.getTime() < SOON_MS) return "";
  return ` Next on ${at.toISOString().slice(0, "2026-01-31".length)}.`;
}

/** In people's words; what is not here is called as its table is. */
const CALLED: Readonly<Record<string, string>> = {
  users: "Your account's number",
  payments: "Your payments",
  invoices: "Your invoices",
};

/** What a table is called, why it stays, until which day. */
function keptPart(kept: readonly KeptData[]): Html {
  const item = ({ collection, reason, until }: KeptData): Html =>
    html`<li>${CALLED[collection] ?? collection}, ${until === null ? "for now" : `until ${until.slice(0, "2026-01-31".length)}`}${reason === null ? "" : `: ${reason}`}</li>`;
  return html`<h2>What stays</h2><ul>${kept.map(item)}</ul>`;
}

const receiptPart = (path: string): Html =>
  html`<h2>Your receipt</h2><p>It says what was deleted and what stays, and proves that this is on record where nobody can change it unnoticed. Keep it: we can not give it to you again once its key is gone.</p>
    <p><a class="button" href="${path}">Download the receipt</a> <a href="/receipts/verify">Check a receipt</a></p>`;

/** What is there to be fetched; null: nothing of that kind. */
interface Fetchable {
  readonly archive: string | null;
  readonly receipt: string | null;
}

function requestPage(request: RequestState, { archive, receipt }: Fetchable, now: Date): Html {
  const { state, right, kept = [] } = request;
  const words = (state === "closed" ? DONE[right] : STANDS[state]) ?? `It stands at: ${state}.`;
  return html`<section class="narrow"><h1>${right === "erase" ? "Deleting your account" : "Your data"}</h1>
    <p><strong data-state="${state}">${words}${state === "not_done" ? againAt(request, now) : ""}</strong></p>
    ${archive === null ? null : html`<p><a class="button" href="${archive}">Download the archive</a></p>`}
    ${state === "closed" && kept.length > 0 ? keptPart(kept) : null}${receipt === null ? null : receiptPart(receipt)}
    <p class="note">${ENDED.has(state) ? "" : "This page loads again by itself. "}Keep the address of this page: nobody else has it.</p></section>`;
}

/** Its entry is proven once the log's next checkpoint is signed: a moment. */
const notYet = (deps: Deps, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  show(
    deps,
    request,
    reply.code(404).header("refresh", AGAIN_SECONDS),
    { title: "Your receipt" },
    html`<section class="narrow"><h1>Your receipt</h1><p>It is not there yet, or its key is gone. This page loads again by itself.</p></section>`,
  );

async function passwordAgain(deps: Deps, viewer: Viewer, password: string): Promise<boolean> {
  const stored = await deps.db.one(
    z.object({ hash: z.string() }),
    "select password_hash as hash from credentials where user_id = $1",
    [viewer.id],
  );
  return stored === null || passwordFits(password, stored.hash);
}

const linkSchema = z.object({ id: z.string().max(80) });
const proofOf = (query: unknown): string =>
  z.object({ proof: z.string().max(100) }).safeParse(query).data?.proof ?? "";

const askRoutes: Routes = (app, deps) => {
  const failures = attempts({ most: 10, windowMs: 15 * 60_000, keysMax: 10_000, now: deps.now });

  const wish = (path: string, read: (body: unknown) => Wish | string): void => {
    app.post(
      path,
      signedIn(async (viewer, request, reply) => {
        const again = async (problem: string, status: number) =>
          show(deps, request, reply.code(status), shown, await settingsPage(deps, viewer, [problem]));
        const wanted = read(request.body);
        if (typeof wanted === "string") return again(wanted, 400);
        const asked = await ask(deps, viewer, wanted);
        if ("problem" in asked) return again(asked.problem, 503);
        return reply.redirect(
          `/settings/requests/${encodeURIComponent(asked.request)}?proof=${seal(deps.secret, viewer.id, asked.request)}`,
          303,
        );
      }),
    );
  };
  wish("/settings/download", () => ({ right: "access" }));
  wish("/settings/take", () => ({ right: "portability" }));
  wish("/settings/correct", (body) => changeOf("rectify", body));
  wish("/settings/add", (body) => changeOf("supplement", body));
  wish("/settings/limit", (body) => {
    const form = read(limitForm, body);
    return form.ok ? { right: "restrict", lift: form.value.on === "no" } : "say whether to limit it or not";
  });

  app.post(
    "/settings/delete",
    signedIn(async (viewer, request, reply) => {
      const again = async (problem: string, status: number) =>
        show(deps, request, reply.code(status), shown, await settingsPage(deps, viewer, [problem]));
      const form = read(deleteForm, request.body);
      if (!failures.allowed(viewer.id)) return again("too many attempts: wait a quarter of an hour", 429);
      if (!form.ok || !(await passwordAgain(deps, viewer, form.value.password))) {
        failures.failed(viewer.id);
        return again("the password is not right: nothing was deleted", 403);
      }
      const asked = await ask(deps, viewer, { right: "erase" });
      if ("problem" in asked) return again(asked.problem, 503);
      await endSession(deps, request, reply);
      return reply.redirect(
        `/goodbye/${encodeURIComponent(asked.request)}?proof=${seal(deps.secret, "goodbye", asked.request)}`,
        303,
      );
    }),
  );
};

const followRoutes: Routes = (app, deps) => {
  app.get(
    "/settings/requests/:id",
    signedIn(async (viewer, request, reply) => {
      const { id } = linkSchema.parse(request.params);
      const proof = proofOf(request.query);
      const state = sealed(deps.secret, proof, viewer.id, id) ? await deps.rights?.status(id) : undefined;
      if (state?.ok !== true) return missing(deps, request, reply);
      const path = `/settings/requests/${encodeURIComponent(id)}/archive?proof=${proof}`;
      if (!ENDED.has(state.value.state)) reply.header("refresh", AGAIN_SECONDS);
      const archive = GIVES_ARCHIVE.has(state.value.right) && state.value.state === "closed" ? path : null;
      return show(
        deps,
        request,
        reply,
        { title: "Your data", at: "/settings" },
        requestPage(state.value, { archive, receipt: null }, deps.now()),
      );
    }),
  );

  app.get(
    "/settings/requests/:id/archive",
    signedIn(async (viewer, request, reply) => {
      const { id } = linkSchema.parse(request.params);
      const archive = sealed(deps.secret, proofOf(request.query), viewer.id, id)
        ? await deps.rights?.archive(id)
        : undefined;
      if (archive?.ok !== true || archive.value === null) return missing(deps, request, reply);
      reply
        .type("application/zip")
        .header("content-disposition", 'attachment; filename="my-miky-data.zip"')
        .header("cache-control", "no-store");
      return reply.send(Readable.fromWeb(archive.value));
    }),
  );
};

const goodbyeRoutes: Routes = (app, deps) => {
  // Whoever deletes an account is signed out for good; the sealed link is all that is left to look with.
  app.get("/goodbye/:id", async (request, reply) => {
    const { id } = linkSchema.parse(request.params);
    const proof = proofOf(request.query);
    const state = sealed(deps.secret, proof, "goodbye", id) ? await deps.rights?.status(id) : undefined;
    if (state?.ok !== true) return missing(deps, request, reply);
    if (!ENDED.has(state.value.state)) reply.header("refresh", AGAIN_SECONDS);
    const path = `/goodbye/${encodeURIComponent(id)}/receipt?proof=${proof}`;
    const receipt = state.value.state === "closed" ? path : null;
    return show(
      deps,
      request,
      reply,
      { title: "Goodbye" },
      requestPage({ ...state.value, right: "erase" }, { archive: null, receipt }, deps.now()),
    );
  });

  app.get("/goodbye/:id/receipt", async (request, reply) => {
    const { id } = linkSchema.parse(request.params);
    const receipt = sealed(deps.secret, proofOf(request.query), "goodbye", id)
      ? await deps.rights?.receipt(id)
      : undefined;
    if (receipt?.ok === true && receipt.value === null) return notYet(deps, request, reply);
    if (receipt?.ok !== true || receipt.value === null) return missing(deps, request, reply);
    reply
      .type("text/plain; charset=utf-8")
      .header("content-disposition", `attachment; filename="miky-ai-${id}.tlog-proof"`)
      .header("cache-control", "no-store");
    return reply.send(Readable.fromWeb(receipt.value));
  });

  app.get("/receipts/verify", async (request, reply) => {
    const verifier = await deps.rights?.verifier();
    if (verifier?.ok !== true || verifier.value === null) return missing(deps, request, reply);
    // The page brings a stricter policy of its own, with the hash of its one script. Whatever else came instead has nothing of ours to reach.
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "sandbox allow-scripts; frame-ancestors 'none'");
    return reply.send(Readable.fromWeb(verifier.value));
  });
};

export const rightsRoutes: Routes = (app, deps) => {
  askRoutes(app, deps);
  followRoutes(app, deps);
  goodbyeRoutes(app, deps);
};
