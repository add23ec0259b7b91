/**
 * One question and its answer. The question is stored and paid before the provider is asked; when no whole answer comes of it, the
 * credits go back. A question that was answered within the last minutes is answered from the cache, for nothing.
 */
import { z } from "zod";
import type { Deps } from "./deps.ts";
import { hashOf, newId } from "./ids.ts";
import type { Turn } from "./ports.ts";

export const CACHE_MINUTES = 10;
const HISTORY_TURNS = 12;
const ANSWER_CHARACTERS_MAX = 100_000;

export type Step =
  | { readonly step: "piece"; readonly text: string }
  | { readonly step: "done"; readonly seq: number; readonly credits: number }
  | {
      readonly step: "refused";
      readonly why: "no such conversation" | "not enough credits" | "the specialist could not answer";
    };

interface Question {
  readonly userId: string;
  readonly conversation: string;
  readonly prompt: string;
}

const conversationSchema = z.object({
  id: z.string(),
  specialist: z.number(),
  name: z.string(),
  field: z.string(),
  persona: z.string(),
  price: z.number(),
});
const numberSchema = z.object({ n: z.number() });

export async function startConversation(
  deps: Deps,
  userId: string,
  specialist: string,
  title: string,
): Promise<string | null> {
  const id = newId();
  const made = await deps.db.run(
    `insert into conversations (id, user_id, specialist_id, title, created_at, last_message_at)
     select $1, $2, s.id, $4, $5, $5 from specialists s where s.slug = $3`,
    [id, userId, specialist, title.slice(0, 80), deps.now()],
  );
  return made === 1 ? id : null;
}

type Accepted =
  | { readonly ok: false; readonly why: "no such conversation" | "not enough credits" }
  | {
      readonly ok: true;
      readonly about: z.infer<typeof conversationSchema>;
      readonly history: readonly Turn[];
      readonly cached: string | null;
      readonly key: string;
    };

async function accept(deps: Deps, question: Question): Promise<Accepted> {
  const { userId, conversation, prompt } = question;
  const now = deps.now();
  return deps.db.transaction(async (db): Promise<Accepted> => {
    const about = await db.one(
      conversationSchema,
      `select c.id, s.id::int as specialist, s.name, s.field, s.persona, s.price::int as price
         from conversations c join specialists s on s.id = c.specialist_id where c.id = $1 and c.user_id = $2 for update of c`,
      [conversation, userId],
    );
    if (about === null) return { ok: false, why: "no such conversation" };
    const key = hashOf(JSON.stringify([userId, about.specialist, prompt]));
    const cached = await db.one(
      z.object({ answer: z.string() }),
      "select answer from response_cache where key = $1 and created_at > $2::timestamptz - make_interval(mins => $3)",
      [key, now, CACHE_MINUTES],
    );
    const price = cached === null ? about.price : 0;
    if (price > 0) {
      const paid = await db.run("update users set credits = credits - $2 where id = $1 and credits >= $2", [
        userId,
        price,
      ]);
      if (paid === 0) return { ok: false, why: "not enough credits" };
      await db.run(
        "insert into credit_ledger (user_id, change, reason, conversation_id, created_at) values ($1, $2, 'answer', $3, $4)",
        [userId, -price, conversation, now],
      );
    }
    const history = await db.all(
      z.object({ role: z.enum(["user", "specialist"]), body: z.string() }),
      "select role, body from messages where conversation_id = $1 order by seq desc limit $2",
      [conversation, HISTORY_TURNS],
    );
    await insertMessage(db, { conversation, role: "user", body: prompt, credits: 0, latencyMs: null, now });
    return { ok: true, about, history: history.toReversed(), cached: cached?.answer ?? null, key };
  });
}

interface Message {
  readonly conversation: string;
  readonly role: Turn["role"];
  readonly body: string;
  readonly credits: number;
  readonly latencyMs: number | null;
  readonly now: Date;
}

/** The caller holds the lock on the conversation's row, so numbers follow each other. */
async function insertMessage(db: Pick<Deps["db"], "one" | "run">, message: Message): Promise<number> {
  const { conversation, role, body, credits, latencyMs, now } = message;
  const row = await db.one(
    numberSchema,
    `insert into messages (conversation_id, seq, role, body, tokens, credits, latency_ms, created_at)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 from messages where conversation_id = $1 returning seq as n`,
    [conversation, role, body, Math.ceil(body.length / 4), credits, latencyMs, now],
  );
  await db.run("update conversations set last_message_at = $2 where id = $1", [conversation, now]);
  return row?.n ?? 0;
}

async function keepAnswer(
  deps: Deps,
  question: Question,
  accepted: Accepted & { ok: true },
  answer: string,
  latencyMs: number,
): Promise<number> {
  const { userId, conversation, prompt } = question;
  const now = deps.now();
  return deps.db.transaction(async (db) => {
    await db.run("select 1 from conversations where id = $1 for update", [conversation]);
    const credits = accepted.cached === null ? accepted.about.price : 0;
    const seq = await insertMessage(db, {
      conversation,
      role: "specialist",
      body: answer,
      credits,
      latencyMs,
      now,
    });
    if (accepted.cached === null) {
      await db.run(
        `insert into response_cache (key, user_id, prompt, answer, created_at) values ($1, $2, $3, $4, $5)
         on conflict (key) do update set answer = excluded.answer, created_at = excluded.created_at`,
        [accepted.key, userId, prompt, answer, now],
      );
    }
    return seq;
  });
}

async function giveBack(deps: Deps, question: Question, price: number): Promise<void> {
  await deps.db.transaction(async (db) => {
    await db.run("update users set credits = credits + $2 where id = $1", [question.userId, price]);
    await db.run(
      "insert into credit_ledger (user_id, change, reason, conversation_id, created_at) values ($1, $2, 'refund', $3, $4)",
      [question.userId, price, question.conversation, deps.now()],
    );
  });
}

export async function* converse(deps: Deps, question: Question): AsyncGenerator<Step> {
  const accepted = await accept(deps, question);
  if (!accepted.ok) {
    yield { step: "refused", why: accepted.why };
    return;
  }
  const { about, history, cached } = accepted;
  const startedMs = performance.now();
  let answer = "";
  let whole = false;
  try {
    const pieces =
      cached === null
        ? deps.provider.answer({ specialist: about, history, prompt: question.prompt })
        : [cached];
    for await (const piece of pieces) {
      answer += piece;
      if (answer.length > ANSWER_CHARACTERS_MAX) throw new RangeError("the provider's answer is too long");
      yield { step: "piece", text: piece };
    }
    const seq = await keepAnswer(deps, question, accepted, answer, Math.round(performance.now() - startedMs));
    whole = true;
    yield { step: "done", seq, credits: cached === null ? about.price : 0 };
  } finally {
    // Reached too when the reader goes away in the middle of the answer.
    if (!whole && cached === null) await giveBack(deps, question, about.price);
  }
}
