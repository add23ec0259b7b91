/**
 * What renews the board: the page is fetched again. Where only times have moved, or the log has grown, these are exchanged alone; else the inside
 * is. What is open stays open, what is closed closed, the focus where it was, and what was announced is not announced anew. It also opens and closes
 * all rows at once.
 */
export const BOARD_SCRIPT = `"use strict";
const every = 5000;
const all = (part, what) => [...part.querySelectorAll(what)];
const showFold = (part) => all(part, ".fold").forEach((p) => (p.hidden = false));
showFold(document);
document.addEventListener("click", ({ target }) => {
  const fold = target.closest("[data-fold]")?.dataset.fold;
  if (fold !== undefined) for (const d of all(document, "#board details")) d.open = fold === "open";
});
async function renew() {
  if (document.hidden) return;
  const answer = await fetch("/", { headers: { accept: "text/html" } }).catch(() => null);
  if (answer === null || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
  const old = document.getElementById("board");
  if (fresh === null || old === null) return;
  if (fresh.dataset.version !== old.dataset.version || !moved(old, fresh)) exchange(old, fresh);
}
function moved(old, fresh) {
  const times = all(fresh, "time");
  const shown = all(old, "time");
  if (times.length !== shown.length) return false;
  for (const [i, time] of times.entries()) {
    if (time.dateTime === shown[i].dateTime) continue;
    shown[i].dateTime = time.dateTime;
    shown[i].textContent = time.textContent;
  }
  const log = old.querySelector("#evidence-log");
  const grown = fresh.querySelector("#evidence-log");
  if (log !== null && grown !== null && log.innerHTML !== grown.innerHTML) log.replaceChildren(...grown.childNodes);
  return true;
}
function exchange(old, fresh) {
  const had = new Map(all(old, "details").map((d) => [d.id, d.open]));
  for (const d of all(fresh, "details")) if (had.has(d.id)) d.open = had.get(d.id);
  const told = new Set(all(old, ".warn, .note").map((p) => p.textContent));
  for (const p of all(fresh, "[role=alert], [role=status]")) if (told.has(p.textContent)) p.removeAttribute("role");
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const row = focused?.closest("details")?.id;
  const link = focused?.getAttribute("href");
  const fold = focused?.dataset.fold;
  showFold(fresh);
  old.replaceWith(fresh);
  const again = row
    ? document.getElementById(row)?.querySelector("summary")
    : fold
      ? fresh.querySelector('[data-fold="' + fold + '"]')
      : link && all(fresh, "a").find((a) => a.getAttribute("href") === link);
  again?.focus({ preventScroll: true });
}
setInterval(renew, every);
`;
