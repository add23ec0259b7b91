// Reads `main.ts` through the cache of compiled modules. A first module in TypeScript that is not kept compiled brings along what strips its types:
// 16 MB that stay, for one file.
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./main.ts");
