import type { Connection } from 'mongoose';
import type { App } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { monotonicMs } from '../src/kernel/clock.ts';
import { newUuid } from '../src/kernel/ids.ts';
import { DOCUMENT_DIGITS, importDebtors, openBenchApp, phoneOf } from './house.ts';
import { bareTransactions } from './physical.ts';

const CHANNEL = 'simulator';
const DEBTORS = 40;
const WARM_ROUNDS = 10; // until the code is compiled: a service runs for days

/**
 * A whole turn (a stored message to its committed outbox row: lease, facts, understanding, flow, text, one transaction) against a bare transaction
 * of the same number of writes, taken in turns in one run.
 * @param rounds turns a debtor
 */
export async function benchTurns(
  db: Connection,
  config: Config,
  rounds: number,
): Promise<{ turns: number; bare: number; ratio: number }> {
  const app = await openBenchApp(db, config);
  await importDebtors(app, db, { from: 0, to: DEBTORS, channel: CHANNEL, plans: false });
  const phones = Array.from({ length: DEBTORS }, (_, n) => phoneOf(n));
  await askAll(app, phones, 'hola');
  await askAll(app, phones, DOCUMENT_DIGITS);
  let turnMs = 0;
  let bareMs = 0;
  for (let round = -WARM_ROUNDS; round < rounds; round += 1) {
    const taken = await askAll(app, phones, 'cuánto debo?');
    const plain = await bareTransactions(db, DEBTORS);
    if (round < 0) continue;
    turnMs += taken;
    bareMs += plain;
  }
  const turns = (DEBTORS * rounds * 1000) / turnMs;
  const bare = (DEBTORS * rounds * 1000) / bareMs;
  return { turns, bare, ratio: turns / bare };
}

/** @returns milliseconds from the first turn's lease to the last turn's commit; storing the messages is not counted. */
async function askAll(app: App, phones: string[], text: string): Promise<number> {
  for (const from of phones)
    await app.conversations.receive({ id: `bench:${newUuid()}`, channel: CHANNEL, from, text });
  const start = monotonicMs();
  const done = await app.conversations.runTurns();
  const ms = monotonicMs() - start;
  if (done !== phones.length) throw new Error(`${done} of ${phones.length} turns were taken`);
  return ms;
}
