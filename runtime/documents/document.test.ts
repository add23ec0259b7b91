import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSource } from "@avow/core/policy/source/read";
import { TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { describe, expect, test } from "vitest";
import { BYTES_MAX, readDocument, readDocumentFile } from "./document.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const said = async (name: string, content: string | Uint8Array): Promise<string> => {
  const read = await readDocument(name, typeof content === "string" ? bytes(content) : content);
  return read.ok ? `${read.kind}: ${read.text}` : `refused: ${read.message}`;
};
const W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const TYPES =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const RELS =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';

async function zip(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files))
    await writer.add(
      name,
      typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content),
    );
  return writer.close();
}

const paragraph = (text: string, style = ""): string =>
  `<w:p>${style === "" ? "" : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t>${text}</w:t></w:r></w:p>`;
const docx = (body: string): Promise<Uint8Array> =>
  zip({
    "[Content_Types].xml": TYPES,
    "_rels/.rels": RELS,
    "word/document.xml": `<?xml version="1.0"?><w:document xmlns:w="${W}"><w:body>${body}</w:body></w:document>`,
  });

describe("html and markdown", () => {
  test("what a reader sees, in paragraphs", async () => {
    const page = `<!doctype html><head><title>no</title><style>p{}</style></head><body><nav>menu</nav><h1>Tea</h1>
      <h2>1. What <em>we</em> keep</h2><p>We keep
      orders.<br>And letters.<p hidden>unseen</p><ul><li>Name</li><li><p>Address</p><p>of yours</p></li></ul>
      <table><tr><th>What</th><th>How long</th></tr><tr><td>orders</td><td>two years</td></tr></table><script>x()</script>`;
    expect(await said("page.html", page)).toBe(
      "html: # Tea\n\n## 1. What we keep\n\nWe keep orders.\n\nAnd letters.\n\n- Name\n\n- Address\n\nof yours\n\n- What: orders; How long: two years\n",
    );
    expect(
      await said("page", "<html><body><header>x</header><main><p>We keep.</p></main></body></html>"),
    ).toBe("html: We keep.\n");
  });

  test("markdown becomes the same, without its front matter", async () => {
    const page =
      "---\ntitle: x\n---\n# Tea\n\nWe keep\n**orders**.\n\n- Name\n- Address\n\n| What | How long |\n|---|---|\n| orders | two years |\n";
    expect(await said("page.md", page)).toBe(
      "markdown: # Tea\n\nWe keep orders.\n\n- Name\n\n- Address\n\n- What: orders; How long: two years\n",
    );
  });

  test("the same policy has the same statements in each form", async () => {
    const plain = "1. Keeping\n\nWe keep orders for two years. We keep no letters.\n\n- Name\n- Address\n";
    const forms: readonly (readonly [string, string | Uint8Array])[] = [
      ["a.txt", plain],
      [
        "a.html",
        "<h2>1. Keeping</h2><p>We keep orders for two years. We keep no letters.</p><ul><li>Name<li>Address</ul>",
      ],
      ["a.md", "## 1. Keeping\n\nWe keep orders for two years.\nWe keep no letters.\n\n* Name\n* Address\n"],
      [
        "a.docx",
        await docx(
          `${paragraph("1. Keeping", "Heading1")}${paragraph("We keep orders for two years. We keep no letters.")}${paragraph("- Name")}${paragraph("- Address")}`,
        ),
      ],
    ];
    const hashes = await Promise.all(
      forms.map(async ([name, content]) => {
        const read = await readDocument(name, typeof content === "string" ? bytes(content) : content);
        return read.ok ? readSource(name, read.text).sha256 : read.message;
      }),
    );
    expect(new Set(hashes).size).toBe(1);
  });
});

describe("what is refused", () => {
  test.each([
    ["a.txt", "", "refused: there are no words in it"],
    ["a.txt", " \n\u200b", "refused: there are no words in it"],
    ["a.html", "<html><script>words</script>", "refused: there are no words in it"],
    ["a.pdf", "%PDF-1.7", "refused: it is a PDF, which is not read"],
    ["a.docx", "just text", "refused: it is no DOCX"],
    ["a.docx", "PK\u0003\u0004 damaged", "refused: it is no DOCX: its archive is damaged"],
    ["a.txt", "a\u0000b", "refused: it is no text: it is not in UTF-8, or it is binary"],
  ])("%s %j", async (name, content, wanted) => {
    expect(await said(name, content)).toBe(wanted);
  });

  test("other encodings, but UTF-16 with its mark is read", async () => {
    expect(await said("a.txt", new Uint8Array([0xc4, 0xe3, 0xba, 0xc3]))).toContain("not in UTF-8");
    expect(await said("a.txt", new Uint8Array([0xff, 0xfe, 0x41, 0x00]))).toBe("text: A");
  });

  test("archives: no document, and more than is unpacked", async () => {
    expect(await said("a.zip", await zip({ "a.txt": "x" }))).toBe("refused: it is an archive and no DOCX");
    const bomb = await zip({ "word/document.xml": "x", "word/media/a.bin": new Uint8Array(70_000_000) });
    expect(bomb.length).toBeLessThan(1_000_000);
    expect(await said("a.docx", bomb)).toBe("refused: the DOCX unpacks to more than 64000000 bytes");
    expect(await said("a.docx", await zip({ "word/document.xml": "<no xml" }))).toMatch(/^refused: /);
  });

  test("a file that is not there, a folder, one that is too big", async () => {
    const folder = await mkdtemp(join(tmpdir(), "avow-documents-"));
    try {
      const big = join(folder, "big.txt");
      await writeFile(big, "a");
      await truncate(big, BYTES_MAX + 1);
      expect(await readDocumentFile(big)).toMatchObject({
        ok: false,
        message: `it has more than ${BYTES_MAX} bytes`,
      });
      for (const path of [folder, join(folder, "none")])
        expect(await readDocumentFile(path)).toMatchObject({
          ok: false,
          message: "it is not there, or may not be read",
        });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
