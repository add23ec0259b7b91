/** The specialists: a list, a conversation, and the answer as it is written. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { converse, type Step, startConversation } from "../conversations.ts";
import type { Deps } from "../deps.ts";
import { optionalText, read, text, wholeNumber } from "../form.ts";
import { type Html, html } from "../html.ts";
import { problemList, when } from "../layout.ts";
import { missing, type Routes, show, signedIn } from "./route.ts";

const PROMPT_CHARACTERS_MAX = 8_000;
const CONVERSATIONS_SHOWN = 20;
const MESSAGES_SHOWN = 200;

const startForm = z.object({
  specialist: text("the specialist", 40),
  prompt: text("your question", PROMPT_CHARACTERS_MAX),
});
const promptForm = z.object({ prompt: text("your question", PROMPT_CHARACTERS_MAX) });
const rateForm = z.object({
  seq: wholeNumber("the message", 1, 1_000_000),
  stars: wholeNumber("the rating", 1, 5),
  comment: optionalText("the comment", 1_000),
});

const warning = html`<p class="warning" id="secrets"><strong>Keep your secrets.</strong> Do not type passwords, API keys, card or bank details, health
  data or anything confidential here. Specialists do not need them.</p>`;

const specialistSchema = z.object({
  slug: z.string(),
  name: z.string(),
  field: z.string(),
  persona: z.string(),
  price: z.number(),
});
const talkSchema = z.object({ id: z.string(), title: z.string(), name: z.string(), at: z.date() });
const messageSchema = z.object({
  seq: z.number(),
  role: z.enum(["user", "specialist"]),
  body: z.string(),
  at: z.date(),
  stars: z.number().nullable(),
});

async function listPage(deps: Deps, userId: string, problems: readonly string[]): Promise<Html> {
  const specialists = await deps.db.all(
    specialistSchema,
    "select slug, name, field, persona, price::int as price from specialists order by id",
  );
  const talks = await deps.db.all(
    talkSchema,
    `select c.id, c.title, s.name, c.last_message_at as at from conversations c join specialists s on s.id = c.specialist_id
      where c.user_id = $1 order by c.last_message_at desc limit $2`,
    [userId, CONVERSATIONS_SHOWN],
  );
  return html`<h1>Ask a specialist</h1>${problemList(problems)}
  <form method="post" action="/chat" class="stack card">
    <fieldset class="specialists"><legend>Who should answer?</legend>${specialists.map(
      (
        s,
        i,
      ) => html`<label class="choice"><input type="radio" name="specialist" value="${s.slug}" required${i === 0 ? html` checked` : null}>
        <span><strong>${s.name}</strong> <small>${s.field}, ${s.price} ${s.price === 1 ? "credit" : "credits"}</small><br>${s.persona}</span></label>`,
    )}</fieldset>
    ${warning}
    <label>Your question <textarea name="prompt" rows="4" required maxlength="${PROMPT_CHARACTERS_MAX}" aria-describedby="secrets"></textarea></label>
    <button>Ask</button>
  </form>
  <h2>Your conversations</h2>
  ${talks.length === 0 ? html`<p class="note">None yet.</p>` : html`<ul class="list">${talks.map((t) => html`<li><a href="/chat/${t.id}" dir="auto">${t.title.trim() === "" ? "Untitled" : t.title}</a> <small>${t.name}, ${when(t.at)}</small></li>`)}</ul>`}`;
}

const stars = (conversation: string, seq: number, given: number | null): Html =>
  given !== null
    ? html`<p class="note">You gave ${given} of 5.</p>`
    : html`<details class="rate"><summary>Rate this answer</summary><form method="post" action="/chat/${conversation}/rate" class="row">
      <input type="hidden" name="seq" value="${seq}"><label>Stars <select name="stars"><option>5</option><option>4</option><option>3</option><option>2</option><option>1</option></select></label>
      <label>Comment <input name="comment" maxlength="1000"></label><button class="quiet">Rate</button></form></details>`;

async function talkPage(
  deps: Deps,
  userId: string,
  id: string,
  problems: readonly string[],
): Promise<Html | null> {
  const talk = await deps.db.one(
    z.object({ title: z.string(), name: z.string(), field: z.string(), price: z.number() }),
    "select c.title, s.name, s.field, s.price::int as price from conversations c join specialists s on s.id = c.specialist_id where c.id = $1 and c.user_id = $2",
    [id, userId],
  );
  if (talk === null) return null;
  const messages = await deps.db.all(
    messageSchema,
    `select m.seq, m.role, m.body, m.created_at as at, f.stars::int as stars from messages m
       left join feedback_ratings f on f.conversation_id = m.conversation_id and f.seq = m.seq
      where m.conversation_id = $1 order by m.seq desc limit $2`,
    [id, MESSAGES_SHOWN],
  );
  return html`<p><a href="/chat">All conversations</a></p><h1>${talk.name}</h1>${problemList(problems)}
  <ol class="talk" id="talk" aria-live="polite">${messages.toReversed().map(
    (
      m,
    ) => html`<li class="${m.role}"><p class="who">${m.role === "user" ? "You" : talk.name} <small>${when(m.at)}</small></p>
      <div class="said" dir="auto">${m.body}</div>${m.role === "specialist" ? stars(id, m.seq, m.stars) : null}</li>`,
  )}</ol>
  <form method="post" action="/chat/${id}/messages" class="stack card" id="ask" data-specialist="${talk.name}">
    ${warning}
    <label>Your message <textarea name="prompt" rows="3" required maxlength="${PROMPT_CHARACTERS_MAX}" aria-describedby="secrets"></textarea></label>
    <button>Send <small>(${talk.price} ${talk.price === 1 ? "credit" : "credits"})</small></button>
  </form>`;
}

/** A provider that fails is an answer too: the person is told, the log gets the kind of error. */
async function* guarded(steps: AsyncIterable<Step>, request: FastifyRequest): AsyncGenerator<Step> {
  try {
    yield* steps;
  } catch (error) {
    request.log.error({ kind: error instanceof Error ? error.name : "unknown" }, "answer failed");
    yield { step: "refused", why: "the specialist could not answer" };
  }
}

/** Server-sent events: `piece` with text, then `done` or `refused`. */
async function* events(steps: AsyncIterable<Step>): AsyncGenerator<string> {
  for await (const step of steps) yield `event: ${step.step}\ndata: ${JSON.stringify(step)}\n\n`;
}

const STATUS = {
  "no such conversation": 404,
  "not enough credits": 402,
  "the specialist could not answer": 502,
} as const;

async function lastStep(steps: AsyncIterable<Step>): Promise<Step | null> {
  let last: Step | null = null;
  for await (const step of steps) last = step;
  return last;
}

export const chatRoutes: Routes = (app, deps) => {
  const idOf = (params: unknown): string =>
    z.object({ id: z.uuid() }).safeParse(params).data?.id ?? "00000000-0000-0000-0000-000000000000";

  app.get(
    "/chat",
    signedIn(async (viewer, request, reply) =>
      show(deps, request, reply, { title: "Specialists", at: "/chat" }, await listPage(deps, viewer.id, [])),
    ),
  );

  app.post(
    "/chat",
    signedIn(async (viewer, request, reply) => {
      const again = async (problems: readonly string[], status: number) =>
        show(
          deps,
          request,
          reply.code(status),
          { title: "Specialists", at: "/chat" },
          await listPage(deps, viewer.id, problems),
        );
      const form = read(startForm, request.body);
      if (!form.ok) return again(form.problems, 400);
      const { specialist, prompt } = form.value;
      const id = await startConversation(deps, viewer.id, specialist, prompt);
      if (id === null) return again(["there is no such specialist"], 400);
      const last = await lastStep(
        guarded(converse(deps, { userId: viewer.id, conversation: id, prompt }), request),
      );
      if (last?.step === "refused") return again([last.why], STATUS[last.why]);
      return reply.redirect(`/chat/${id}`, 303);
    }),
  );

  app.get(
    "/chat/:id",
    signedIn(async (viewer, request, reply) => {
      const content = await talkPage(deps, viewer.id, idOf(request.params), []);
      return content === null
        ? missing(deps, request, reply)
        : show(deps, request, reply, { title: "Conversation", at: "/chat", script: true }, content);
    }),
  );

  app.post(
    "/chat/:id/messages",
    signedIn(async (viewer, request, reply) => {
      const id = idOf(request.params);
      const form = read(promptForm, request.body);
      const again = async (problems: readonly string[], status: number) => {
        const content = await talkPage(deps, viewer.id, id, problems);
        return content === null
          ? missing(deps, request, reply)
          : show(
              deps,
              request,
              reply.code(status),
              { title: "Conversation", at: "/chat", script: true },
              content,
            );
      };
      if (!form.ok) return again(form.problems, 400);
      const steps = guarded(
        converse(deps, { userId: viewer.id, conversation: id, prompt: form.value.prompt }),
        request,
      );
      if (request.headers.accept?.includes("text/event-stream") === true) {
        reply.type("text/event-stream").header("cache-control", "no-store");
        return reply.send(Readable.from(events(steps)));
      }
      const last = await lastStep(steps);
      return last?.step === "refused"
        ? again([last.why], STATUS[last.why])
        : reply.redirect(`/chat/${id}`, 303);
    }),
  );

  app.post(
    "/chat/:id/rate",
    signedIn(async (viewer, request, reply) => {
      const id = idOf(request.params);
      const form = read(rateForm, request.body);
      if (!form.ok) {
        const content = await talkPage(deps, viewer.id, id, form.problems);
        return content === null
          ? missing(deps, request, reply)
          : show(deps, request, reply.code(400), { title: "Conversation", at: "/chat" }, content);
      }
      const { seq, comment } = form.value;
      await deps.db.run(
        `insert into feedback_ratings (user_id, conversation_id, seq, stars, comment, created_at)
       select $1, m.conversation_id, m.seq, $4, $5, $6 from messages m join conversations c on c.id = m.conversation_id
        where c.id = $2 and c.user_id = $1 and m.seq = $3 and m.role = 'specialist' on conflict (conversation_id, seq) do nothing`,
        [viewer.id, id, seq, form.value.stars, comment, deps.now()],
      );
      return reply.redirect(`/chat/${id}`, 303);
    }),
  );
};
