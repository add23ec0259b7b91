/** What a process that a test starts is given of the environment. */
const compiled = process.env["NODE_COMPILE_CACHE"];

/** What one process has compiled, hundreds of others need not compile again: vitest.config.ts says where it lies. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }),
};
