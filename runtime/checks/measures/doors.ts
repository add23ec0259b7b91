import type { Take } from "../context.ts";

export const takeDoors: Take<"doors"> = async (_measure, { doors }) => ({
  reading: "doors",
  ...(await doors()),
});
