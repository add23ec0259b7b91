/**
 * `npm run bundle`: commands start in less than half the time until a source is changed. `--if-possible`: where it can not be made that is
 * said, and is no failure.
 */
import { makeBundle } from "./make.ts";

const made = await makeBundle();
if (made.state === "failed") {
  process.stderr.write(`no bundle could be made, commands run the sources: ${made.reason}\n`);
  process.exitCode = process.argv.includes("--if-possible") ? 0 : 1;
} else if (made.state === "made")
  process.stderr.write(`commands start from a bundle of ${made.files} files\n`);
