import type { Connection } from 'mongoose';
import { inTransaction } from '../src/database/transaction.ts';
import { monotonicMs } from '../src/kernel/clock.ts';
import { newUuid } from '../src/kernel/ids.ts';

export const AT_ONCE = 16;

interface Row {
  _id: string;
  n: number;
  text: string;
}

const rowOf = (_id: string): Row => ({ _id, n: 0, text: 'x'.repeat(400) });

/** Does `count` things, `atOnce` of them at a time. @returns milliseconds from the first to the last */
export async function timeAll(count: number, atOnce: number, one: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const start = monotonicMs();
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await one(n);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return monotonicMs() - start;
}

/** What no durable inbox can beat: one small document a call, journaled on a majority. @returns milliseconds */
export function bareInserts(db: Connection, count: number, atOnce: number): Promise<number> {
  const rows = db.collection<Row>('bare_inserts');
  return timeAll(count, atOnce, () =>
    rows.insertOne(rowOf(newUuid()), { writeConcern: { w: 'majority', journal: true } }),
  );
}

/** What a turn writes and nothing else, sixteen at once: two updates by id, two inserts. @returns milliseconds */
export async function bareTransactions(db: Connection, count: number): Promise<number> {
  const [a, b, c, d] = ['bare_a', 'bare_b', 'bare_c', 'bare_d'].map((name) => db.collection<Row>(name));
  if (!a || !b || !c || !d) throw new Error('no collections');
  const ids = Array.from({ length: count }, () => newUuid());
  for (const each of [a, b]) await each.insertMany(ids.map(rowOf));
  return timeAll(count, AT_ONCE, (n) => {
    const _id = ids[n] ?? '';
    return inTransaction(db, async (session) => {
      await a.updateOne({ _id, n: 0 }, { $set: { n: 1 } }, { session });
      await b.updateOne({ _id, n: 0 }, { $set: { n: 1 } }, { session });
      await c.insertOne(rowOf(_id), { session });
      await d.insertOne(rowOf(_id), { session });
    });
  });
}
