/** The page's own code. Writes text only, never markup: a receipt comes from a stranger. */
import { RECEIPT_BYTES_MAX } from "@avow/core/evidence/receipt";
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

/** A text: why there are none to look at. */
let receipt: Uint8Array | string | null = null;
let turn = 0;

async function take(file: File | undefined): Promise<void> {
  turn += 1;
  const own = turn;
  // What was said of another file must not stand beside the name of this one.
  receipt = null;
  show();
  const read = file === undefined ? null : await bytesOf(file);
  if (own !== turn) return;
  receipt = read;
  show();
}

async function bytesOf(file: File): Promise<Uint8Array | string> {
  if (file.size > RECEIPT_BYTES_MAX) return "it is larger than a receipt can be";
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    // The only reason to throw: a folder, or a file that went or may not be read.
    return "the browser does not get at it: is it a file, and still there?";
  }
}

function show(): void {
  const result = part("result");
  result.replaceChildren();
  if (receipt === null) return;
  const head = document.createElement("p");
  result.append(head);
  if (typeof receipt === "string") {
    head.className = "no";
    head.textContent = `✗ This can not be read: ${receipt}`;
    return;
  }
  const [origin] = lines("origin");
  const named = { keys: lines("key"), witnesses: lines("witness"), about: lines("person") };
  const verdict = check({ receipt, ...named, origin });
  if (verdict.ok) {
    head.className = "yes";
    head.textContent = "✓ It holds.";
    result.append(...facts(verdict));
    return;
  }
  head.className = verdict.tried ? "no" : "open";
  head.textContent = verdict.tried
    ? `✗ It does not hold: ${verdict.reason}.`
    : `Not verified yet: ${verdict.reason}.`;
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
