/**
 * One statement's Markdown → what a reader sees. Only inline marks are read: the policy's own reader (core/policy/surface) has found
 * the blocks, so a statement that looks like a heading or a list stays text. HTML is never passed on; a picture is its words.
 */

import type { PhrasingContent, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import type { Extension } from "micromark-util-types";
import { BugError } from "../terms/assert.ts";
import { type Html, html, trusted } from "./html.ts";
import { seenFrom, whyNoLink } from "./links.ts";

export interface InlineSetting {
  /** Label → target of links written `[words][label]`. */
  readonly definitions: ReadonlyMap<string, string>;
  /** From the page to the site's root: `""`, `../../`. */
  readonly root: string;
}

export interface Inline {
  readonly html: Html;
  /** The words alone. */
  readonly text: string;
  /** Of its links, in order. */
  readonly targets: readonly string[];
  /** What may not be published. */
  readonly problems: readonly string[];
}

const BLOCKS_OFF: Extension = {
  disable: {
    null: [
      "blockQuote",
      "codeFenced",
      "codeIndented",
      "definition",
      "headingAtx",
      "htmlFlow",
      "htmlText",
      "list",
      "setextUnderline",
      "thematicBreak",
    ],
  },
};

const BRACKET = 91;

/** Labels are told to the parser where a link may begin: the statement alone does not define them. */
const knowing = (labels: readonly string[]): Extension => ({
  text: {
    [BRACKET]: {
      name: "knownLabels",
      tokenize(_effects, _ok, nok) {
        for (const label of labels) if (!this.parser.defined.includes(label)) this.parser.defined.push(label);
        return nok;
      },
    },
  },
});

/** As CommonMark compares labels. */
export const labelKey = (label: string): string =>
  label.replaceAll(/\s+/g, " ").trim().toLowerCase().toUpperCase();

export function inlineOf(text: string, setting: InlineSetting): Inline {
  const targets = new Map([...setting.definitions].map(([label, target]) => [labelKey(label), target]));
  const tree: Root = fromMarkdown(text, { extensions: [BLOCKS_OFF, knowing([...targets.keys()])] });
  const problems: string[] = [];
  const words: string[] = [];
  const found: string[] = [];
  const content = tree.children.flatMap((c) => (c.type === "paragraph" ? c.children : [c]));
  const written = content.map((node) => write(node, { targets, root: setting.root, problems, words, found }));
  return { html: html`${written}`, text: words.join(""), targets: found, problems };
}

interface Writing {
  readonly targets: ReadonlyMap<string, string>;
  readonly root: string;
  readonly problems: string[];
  readonly words: string[];
  readonly found: string[];
}

function write(node: PhrasingContent | RootContent, to: Writing): Html {
  switch (node.type) {
    case "text":
      return said(node.value, to);
    case "inlineCode":
      return html`<code>${said(node.value, to)}</code>`;
    case "break":
      return said(" ", to);
    case "emphasis":
      return html`<em>${node.children.map((c) => write(c, to))}</em>`;
    case "strong":
      return html`<strong>${node.children.map((c) => write(c, to))}</strong>`;
    case "link":
      return linked(
        node.url,
        node.children.map((c) => write(c, to)),
        to,
      );
    case "linkReference":
      return linked(
        to.targets.get(labelKey(node.label ?? node.identifier)) ?? "",
        node.children.map((c) => write(c, to)),
        to,
      );
    case "image":
    case "imageReference":
      return said(node.alt ?? "", to);
    default:
      throw new BugError(`a statement has no \`${node.type}\``);
  }
}

function said(text: string, { words }: Writing): Html {
  words.push(text);
  return html`${text}`;
}

function linked(target: string, words: readonly Html[], { root, problems, found }: Writing): Html {
  found.push(target);
  const refused = whyNoLink(target);
  if (refused === null) return html`<a href="${seenFrom(root, target)}">${words}</a>`;
  problems.push(refused);
  return trusted(words.map((w) => w.text).join(""));
}
