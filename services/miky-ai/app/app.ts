/**
 * Miky.ai over HTTP. Pages work without scripts; the chat streams where there is one. Every change has to come from a page of this
 * site (same-site cookie and the browser's Origin). Logs hold routes, codes and times, never what people typed.
 */
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { noteAcceptance } from "./acceptance.ts";
import { announce, policyVersion, type Version } from "./announce.ts";
import { openDatabase } from "./database.ts";
import type { Deps } from "./deps.ts";
import { housekeep } from "./housekeeping.ts";
import { html } from "./html.ts";
import { newToken } from "./ids.ts";
import { tellOfIncidents } from "./incidents.ts";
import { offlinePayments } from "./payment-offline.ts";
import type { PaymentPort, Provider, RightsPort } from "./ports.ts";
import { offlineProvider } from "./provider-offline.ts";
import { isLimited } from "./restriction.ts";
import { accountRoutes } from "./routes/account.ts";
import { chatRoutes } from "./routes/chat.ts";
import { complaintRoutes } from "./routes/complaints.ts";
import { creditRoutes } from "./routes/credits.ts";
import { disclosureRoutes } from "./routes/disclosures.ts";
import { homeRoutes } from "./routes/home.ts";
import { incidentRoutes } from "./routes/incidents.ts";
import { referralRoutes } from "./routes/referral.ts";
import { rightsRoutes } from "./routes/rights.ts";
import { missing, show } from "./routes/route.ts";
import { runRoutes } from "./routes/runs.ts";
import { saleRoutes } from "./routes/sale.ts";
import { sampleRoutes } from "./routes/samples.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { staffRoutes } from "./routes/staff.ts";
import { contactRoutes, supportRoutes } from "./routes/support.ts";
import { unsubscribeRoutes } from "./routes/unsubscribe.ts";
import { heedSignal } from "./sale.ts";
import { viewerOf } from "./session.ts";

export interface MikyOptions {
  /** The connection of the role `miky_app`. */
  readonly databaseUrl: string;
  readonly provider?: Provider;
  readonly payments?: PaymentPort;
  readonly rights: RightsPort | null;
  readonly now?: () => Date;
  /** One line for each thing worth knowing; nothing personal. */
  readonly log?: (line: string) => void;
  /** Where the published policy is; without it the app shows the file in the service's folder. */
  readonly policyUrl?: string;
  /** Where people reach the service, for links in mails. */
  readonly site?: string;
  /** Left out: what that file says. */
  readonly version?: Version;
  /** At least 32 random characters, the same after a restart if sealed links are to live on. */
  readonly secret?: string;
  /** 0 turns the service's own clearing up off. */
  readonly housekeepingMs?: number;
}

const BODY_BYTES_MAX = 64 * 1024;
const HOUSEKEEPING_MS = 60_000;
const POLICY =
  "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'";

export async function createMikyApp(options: MikyOptions): Promise<FastifyInstance> {
  const db = openDatabase(options.databaseUrl);
  const log = options.log ?? (() => undefined);
  const deps: Deps = {
    db,
    provider: options.provider ?? offlineProvider(),
    payments: options.payments ?? offlinePayments(),
    rights: options.rights,
    now: options.now ?? (() => new Date()),
    secret: options.secret ?? newToken(),
    policyUrl: options.policyUrl ?? "/privacy",
    site: options.site ?? "https://miky.example",
    version: options.version ?? (await policyVersion()),
    log,
  };
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    logger: false,
    requestTimeout: 60_000,
    trustProxy: false,
  });
  await app.register(cookie);
  app.decorateRequest("viewer", null);
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body.toString())));
    },
  );
  guard(app, deps);
  record(app, deps, log);
  for (const routes of [
    homeRoutes,
    accountRoutes,
    chatRoutes,
    creditRoutes,
    referralRoutes,
    supportRoutes,
    contactRoutes,
    settingsRoutes,
    rightsRoutes,
    staffRoutes,
    runRoutes,
    disclosureRoutes,
    incidentRoutes,
    unsubscribeRoutes,
    complaintRoutes,
    saleRoutes,
    sampleRoutes,
  ])
    routes(app, deps);
  app.get("/healthz", async () => ({ ok: (await db.run("select 1")) === 1 }));
  keepHouse(app, deps, options.housekeepingMs ?? HOUSEKEEPING_MS, log);
  app.addHook("onClose", () => db.close());
  return app;
}

/** A form of another site can not act here: its Origin differs, and a request without one is no browser's form. */
function sameOrigin(request: FastifyRequest): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const { host: from, protocol } = new URL(origin);
  // Through URL on both sides, so that a port that goes without saying does not matter.
  return URL.canParse(`${protocol}//${host}`) && from !== "" && new URL(`${protocol}//${host}`).host === from;
}

/** A mail program brings no Origin, and what it posts to holds a secret of its own. */
const isByMail = (request: FastifyRequest): boolean => request.url.startsWith("/unsubscribe/");

function guard(app: FastifyInstance, deps: Deps): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({
      "content-security-policy": POLICY,
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    if (request.method !== "GET" && request.method !== "HEAD" && !isByMail(request) && !sameOrigin(request)) {
      return reply.code(403).type("text/plain").send("this form was not sent from a page of this site");
    }
    if (!request.url.startsWith("/assets/")) request.viewer = await viewerOf(deps, request);
    if (request.viewer?.accepted === false)
      await noteAcceptance(deps.db, deps.version, { id: request.viewer.id, isNew: false, now: deps.now() });
    await heedSignal(deps, request);
    return undefined;
  });
  app.setNotFoundHandler((request, reply) => missing(deps, request, reply));
}

/** Page views and errors, as the policy says; not for people who have limited processing. */
function record(app: FastifyInstance, deps: Deps, log: (line: string) => void): void {
  app.addHook("onResponse", async (request, reply) => {
    const { viewer } = request;
    const route = request.routeOptions.url ?? "(none)";
    log(`${request.method} ${route} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms`);
    const page =
      request.method === "GET" &&
      reply.statusCode === 200 &&
      !/^\/(?:assets|healthz|staff|unsubscribe)/.test(route) &&
      !route.endsWith("/archive");
    if (!page || viewer?.limited === true) return;
    if (viewer !== null && (await isLimited(deps, viewer.id))) return;
    await deps.db
      .run(
        "insert into page_views (user_id, device_id, ip, path, duration_ms, created_at) values ($1, $2, $3, $4, $5, $6)",
        [
          viewer?.id ?? null,
          viewer?.device ?? null,
          request.ip,
          route,
          Math.round(reply.elapsedTime),
          deps.now(),
        ],
      )
      .catch((error) => log(`page view not recorded: ${kindOf(error)}`));
  });
  app.setErrorHandler(async (error: unknown, request, reply) => {
    const status = statusOf(error);
    const code = kindOf(error);
    log(`${request.method} ${request.routeOptions.url ?? "(none)"} failed: ${code}`);
    if (status >= 500) {
      await deps.db
        .run("insert into error_reports (user_id, path, code, created_at) values ($1, $2, $3, $4)", [
          request.viewer?.id ?? null,
          request.routeOptions.url ?? "(none)",
          code,
          deps.now(),
        ])
        .catch(() => log("error report not recorded"));
    }
    const what = status >= 500 ? "Something went wrong on our side" : "That could not be read";
    return show(
      deps,
      request,
      reply.code(status),
      { title: what },
      html`<section class="narrow"><h1>${what}</h1><p>Go back and try again.</p></section>`,
    );
  });
}

const property = (error: unknown, name: "statusCode" | "code"): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;

function statusOf(error: unknown): number {
  const status = property(error, "statusCode");
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}

/** A code, else the kind of error: messages can hold what somebody typed. */
function kindOf(error: unknown): string {
  const code = property(error, "code");
  return typeof code === "string" ? code : error instanceof Error ? error.name : "unknown";
}

function keepHouse(app: FastifyInstance, deps: Deps, everyMs: number, log: (line: string) => void): void {
  if (everyMs <= 0) return;
  let running: Promise<void> | null = null;
  const run = (): void => {
    running ??= (deps.version === null ? Promise.resolve(0) : announce(deps.db, deps.version, deps.now()))
      .then(() => tellOfIncidents(deps.db, deps.now()))
      .then(() => housekeep(deps.db, deps.now()))
      .then(
        (gone) => {
          for (const [what, rows] of Object.entries(gone)) log(`housekeeping: ${rows} rows of ${what}`);
        },
        (error) => log(`housekeeping failed: ${kindOf(error)}`),
      )
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(run, everyMs);
  timer.unref();
  app.addHook("onReady", async () => run());
  app.addHook("preClose", async () => {
    clearInterval(timer);
    await running;
  });
}
