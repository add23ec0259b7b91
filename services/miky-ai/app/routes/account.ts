/** Signing up, in and out. */
import { z } from "zod";
import { noteAcceptance } from "../acceptance.ts";
import { signInAlarms } from "../alarms.ts";
import { attempts } from "../attempts.ts";
import { noteAnswer } from "../consents.ts";
import type { Deps } from "../deps.ts";
import { country, email, optionalText, read, text, ticked, typed } from "../form.ts";
import { type Html, html } from "../html.ts";
import { newId } from "../ids.ts";
import { problemList } from "../layout.ts";
import { hashPassword, passwordFits } from "../password.ts";
import { joinNetwork } from "../referrals.ts";
import { endSession, startSession } from "../session.ts";
import { type Routes, show } from "./route.ts";

const AGE_MIN_YEARS = 13;
const ADULT_YEARS = 18;
const WELCOME_CREDITS = 50;

const signUpForm = z.object({
  name: text("your name", 120),
  email,
  password: z
    .string({ error: "the password is missing" })
    .min(10, "a password needs at least 10 characters")
    .max(200, "a password may have at most 200 characters"),
  born: z.iso.date("your date of birth is missing or is no date"),
  country,
  ref: optionalText("the referral code", 40),
  marketing: ticked,
});
const signInForm = z.object({
  email,
  password: z
    .string({ error: "the password is missing" })
    .min(1, "the password is missing")
    .max(200, "that password is too long"),
});
type SignUp = z.infer<typeof signUpForm>;

function signUpPage(body: unknown, problems: readonly string[]): Html {
  return html`<section class="narrow"><h1>Create your account</h1>${problemList(problems)}
  <form method="post" action="/signup" class="stack">
    <label>Name <input name="name" value="${typed(body, "name")}" autocomplete="name" required maxlength="120"></label>
    <label>E-mail <input name="email" type="email" value="${typed(body, "email")}" autocomplete="email" required></label>
    <label>Password <input name="password" type="password" autocomplete="new-password" required minlength="10" aria-describedby="password-note"></label>
    <p class="note" id="password-note">At least 10 characters.</p>
    <label>Date of birth <input name="born" type="date" value="${typed(body, "born")}" required aria-describedby="born-note"></label>
    <p class="note" id="born-note">Miky.ai is for people of ${AGE_MIN_YEARS} and older. We check the date and do not keep it.</p>
    <label>Country (optional) <input name="country" value="${typed(body, "country")}" maxlength="2" placeholder="IT" autocomplete="country"></label>
    <label>Referral code (optional) <input name="ref" value="${typed(body, "ref")}" maxlength="40"></label>
    <label class="tick"><input type="checkbox" name="marketing"> Write to me about new specialists now and then</label>
    <button>Sign up</button>
  </form><p>You have an account? <a href="/signin">Sign in</a>.</p></section>`;
}

const signInPage = (
  body: unknown,
  problems: readonly string[],
): Html => html`<section class="narrow"><h1>Sign in</h1>${problemList(problems)}
  <form method="post" action="/signin" class="stack">
    <label>E-mail <input name="email" type="email" value="${typed(body, "email")}" autocomplete="email" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Sign in</button>
  </form><p>New here? <a href="/signup">Create an account</a>.</p></section>`;

/** Whole years between a date of birth and now. */
export function ageYears(born: string, now: Date): number {
  const [year = 0, month = 0, day = 0] = born.split("-").map(Number);
  const had = now.getUTCMonth() + 1 > month || (now.getUTCMonth() + 1 === month && now.getUTCDate() >= day);
  return now.getUTCFullYear() - year - (had ? 0 : 1);
}

const GUARDIAN =
  "at your age a parent or guardian has to agree: write to us together; nothing was kept. (Where you live you may be old enough: say the country.)";

/** Below which age a guardian decides in a country; the highest that we know where none is said. A limit that is missing is none that we could keep to. */
async function ageLimit(deps: Deps, place: string | null): Promise<number> {
  const found = await deps.db.one(
    z.object({ age: z.number() }),
    "select age::int as age from age_limits where country in ($1, '*') order by country = '*' limit 1",
    [place ?? "*"],
  );
  return found?.age ?? ADULT_YEARS;
}

/** The new person's id; null when the address is taken. */
async function create(deps: Deps, form: SignUp): Promise<string | null> {
  const [id, now, hash] = [newId(), deps.now(), await hashPassword(form.password)];
  return deps.db.transaction(async (db) => {
    const made = await db.run(
      `insert into users (id, email, name, country, referral_code, credits, marketing_email, marketing_since, last_seen_at, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict do nothing`,
      [
        id,
        form.email,
        form.name,
        form.country,
        `MIKY-${newId().slice(0, 8).toUpperCase()}`,
        WELCOME_CREDITS,
        false,
        null,
        now,
      ],
    );
    if (made === 0) return null;
    await db.run(
      "insert into credentials (user_id, password_hash, changed_at, used_at) values ($1, $2, $3, $3)",
      [id, hash, now],
    );
    await db.run("insert into preferences (user_id, updated_at, used_at) values ($1, $2, $2)", [id, now]);
    await db.run(
      "insert into credit_ledger (user_id, change, reason, created_at) values ($1, $2, 'welcome', $3)",
      [id, WELCOME_CREDITS, now],
    );
    await noteAcceptance(db, deps.version, { id, isNew: true, now });
    if (form.marketing)
      await noteAnswer(db, { user: id, box: "marketing", given: true, how: "sign-up", now });
    if (form.ref !== null) await joinNetwork(db, { newcomer: id, code: form.ref, now });
    return id;
  });
}

export const accountRoutes: Routes = (app, deps) => {
  const failures = attempts({ most: 10, windowMs: 15 * 60_000, keysMax: 10_000, now: deps.now });

  const alarm = signInAlarms(deps);

  app.get("/signup", async (request, reply) =>
    show(deps, request, reply, { title: "Sign up", at: "/signup" }, signUpPage(request.query, [])),
  );

  app.post("/signup", async (request, reply) => {
    const again = (problems: readonly string[], status: number) =>
      show(
        deps,
        request,
        reply.code(status),
        { title: "Sign up", at: "/signup" },
        signUpPage(request.body, problems),
      );
    const form = read(signUpForm, request.body);
    if (!form.ok) return again(form.problems, 400);
    const age = ageYears(form.value.born, deps.now());
    if (age < AGE_MIN_YEARS)
      return again([`Miky.ai is for people of ${AGE_MIN_YEARS} and older; nothing was kept`], 403);
    if (age < (await ageLimit(deps, form.value.country))) return again([GUARDIAN], 403);
    if (age > 130) return again(["your date of birth is missing or is no date"], 400);
    const id = await create(deps, form.value);
    if (id === null) return again(["there is an account with this e-mail address: sign in instead"], 409);
    await startSession(deps, request, reply, id);
    return reply.redirect("/chat", 303);
  });

  app.get("/signin", async (request, reply) =>
    show(deps, request, reply, { title: "Sign in", at: "/signin" }, signInPage({}, [])),
  );

  app.post("/signin", async (request, reply) => {
    const again = (problems: readonly string[], status: number) =>
      show(
        deps,
        request,
        reply.code(status),
        { title: "Sign in", at: "/signin" },
        signInPage(request.body, problems),
      );
    const form = read(signInForm, request.body);
    if (!form.ok) return again(form.problems, 400);
    const key = `${request.ip} ${form.value.email.toLowerCase()}`;
    if (!failures.allowed(key)) return again(["too many attempts: wait a quarter of an hour"], 429);
    const found = await deps.db.one(
      z.object({ id: z.string(), hash: z.string() }),
      `select u.id, c.password_hash as hash from users u join credentials c on c.user_id = u.id
        where lower(u.email) = lower($1) and u.closed_at is null`,
      [form.value.email],
    );
    if (!(await passwordFits(form.value.password, found?.hash ?? null)) || found === null) {
      failures.failed(key);
      await alarm(form.value.email);
      return again(["the e-mail address and the password do not fit together"], 401);
    }
    await startSession(deps, request, reply, found.id);
    return reply.redirect("/chat", 303);
  });

  app.post("/signout", async (request, reply) => {
    await endSession(deps, request, reply);
    return reply.redirect("/", 303);
  });
};
