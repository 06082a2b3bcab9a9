import type { Connection } from 'mongoose';
import { type App, createApp } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { inTransaction } from '../src/database/transaction.ts';
import { monotonicMs, systemClock } from '../src/kernel/clock.ts';
import { type InboxId, newUuid } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import { importText } from '../test/chat/portfolio.ts';

const DEBTORS = 40;
const ROUNDS = 50; // turns a debtor
const WARM_ROUNDS = 10; // until the code is compiled: a service runs for days
const AT_ONCE = 16; // as the worker's

/**
 * A whole turn (a stored message to its committed outbox row: lease, facts, understanding, flow, text, one transaction) against a bare transaction
 * of the same number of writes with the same concurrency, taken in turns in one run.
 */
export async function benchTurns(
  db: Connection,
  config: Config,
): Promise<{ turns: number; bare: number; ratio: number }> {
  const app = await createApp({
    config,
    db,
    clock: systemClock,
    log: silentLog(),
    channels: [],
    publicUrl: () => 'http://localhost',
  });
  await importText(app, db, portfolio());
  const phones = Array.from({ length: DEBTORS }, (_, n) => phoneOf(n));
  await askAll(app, phones, 'hola');
  await askAll(app, phones, '1234');
  let turnMs = 0;
  let bareMs = 0;
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const taken = await askAll(app, phones, 'cuánto debo?');
    const plain = await bareTransactions(db, DEBTORS);
    if (round < 0) continue;
    turnMs += taken;
    bareMs += plain;
  }
  const turns = (DEBTORS * ROUNDS * 1000) / turnMs;
  const bare = (DEBTORS * ROUNDS * 1000) / bareMs;
  return { turns, bare, ratio: turns / bare };
}

/** @returns milliseconds from the first turn's lease to the last turn's commit; storing the messages is not counted. */
async function askAll(app: App, phones: string[], text: string): Promise<number> {
  for (const from of phones)
    await app.conversations.receive({ id: `bench:${newUuid()}`, channel: 'simulator', from, text });
  const start = monotonicMs();
  const done = await app.conversations.runTurns();
  const ms = monotonicMs() - start;
  if (done !== phones.length) throw new Error(`${done} of ${phones.length} turns were taken`);
  return ms;
}

/** What a turn writes and nothing else: two updates by id, two inserts. */
async function bareTransactions(db: Connection, count: number): Promise<number> {
  const [a, b, c, d] = ['bare_a', 'bare_b', 'bare_c', 'bare_d'].map((name) =>
    db.collection<{ _id: string; n: number; text: string }>(name),
  );
  if (!a || !b || !c || !d) throw new Error('no collections');
  const ids = Array.from({ length: count }, () => newUuid() as InboxId);
  await a.insertMany(ids.map((_id) => ({ _id, n: 0, text: 'x'.repeat(400) })));
  await b.insertMany(ids.map((_id) => ({ _id, n: 0, text: 'x'.repeat(400) })));
  const start = monotonicMs();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    await Promise.all(
      ids.slice(at, at + AT_ONCE).map((_id) =>
        inTransaction(db, async (session) => {
          await a.updateOne({ _id, n: 0 }, { $set: { n: 1 } }, { session });
          await b.updateOne({ _id, n: 0 }, { $set: { n: 1 } }, { session });
          await c.insertOne({ _id, n: 1, text: 'x'.repeat(400) }, { session });
          await d.insertOne({ _id, n: 1, text: 'x'.repeat(400) }, { session });
        }),
      ),
    );
  }
  return monotonicMs() - start;
}

const phoneOf = (n: number): string => `+52555010${String(n).padStart(4, '0')}`;

function portfolio(): string {
  const header =
    'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency';
  const rows = Array.from({ length: DEBTORS }, (_, n) =>
    [
      'bench',
      'Banco de Prueba',
      `b${n}`,
      `Ana Prueba ${n}`,
      '900001234',
      'MX',
      'America/Mexico_City',
      'es-MX',
      phoneOf(n),
      `d${n}`,
      'Crédito',
      1,
      '2026-01-15',
      '1200.00',
      'MXN',
    ].join(','),
  );
  return [header, ...rows].join('\n');
}
