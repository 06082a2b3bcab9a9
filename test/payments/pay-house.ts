import { inTransaction } from '../../src/database/transaction.ts';
import { createServer } from '../../src/http/server.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import { type Clock, type MovableClock, standingClock } from '../../src/kernel/clock.ts';
import { creditorId, type DebtorId, debtorId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { type Currency, type Money, money } from '../../src/kernel/money.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { importPortfolio } from '../../src/ledger/portfolio-import.ts';
import { createPayments } from '../../src/payments/create-payments.ts';
import type { PaymentSettled } from '../../src/payments/payments.ts';
import type { PayLinkProvider } from '../../src/payments/provider.ts';
import { createSandbox } from '../../src/payments/sandbox.ts';
import { testDatabase } from '../setup/database.ts';

const CREDITOR = 'prestamos-del-valle';
const START = new Date('2026-03-02T16:00:00Z');
const RULES = { promiseDaysMax: 30, graceDays: 1, toleranceMinor: 0n };

export interface DebtorOnStage {
  name: string;
  amount: string;
  currency?: Currency;
  country?: string;
  locale?: string;
}

/** A clock that stands, and whose sleeps pass at once, so that retries take no time. */
export function hastyClock(start = START): MovableClock & { slept: number[] } {
  const clock = standingClock(start);
  const slept: number[] = [];
  const sleep: Clock['sleep'] = async (ms, signal) => {
    if (ms < 1000) return clock.sleep(ms, signal);
    slept.push(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...clock, sleep, slept };
}

/** The real payments room on a real ledger, database and web server, with one or more debtors. */
export async function openPayHouse(options: {
  debtors: DebtorOnStage[];
  clock?: MovableClock;
  /** In place of the sandbox. */
  provider?: PayLinkProvider;
  retryDelaysMs?: number[];
}) {
  const { db, drop } = await testDatabase();
  const clock = options.clock ?? standingClock(START);
  const log = silentLog();
  const settled: PaymentSettled[] = [];
  let url = 'http://localhost:1';
  const ledger = createLedger({ db, log, rules: RULES });
  await ledger.prepare();
  const { retryDelaysMs } = options;
  const sandbox = await createSandbox({
    db,
    clock,
    log,
    publicUrl: () => url,
    ...(retryDelaysMs && { retryDelaysMs }),
  });
  const payments = createPayments({
    db,
    ledger,
    providers: [options.provider ?? sandbox.provider],
    onSettled: async (event) => void settled.push(event),
    clock,
    log,
    publicUrl: () => url,
  });
  await payments.prepare();
  const web = createServer({ app: { payments, sandbox }, log });
  url = `http://localhost:${await web.listen(0)}`;
  await importPortfolio({ db, now: clock.now(), open: () => portfolioOf(options.debtors) });

  const idOf = (name: string): DebtorId => debtorId(creditorId(CREDITOR), name);
  return {
    db,
    clock,
    ledger,
    sandbox,
    payments,
    settled,
    url,
    idOf,
    async issue(name: string, amount: Money, lifeMs = 7 * 86_400_000): Promise<string> {
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + lifeMs);
      const input = { debtorId: idOf(name), debtIds: [], amount, expiresAt };
      return (await inTransaction(db, (tx) => payments.issueLink(input, now, tx))).url;
    },
    async balance(name: string): Promise<{ owed: bigint; credit: bigint }> {
      const { total, credit } = await ledger.account(idOf(name), clock.now());
      return { owed: total.amountMinor, credit: credit.amountMinor };
    },
    /** What the last answer set off has been done. */
    idle: web.idle,
    async close(): Promise<void> {
      await sandbox.stop();
      await web.close();
      await drop();
    },
  };
}

export type PayHouse = Awaited<ReturnType<typeof openPayHouse>>;

export const mxn = (amountMinor: bigint): Money => money(amountMinor, 'MXN');

/** Presses Pay on our page, as a program does. @returns the address of the provider's page. */
export async function pressPay(link: string, fields: Record<string, string> = {}): Promise<string> {
  const response = await post(link, fields);
  if (response.status !== 303) throw new Error(`expected a redirect, got ${response.status}`);
  return response.headers.get('location') ?? '';
}

export const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers });

async function* portfolioOf(debtors: DebtorOnStage[]): AsyncIterable<Uint8Array> {
  const header =
    'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency';
  const due = civilDate('2026-02-10');
  const rows = debtors.map(({ name, amount, currency = 'MXN', country = 'MX', locale = 'es-MX' }) =>
    [CREDITOR, 'Préstamos del Valle', name, `${name} Secreta`, '900000001234', country, 'America/Mexico_City', locale, '',
      `d-${name}`, 'Crédito personal', '1', due, amount, currency].join(','),
  ); // biome-ignore format: one row of the file
  yield Buffer.from([header, ...rows].join('\n'));
}
