/** What the pages of the specialists show. */
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { type Html, html } from "../html.ts";
import { problemList, when } from "../layout.ts";

export const PROMPT_CHARACTERS_MAX = 8_000;
const CONVERSATIONS_SHOWN = 20;
const MESSAGES_SHOWN = 200;

/** Worded in the database. A wording that is missing is none: the page says nothing then. */
async function warning(deps: Deps): Promise<Html> {
  const text = await deps.db.one(
    z.object({ body: z.string() }),
    "select body from texts where name = 'secrets'",
  );
  return html`<p class="warning" id="secrets"><strong>Keep your secrets.</strong> ${text?.body ?? ""}</p>`;
}

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

export async function listPage(deps: Deps, userId: string, problems: readonly string[]): Promise<Html> {
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
    ${await warning(deps)}
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

export async function talkPage(
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
    ${await warning(deps)}
    <label>Your message <textarea name="prompt" rows="3" required maxlength="${PROMPT_CHARACTERS_MAX}" aria-describedby="secrets"></textarea></label>
    <button>Send <small>(${talk.price} ${talk.price === 1 ? "credit" : "credits"})</small></button>
  </form>`;
}
