import { failed, noStore, type Take } from "../context.ts";

export const takeFeasible: Take<"feasible"> = async (_measure, { feasible }) => {
  const answer = await feasible();
  if (answer.ok) return { reading: "feasible", faults: answer.faults, byHand: answer.byHand ?? [] };
  return answer.failure === null ? noStore(answer.store) : failed(answer.store, answer.failure);
};
