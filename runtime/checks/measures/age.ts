import { failed, noStore, type Take } from "../context.ts";

export const takeAge: Take<"age"> = async (measure, context) => {
  const { store, collection, field } = measure;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const answer = await reader.oldest({ collection, field, before: measure.before.toISOString() });
  if (!answer.ok) return failed(store, answer);
  const { oldest, before, undated, rows } = answer.value;
  const evidence =
    before === 0
      ? []
      : [
          {
            what: `${before} of ${rows} rows of \`${collection}\` are from before ${measure.before.toISOString().slice(0, 10)}`,
            store,
            collection,
            field,
            rows: before,
          },
        ];
  return { reading: "age", oldest, before, undated, rows, evidence };
};
