import type { Take } from "../context.ts";

export const takeOverdue: Take<"overdue"> = async ({ right }, { history, now }) => ({
  reading: "overdue",
  ...(await history.countRequests(right, now)),
});
