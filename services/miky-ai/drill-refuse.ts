/** How a canary refuses a sale, what it is served before and after, and to whom it is told to complain. */
import { type Canary, go, pageOf, type Session, submit } from "./drill-browser.ts";
import { nobody } from "./drill-desks.ts";

const visible = (page: string): string => {
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(page)?.[1] ?? "";
  return main.replaceAll(/<select[\s\S]*?<\/select>/g, " ").replaceAll(/<[^>]*>/g, " ");
};

/** Written by the page so that it shows as it is. */
const plain = (text: string): string =>
  text
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

export async function authority(base: string, place: string): Promise<string> {
  const page = await pageOf(await go(base, nobody(), `/complaints?place=${encodeURIComponent(place)}`));
  return plain(visible(page));
}

export const optOutWays = ["settings", "signal"];

export async function optOut(
  base: string,
  session: Session,
  { way, back }: { readonly way: string; readonly back: boolean },
): Promise<void> {
  if (way === "signal" && !back) {
    await (await go(base, session, "/", undefined, { "sec-gpc": "1" })).body?.cancel();
    return;
  }
  await submit(base, session, "/settings/sale", { refuse: back ? "no" : "yes" });
}

const purse = (page: string): number => Number(/class="purse">(\d+) credits/.exec(page)?.[1] ?? Number.NaN);

/** The prices that are shown, an answer, and what was paid for it; nothing where any of it is not shown. */
export async function served(base: string, session: Session, { token }: Canary): Promise<string> {
  const shop = await pageOf(await go(base, session, "/credits"));
  const list = await pageOf(await go(base, session, "/chat"));
  const packs = shop.match(/\d+ credits for €\d+/g) ?? [];
  const prices = visible(list).match(/\d+ credits?\b/g) ?? [];
  const talk = await submit(base, session, "/chat", {
    specialist: "hypatia",
    prompt: `What does ${token} mean?`,
  });
  const answered = await pageOf(await go(base, session, talk));
  const answer = /<main[^>]*>([\s\S]*)<\/main>/
    .exec(answered)?.[1]
    ?.replaceAll(/<time[\s\S]*?<\/time>/g, " ")
    .replaceAll(/<form[\s\S]*?<\/form>/g, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(token, "*");
  const paid = purse(shop) - purse(answered);
  const isShown = packs.length > 0 && prices.length > 0 && (answer ?? "").trim() !== "" && paid > 0;
  return isShown ? JSON.stringify({ packs, prices, answer, paid }) : "";
}
