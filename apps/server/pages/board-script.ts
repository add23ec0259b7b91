/** What renews the board: the page is fetched again, and its inside exchanged when something has changed. What is open stays open. */
export const BOARD_SCRIPT = `"use strict";
const every = 5000;
async function renew() {
  if (document.hidden) return;
  const answer = await fetch("/", { headers: { accept: "text/html" } }).catch(() => null);
  if (answer === null || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
  const old = document.getElementById("board");
  if (fresh === null || old === null) return;
  if (fresh.dataset.version === old.dataset.version) {
    const times = [...fresh.querySelectorAll("time")];
    for (const [i, shown] of [...old.querySelectorAll("time")].entries()) {
      const time = times[i];
      if (time === undefined || time.dateTime === shown.dateTime) continue;
      shown.dateTime = time.dateTime;
      shown.textContent = time.textContent;
    }
    return;
  }
  const had = new Map([...old.querySelectorAll("details")].map((d) => [d.id, d.open]));
  for (const d of fresh.querySelectorAll("details")) if (had.get(d.id) === true) d.open = true;
  const focused = document.activeElement?.closest("details")?.id;
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.querySelector("summary")?.focus({ preventScroll: true });
}
setInterval(renew, every);
`;
