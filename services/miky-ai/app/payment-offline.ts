/** Stands in for the payment processor: three cards that it knows, one of which it always declines. No network, no card numbers. */
import { newId } from "./ids.ts";
import type { PaymentPort } from "./ports.ts";

const CARDS: Readonly<
  Record<string, { readonly label: string; readonly brand: string; readonly last4: string | null }>
> = {
  pm_visa: { label: "Visa ending in 4242", brand: "visa", last4: "4242" },
  pm_mastercard: { label: "Mastercard ending in 4444", brand: "mastercard", last4: "4444" },
  pm_declined: { label: "A card that is always declined", brand: "visa", last4: null },
};

export function offlinePayments(): PaymentPort {
  return {
    methods: Object.entries(CARDS).map(([method, { label }]) => ({ method, label })),
    async charge({ method }) {
      const card = Object.hasOwn(CARDS, method) ? CARDS[method] : undefined;
      if (card === undefined || card.last4 === null) return { ok: false, reason: "declined" };
      const [payment, customer] = [`pi_${newId()}`, `cus_${newId()}`];
      return { ok: true, payment, customer, brand: card.brand, last4: card.last4 };
    },
  };
}
