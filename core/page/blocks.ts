/** The document's blocks as HTML, each statement with its id, its mark, and its twin where a group ends. */
import type { Mark } from "../commitments/kind.ts";
import type { Statement } from "../policy/model.ts";
import { must } from "../terms/assert.ts";
import type { Block, HeadingBlock } from "./document.ts";
import { type Html, html, trusted } from "./html.ts";
import { type InlineSetting, inlineOf } from "./inline.ts";
import { type Twin, type TwinSetting, twinDetails } from "./twins.ts";

export interface BlockSetting extends InlineSetting {
  readonly marks: ReadonlyMap<string, Mark>;
  readonly twins: ReadonlyMap<string, Twin>;
  readonly twin: TwinSetting;
}

export const blocksHtml = (blocks: readonly Block[], to: BlockSetting): Html =>
  html`${blocks.map((b) => blockHtml(b, to))}`;

function blockHtml(block: Block, to: BlockSetting): Html {
  switch (block.block) {
    case "heading":
      return block.level === 1 ? html`` : headingHtml(block, to);
    case "statement":
      return html`<p id="${block.statement.id}">${marked(block.statement, inlineOf(block.statement.text, to).html, to)}</p>
${twinAfter(block.statement, to)}`;
    case "quote":
      return html`<blockquote>${blocksHtml(block.blocks, to)}</blockquote>
`;
    case "list":
      return listHtml(block, to);
    case "table":
      return tableHtml(block, to);
  }
}

/** The page's title is in its head. */
export function headingHtml(heading: HeadingBlock, to: InlineSetting): Html {
  const tag = trusted(`h${heading.level}`);
  return html`<${tag} id="${heading.id}">${inlineOf(heading.title, to).html}</${tag}>
`;
}

function listHtml(list: Extract<Block, { block: "list" }>, to: BlockSetting): Html {
  const items = list.items.map(
    (item) => html`<li>${blocksHtml(item, to)}</li>
`,
  );
  if (list.start === null)
    return html`<ul>${items}</ul>
`;
  return html`<ol${list.start === 1 ? null : html` start="${list.start}"`}>${items}</ol>
`;
}

function tableHtml(table: Extract<Block, { block: "table" }>, to: BlockSetting): Html {
  const [first] = table.rows;
  const headsOnly = table.rows.length === 1 && first?.cells.length === 0 ? first.statement : null;
  const width = Math.max(table.heads.length, ...table.rows.map((r) => r.cells.length));
  const columns = Array.from({ length: width }, (_, i) => i);
  const heads = columns.map((i) => {
    const head = table.heads[i] ?? "";
    return head === "" ? html`<td></td>` : html`<th scope="col">${inlineOf(head, to).html}</th>`;
  });
  const rows = headsOnly === null ? table.rows : [];
  const body = rows.map(
    ({ statement, cells }) =>
      html`<tr id="${statement.id}">${columns.map((i) => html`<td>${marked(statement, inlineOf(cells[i] ?? "", to).html, to)}</td>`)}</tr>
`,
  );
  return html`<div class="scroll" tabindex="0" role="group"${labelOf(table, to)}><table><thead><tr${headsOnly === null ? null : html` id="${headsOnly.id}"`}>${heads}</tr></thead><tbody>${body}</tbody></table></div>
${table.rows.map(({ statement }) => twinAfter(statement, to))}`;
}

/** A wide table scrolls by itself, so that the page never does; whoever uses a keyboard needs to get there, and to hear where. */
function labelOf(table: Extract<Block, { block: "table" }>, to: BlockSetting): Html {
  const words = table.heads.map((h) => inlineOf(h, to).text).filter((h) => h !== "");
  return html` aria-label="${words.length === 0 ? (table.rows[0]?.statement.id ?? "") : words.join(to.twin.words.listSeparator)}"`;
}

const MARKS: Readonly<Record<Mark, (words: Html) => Html>> = {
  // Bold and underlined in the text itself, not only by the style: it has to survive copying and other style sheets.
  right: (words) => html`<strong class="right"><u>${words}</u></strong>`,
};

function marked(statement: Statement, words: Html, to: BlockSetting): Html {
  const mark = to.marks.get(statement.id);
  return mark === undefined || words.text === "" ? words : must(MARKS[mark], "every mark has a look")(words);
}

function twinAfter(statement: Statement, to: BlockSetting): Html {
  const twin = to.twins.get(statement.id);
  return twin === undefined ? html`` : twinDetails(twin, to.twin);
}
