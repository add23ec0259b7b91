// Reads `keeper-process.ts` through the cache of compiled modules: each connection starts such a process, and stripping the types of a first
// module in TypeScript that is not kept compiled takes most of that time.
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./keeper-process.ts");
