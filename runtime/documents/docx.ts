/** DOCX → HTML, by mammoth; before that the archive is unpacked into nothing, so that a bomb is noticed and not set off. */
import { BlobReader, ZipReader } from "@zip.js/zip.js/lib/zip-core-external.js";
import mammoth from "mammoth";

export interface Refused {
  readonly message: string;
  readonly fix: string;
}

const UNPACKED_BYTES_MAX = 64_000_000;
const ENTRIES_MAX = 2_000;
const BODY = "word/document.xml";

export async function docxHtml(bytes: Uint8Array): Promise<string | Refused> {
  const refused = await archiveIssue(bytes);
  if (refused !== null) return refused;
  try {
    // Pictures say nothing that can be read.
    const images = mammoth.images.imgElement(() => Promise.resolve({ src: "" }));
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage: images });
    return value;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { message: "the DOCX can not be read: it is damaged", fix: "open it and save it anew" };
  }
}

class TooBig extends Error {}

async function archiveIssue(bytes: Uint8Array): Promise<Refused | null> {
  const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(bytes)])), { useWebWorkers: false });
  let left = UNPACKED_BYTES_MAX;
  try {
    const entries = await reader.getEntries();
    if (entries.length > ENTRIES_MAX) throw new TooBig();
    if (!entries.some((e) => e.filename === BODY))
      return { message: "it is an archive and no DOCX", fix: "unpack it, and name the policy in it" };
    for (const entry of entries) {
      if (entry.directory) continue;
      if (entry.encrypted) return { message: "the DOCX is encrypted", fix: "save it without a password" };
      // What the archive says of its size need not be true.
      const counting = new WritableStream<Uint8Array>({
        write(chunk) {
          left -= chunk.length;
          if (left < 0) throw new TooBig();
        },
      });
      await entry.getData(counting);
    }
    return null;
  } catch (error) {
    if (left < 0 || error instanceof TooBig)
      return {
        message: `the DOCX unpacks to more than ${UNPACKED_BYTES_MAX} bytes`,
        fix: "give the policy as text",
      };
    if (!(error instanceof Error)) throw error;
    return { message: "it is no DOCX: its archive is damaged", fix: "open it and save it anew" };
  } finally {
    await reader.close();
  }
}
