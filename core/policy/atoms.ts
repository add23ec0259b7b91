/** The smallest things that a clause allows or refuses: one class, one purpose, one recipient. A list promises each of its words. */
import type { Clause } from "./meaning.ts";

export const atomsOf = (clause: Clause): Clause[] =>
  clause.data.flatMap((data) =>
    clause.purposes.flatMap((purpose) =>
      (clause.recipients.length === 0 ? [[]] : clause.recipients.map((r) => [r])).map((recipients) => ({
        ...clause,
        data: [data],
        purposes: [purpose],
        recipients,
      })),
    ),
  );
