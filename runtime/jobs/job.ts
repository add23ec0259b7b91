/**
 * What a kind of job is. Its payload is ids and nothing else: what they stand for is read when the job runs, so that neither the
 * queue nor its history can hold anything of a person, and a job is never older than the row that it is about.
 */
import { z } from "zod";

export type Ids = Readonly<Record<string, z.ZodUUID>>;
export type Payload<I extends Ids> = { readonly [K in keyof I]: string };

export interface Job<I extends Ids = Ids> {
  readonly name: string;
  readonly ids: I;
  readonly retry: Retry;
  /** After this long an attempt is told to stop at its next step, and another one begins. */
  readonly timeoutSeconds: number;
}

/** The pause doubles from the first to the longest. A job that used up its attempts is for the sweep of its owner to begin anew. */
export interface Retry {
  readonly attemptsMax: number;
  readonly firstPauseSeconds: number;
  readonly pauseSecondsMax: number;
}

const NAME = /^[a-z][a-z-]{0,39}$/;

export function defineJob<const I extends Ids>(job: Job<I>): Job<I> {
  if (!NAME.test(job.name))
    throw new Error(`\`${job.name}\` is no name for a job: use small letters and \`-\``);
  const names = Object.keys(job.ids);
  if (names.length === 0) throw new Error(`the job \`${job.name}\` names no id that it is about`);
  return job;
}

/** Throws when it holds anything but the ids that the job declares; the message holds no value of it. */
export function checkPayload<I extends Ids>(job: Job<I>, given: unknown): Record<string, string> {
  const read = z.strictObject(job.ids).safeParse(given);
  if (read.success) return z.record(z.string(), z.uuid()).parse(read.data);
  throw new Error(
    `the payload of the job \`${job.name}\` must be the ids ${Object.keys(job.ids)
      .map((k) => `\`${k}\``)
      .join(", ")} and nothing else`,
  );
}

/** Two jobs with one key are the same work. */
export const keyOf = <I extends Ids>(job: Job<I>, payload: Readonly<Record<string, string>>): string =>
  Object.keys(job.ids)
    .map((name) => payload[name] ?? "")
    .join(" ");
