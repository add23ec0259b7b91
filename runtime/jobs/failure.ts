/** Which kind of error it was, for logs and for the history of a job: what an error says may hold a person's data. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown error";
  return "code" in error && typeof error.code === "string" ? `${error.name} ${error.code}` : error.name;
}
