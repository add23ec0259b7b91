import type { Take } from "../context.ts";

export const takePapers: Take<"papers"> = async (_measure, { papers }) => ({
  reading: "papers",
  ...(await papers()),
});
