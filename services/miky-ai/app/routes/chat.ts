/** The specialists: a list, a conversation, and the answer as it is written. */
import { Readable } from "node:stream";
import { z } from "zod";
import { converse, type Step, startConversation } from "../conversations.ts";
import type { Deps } from "../deps.ts";
import { optionalText, read, text, wholeNumber } from "../form.ts";
import { listPage, PROMPT_CHARACTERS_MAX, talkPage } from "./chat-pages.ts";
import { missing, type Routes, show, signedIn, usable } from "./route.ts";

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

/** A provider that fails is an answer too: the person is told, the log gets the kind of error. */
async function* guarded(steps: AsyncIterable<Step>, deps: Deps): AsyncGenerator<Step> {
  try {
    yield* steps;
  } catch (error) {
    deps.log(`answer failed: ${error instanceof Error ? error.name : "unknown"}`);
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

const idOf = (params: unknown): string =>
  z.object({ id: z.uuid() }).safeParse(params).data?.id ?? "00000000-0000-0000-0000-000000000000";

const listRoutes: Routes = (app, deps) => {
  app.get(
    "/chat",
    signedIn(async (viewer, request, reply) =>
      show(deps, request, reply, { title: "Specialists", at: "/chat" }, await listPage(deps, viewer.id, [])),
    ),
  );

  app.post(
    "/chat",
    usable(deps, async (viewer, request, reply) => {
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
        guarded(converse(deps, { userId: viewer.id, conversation: id, prompt }), deps),
      );
      if (last?.step === "refused") return again([last.why], STATUS[last.why]);
      return reply.redirect(`/chat/${id}`, 303);
    }),
  );
};

const talkRoutes: Routes = (app, deps) => {
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
    usable(deps, async (viewer, request, reply) => {
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
        deps,
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
};

const ratingRoutes: Routes = (app, deps) => {
  app.post(
    "/chat/:id/rate",
    usable(deps, async (viewer, request, reply) => {
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

export const chatRoutes: Routes = (app, deps) => {
  for (const routes of [listRoutes, talkRoutes, ratingRoutes]) routes(app, deps);
};
