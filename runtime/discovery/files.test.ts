import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decoded, schemaFilesAt } from "./files.ts";

const SQL = "CREATE TABLE a (\n straße text\n);";
const big = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

test("the same text, however it was written down", () => {
  const written: readonly Buffer[] = [
    Buffer.from(SQL),
    Buffer.from(`\ufeff${SQL}`),
    Buffer.from(SQL, "latin1"),
    Buffer.from(SQL.replaceAll("\n", "\r\n")),
    Buffer.from(SQL.replaceAll("\n", "\r")),
    Buffer.from(SQL, "utf16le"),
    Buffer.from(`\ufeff${SQL}`, "utf16le"),
    big(SQL),
    big(`\ufeff${SQL}`),
  ];
  expect(written.map(decoded)).toEqual(written.map(() => SQL));
});

const MIGRATION = "class Migration(migrations.Migration):\n  operations = [migrations.DeleteModel('A')]\n";

test("only schemas count against the limits; what is left is named below the folder, with the reason", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-files-"));
  try {
    const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
    for (let i = 0; i < 30; i += 1) await put(`a${i}.py`, "print('no migration')\n");
    await put("b_large.py", "#".repeat(2_000));
    await put("m1.py", MIGRATION);
    await put("m2.py", `${MIGRATION}${"#".repeat(2_000)}`);
    await put("m3.py", MIGRATION);
    await put("m4.py", MIGRATION);
    const few = await schemaFilesAt(folder, { files: 2, bytes: 1_000, bytesInAll: 10_000 });
    expect(few).toMatchObject({
      ok: true,
      files: [{ file: "m1.py" }, { file: "m3.py" }],
      left: [
        { file: "m2.py", why: "larger than 0 MiB" },
        { file: "m4.py", why: "2 files were read before it" },
      ],
      seen: 35,
    });
    const short = await schemaFilesAt(folder, { files: 9, bytes: 1_000, bytesInAll: MIGRATION.length * 2 });
    expect(short).toMatchObject({ files: [{}, {}], left: [{ file: "m2.py" }, { file: "m4.py" }] });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what undoes a migration is passed by; a step of Entity Framework that is called so is none of that", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-files-"));
  try {
    const step = 'class A : Migration { void Up(MigrationBuilder b) { b.DropTable(name: "a"); } }\n';
    for (const name of ["1_a.sql", "1_a.down.sql", "U2__a.sql"]) await writeFile(join(folder, name), SQL);
    for (const name of ["2_Revert.cs", "3_Down.cs"]) await writeFile(join(folder, name), step);
    expect(await schemaFilesAt(folder)).toMatchObject({
      files: [{ file: "1_a.sql" }, { file: "2_Revert.cs" }, { file: "3_Down.cs" }],
      seen: 3,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
