/**
 * `npm run bundle`: commands start in less than half the time until a source is changed. `--if-possible`: where it can not be made that is
 * said, and is no failure. `--testing`: with what the tests start.
 */
const asked = new Set(process.argv.slice(2));
try {
  // What makes it may be what is missing.
  const { makeBundle } = await import("./make.ts");
  const made = await makeBundle({ testing: asked.has("--testing") });
  if (made.state === "made") process.stderr.write(`commands start from a bundle of ${made.files} files\n`);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`no bundle could be made, commands run the sources: ${reason}\n`);
  process.exitCode = asked.has("--if-possible") ? 0 : 1;
}
