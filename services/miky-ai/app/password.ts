import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** About 60 ms and 16 MB each. Stored as `scrypt:N:r:p:salt:hash`. */
const COST = { N: 16_384, r: 8, p: 1 } as const;
const LENGTH = 32;

const derive = (password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, LENGTH, cost, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return `scrypt:${COST.N}:${COST.r}:${COST.p}:${salt.toString("base64url")}:${hash.toString("base64url")}`;
}

/** `stored` null: nobody of that name. The work is done all the same, so that the time taken does not tell. */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  const [kind, n, r, p, salt, hash] = (stored ?? `scrypt:${COST.N}:8:1:AAAAAAAAAAAAAAAAAAAAAA:`).split(":");
  const key = await derive(password, Buffer.from(salt ?? "", "base64url"), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
  });
  const wanted = Buffer.from(hash ?? "", "base64url");
  return kind === "scrypt" && wanted.length === key.length && timingSafeEqual(wanted, key);
}
