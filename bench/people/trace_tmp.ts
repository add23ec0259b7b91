import pg from "pg";
import { makeBed } from "../bed.ts";
import { carryOut } from "./sides.ts";
import { addPeople, GROUND, layOut } from "./world.ts";

const N = Number(process.argv[2] ?? 5);
const bed = await makeBed(GROUND);
await layOut(bed.app, { seed: 1, people: 2000, rowsEach: 20, foreignKeys: false, unindexed: false });
await addPeople(bed.app, 1, 2001, 12, N);
await bed.app.query("vacuum analyze");
const { desk, service } = await bed.open();
for (let i = 0; i < 8; i++) await carryOut(bed, desk, "erase", 2001 + i);
const orig = pg.Client.prototype.query;
let t0 = 0;
(pg.Client.prototype as any).query = function (this: any, ...a: any[]) {
  const began = performance.now();
  const text = typeof a[0] === "string" ? a[0] : a[0].text;
  const r = (orig as any).apply(this, a);
  const done = () =>
    process.stdout.write(
      `${(began - t0).toFixed(1)} +${(performance.now() - began).toFixed(1)} ${String(text).replace(/\s+/g, " ").slice(0, 110)}\n`,
    );
  r?.then?.(done, done);
  return r;
};
for (let i = 8; i < 10; i++) {
  t0 = performance.now();
  const act = await carryOut(bed, desk, (process.argv[3] ?? "erase") as any, 2001 + i);
  console.log("TOTAL", act.ms);
}
await service.close();
await bed.close();
