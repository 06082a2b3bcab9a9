import type { Connection } from 'mongoose';
import { type App, createApp } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { AS_IT_COMES } from '../src/inbox/arrivals.ts';
import { type Clock, runningClock } from '../src/kernel/clock.ts';
import { creditorId, type DebtorId, debtorId } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import { importPortfolio } from '../src/ledger/portfolio-import.ts';

/** A Tuesday, 10:00 in Mexico City: within the hours of the law, whenever the bench is run. */
export const WORKING_HOUR = new Date('2026-03-03T16:00:00Z');

export const DOCUMENT_DIGITS = '1234';
const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency';

export const phoneOf = (n: number): string => `+5255${String(50_000_000 + n)}`;
export const debtorOf = (n: number): DebtorId => debtorId(creditorId('bench'), `b${n}`);

/** The rooms in this process, without a web server. Time runs from a working hour on. */
export function openBenchApp(db: Connection, config: Config, clock: Clock = runningClock(WORKING_HOUR)): Promise<App> {
  const arrivals = { ...AS_IT_COMES, flood: null }; // a few debtors write here as many would
  return createApp({
    config,
    db,
    clock,
    arrivals,
    log: silentLog(),
    channels: [],
    publicUrl: () => 'http://localhost',
  });
}

/** Debtors `from` to `to`, each owing one debt since January, tied to a channel. @param plans whether their follow-ups are planned too */
export async function importDebtors(
  app: App,
  db: Connection,
  range: { from: number; to: number; channel: string; plans: boolean },
): Promise<void> {
  const result = await importPortfolio({
    db,
    now: app.clock.now(),
    open: () => portfolio(range),
    linkAddresses: (debtors) => app.conversations.linkPhones([range.channel], debtors),
    onDebtorsChanged: async (ids) => {
      if (range.plans) await app.conversations.planFollowups(ids);
    },
  });
  if (!result.ok) throw new Error(result.faults.map(({ line, reason }) => `line ${line}: ${reason}`).join('\n'));
}

async function* portfolio({ from, to }: { from: number; to: number }): AsyncIterable<Uint8Array> {
  yield Buffer.from(`${COLUMNS}\n`);
  for (let n = from; n < to; n += 1) {
    const who = ['bench', 'Banco de Prueba', `b${n}`, `Ana Prueba ${n}`, `90000${DOCUMENT_DIGITS}`, 'MX'];
    const debt = [`d${n}`, 'Crédito', 1, '2026-01-15', '1200.00', 'MXN'];
    yield Buffer.from(`${[...who, 'America/Mexico_City', 'es-MX', phoneOf(n), ...debt].join(',')}\n`);
  }
}
