/** The page's own code. Writes text only, never markup: a receipt comes from a stranger. */
import { check, type Verdict } from "../verify.ts";

function field(id: string): HTMLInputElement | HTMLTextAreaElement {
  const found = document.getElementById(id);
  if (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement) return found;
  throw new Error(`the page has no field ${id}`);
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part ${id}`);
  return found;
}

const lines = (id: string): string[] =>
  field(id)
    .value.split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

let receipt: Uint8Array | null = null;

async function take(file: File | undefined): Promise<void> {
  receipt = file === undefined ? null : new Uint8Array(await file.arrayBuffer());
  show();
}

function show(): void {
  const result = part("result");
  result.replaceChildren();
  if (receipt === null) return;
  const [origin] = lines("origin");
  const named = { keys: lines("key"), witnesses: lines("witness"), about: lines("person") };
  const verdict = check({ receipt, ...named, origin });
  const head = document.createElement("p");
  head.className = verdict.ok ? "yes" : "no";
  head.textContent = verdict.ok ? "✓ It holds." : `✗ It does not hold: ${verdict.reason}.`;
  result.append(head);
  if (verdict.ok) result.append(...facts(verdict));
}

function facts(verdict: Extract<Verdict, { ok: true }>): HTMLElement[] {
  const list = document.createElement("dl");
  const rows: readonly (readonly [string, string])[] = [
    ["Log", verdict.origin],
    ["Entry", `${verdict.index} of ${verdict.size}`],
    ["Logged", verdict.at ?? "unknown"],
    ["Witnesses", `${verdict.witnesses} of those that you named`],
    ...verdict.beside.map((place): [string, string] => [
      "Beside",
      `${place} lay in the account of whom it is about; whether it was its owner's, nobody has shown`,
    ]),
  ];
  for (const [name, value] of rows) {
    const term = document.createElement("dt");
    term.textContent = name;
    const text = document.createElement("dd");
    text.textContent = value;
    list.append(term, text);
  }
  if (verdict.disclosed === null) return [list];
  const says = document.createElement("pre");
  says.textContent = JSON.stringify(verdict.disclosed, null, 2);
  says.tabIndex = 0;
  return [list, says];
}

const input = field("file");
input.addEventListener("change", () => {
  if (!(input instanceof HTMLInputElement)) return;
  // The field names what was picked by itself.
  part("name").textContent = "";
  void take(input.files?.[0]);
});
for (const id of ["key", "origin", "witness", "person"]) field(id).addEventListener("input", show);
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file === undefined) return;
  // What was picked before is not what is looked at now.
  input.value = "";
  part("name").textContent = file.name;
  void take(file);
});
