/**
 * Where the random worlds of the tests begin. Each state of the repository has worlds of its own, and the same ones however often it is
 * tested: what fails is there again for whoever looks for it, and a green state stays green.
 */
import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { promisify } from "node:util";

const SEEDS = 2 ** 31;
const HEX_DIGITS = 8;

/** 1 to 2^31 - 1: by the tree that is checked out, else (no git here) one that nobody has seen before. */
export async function firstSeed(): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "HEAD^{tree}"]);
    return (Number.parseInt(stdout.slice(0, HEX_DIGITS), 16) % (SEEDS - 1)) + 1;
  } catch {
    return randomInt(1, SEEDS);
  }
}
