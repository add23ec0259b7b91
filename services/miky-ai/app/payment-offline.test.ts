import { expect, test } from "vitest";
import { offlinePayments } from "./payment-offline.ts";

test("a card is one of the three, and a word that every object has is none", async () => {
  const { charge } = offlinePayments();
  const paid = async (method: string) => (await charge({ amount: 5, currency: "eur", method })).ok;
  expect(await paid("pm_visa")).toBe(true);
  for (const method of ["pm_declined", "none", "constructor", "__proto__"])
    expect(await paid(method)).toBe(false);
});
