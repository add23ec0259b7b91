import { failed, noStore, type Take } from "../context.ts";

const VALUES_MAX = 1_000;

export const takeDistinct: Take<"distinct"> = async ({ store, collection, field }, context) => {
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const answer = await reader.distinct({ collection, field, valuesMax: VALUES_MAX });
  return answer.ok ? { reading: "distinct", ...answer.value } : failed(store, answer);
};
