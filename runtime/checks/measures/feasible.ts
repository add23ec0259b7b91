import { failed, noStore, type Take } from "../context.ts";

export const takeFeasible: Take<"feasible"> = async (_measure, { feasible, describe }) => {
  const answer = await feasible();
  if (answer.ok) return { reading: "feasible", faults: answer.faults, byHand: answer.byHand ?? [] };
  if (answer.failure === null) return noStore(answer.store);
  // Whether it was only this that it refused, or it can not be looked at at all, is known by what it says of itself.
  await describe(answer.store);
  return failed(answer.store, answer.failure);
};
