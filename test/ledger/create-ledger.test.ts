import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { inTransaction } from '../../src/database/transaction.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import { creditorId, debtId, debtorId, type PromiseId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { money } from '../../src/kernel/money.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { matchesDocument } from '../../src/ledger/identity.ts';
import type { Ledger, PaymentToPost } from '../../src/ledger/ledger.ts';
import { importPortfolio } from '../../src/ledger/portfolio-import.ts';
import { testDatabase } from '../setup/database.ts';
import { type Cells, opened, portfolioText } from './portfolio-text.ts';

const NOW = new Date('2026-11-23T16:00:00Z');
const SOL = creditorId('credito-sol');
const RULES = { promiseDaysMax: 15, graceDays: 1, toleranceMinor: 100n };
const mxn = (minor: bigint) => money(minor, 'MXN');

let db: Connection;
let drop: () => Promise<void>;
let ledger: Ledger;

beforeAll(async () => {
  ({ db, drop } = await testDatabase());
  ledger = createLedger({ db, log: silentLog(), rules: RULES });
});
afterAll(() => drop());

/** A debtor of one's own for each test. */
async function debtor(name: string, debts: Cells[]) {
  const rows = debts.map((cells) => ({ debtor_id: name, ...cells, debt_id: `${name}.${cells.debt_id ?? 'A'}` }));
  const result = await importPortfolio({ db, open: opened(portfolioText(rows)), now: NOW });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return debtorId(SOL, name);
}

const payment = (id: ReturnType<typeof debtorId>, key: string, minor: bigint): PaymentToPost => ({
  debtorId: id,
  idemKey: key,
  provider: 'sandbox',
  amount: mxn(minor),
  paidAt: NOW,
  debtIds: [],
});

const post = (p: PaymentToPost) => inTransaction(db, (tx) => ledger.postPayment(p, NOW, tx));
const takeBack = (key: string, minor: bigint) =>
  inTransaction(db, (tx) => ledger.reversePayment(key, mxn(minor), 'chargeback', NOW, tx));
const part = (minor: bigint, date: string) => ({
  amount: mxn(minor),
  date: civilDate(date),
  source: { text: 'el viernes', rule: 'weekday', span: [0, 10] as const },
});
const promise = (id: ReturnType<typeof debtorId>, key: string, minor: bigint, date: string, replaces = false) =>
  inTransaction(db, (tx) =>
    ledger.makePromise(
      {
        debtorId: id,
        parts: [part(minor, date)],
        idemKey: key,
        replaces,
      },
      NOW,
      tx,
    ),
  );

describe('account', () => {
  test('gathers debts, instalments, lateness and totals as of the day in the debtor’s zone', async () => {
    const id = await debtor('acc', [
      { debt_id: 'A', due_date: '2026-11-10', amount: '1200.00' },
      { debt_id: 'B', instalment: '1', due_date: '2026-10-15', amount: '300.00', concept: 'Tarjeta' },
      { debt_id: 'B', instalment: '2', due_date: '2026-11-23', amount: '300.00', concept: 'Tarjeta' },
    ]);
    const account = await ledger.account(id, NOW);
    expect(account.creditor.name).toBe('Crédito Sol');
    expect(account.debts.map((d) => [d.debt.externalId, d.owedMinor, d.overdueMinor, d.daysLate, d.dueDate])).toEqual([
      ['acc.B', 60_000n, 30_000n, 39, '2026-10-15'],
      ['acc.A', 120_000n, 120_000n, 13, '2026-11-10'],
    ]);
    expect(account).toMatchObject({
      total: mxn(180_000n),
      overdue: mxn(150_000n),
      daysLate: 39,
      credit: mxn(0n),
      seq: 3,
    });
  });

  test('an unknown debtor is an error that says what an id looks like', async () => {
    await expect(ledger.account(debtorId(SOL, 'nobody'), NOW)).rejects.toMatchObject({ code: 'debtor_unknown' });
  });

  test('a head that differs from its journal is found and mended, and no payment is posted on it', async () => {
    const id = await debtor('stale', [{ amount: '500.00' }]);
    await post(payment(id, 'sandbox:demo:stale', 20_000n));
    await db
      .collection('account_heads')
      .updateOne({ _id: id as never }, { $set: { seq: 1, owed: [], isOwing: false } });
    await post(payment(id, 'sandbox:demo:stale-2', 10_000n));
    expect((await ledger.account(id, NOW)).total).toEqual(mxn(20_000n));
    await db.collection('account_heads').updateOne({ _id: id as never }, { $set: { owed: [] } });
    expect(await ledger.compareHeads()).toMatchObject({ mended: 1 });
    expect((await ledger.account(id, NOW)).total).toEqual(mxn(20_000n));
    expect(await ledger.compareHeads()).toMatchObject({ mended: 0 });
  });

  test('it is found by id, by debtor_id, by the beginning of a name without its accents, and by phone', async () => {
    const id = await debtor('find-1', [{ debtor_name: 'Íñigo Ñandú', phone: '+52 55 5555 0177' }]);
    for (const text of [id, 'FIND-1', 'inigo n', 'ÍÑIGO'])
      expect((await ledger.searchDebtors(text, 5)).map((d) => d.id)).toEqual([id]);
    expect(await ledger.searchDebtors('.*', 5)).toEqual([]);
    expect((await ledger.debtorsByPhone('+525555550177')).map((d) => d.id)).toEqual([id]);
    const found = await ledger.findDebtor(id);
    expect(found && [matchesDocument(found, '4417'), matchesDocument(found, '4418')]).toEqual([true, false]);
  });
});

describe('payments', () => {
  test('go to the oldest due instalment first, and what is over becomes credit', async () => {
    const id = await debtor('pay', [
      { debt_id: 'A', due_date: '2026-11-10', amount: '100.00' },
      { debt_id: 'B', due_date: '2026-09-01', amount: '50.00' },
    ]);
    const posted = await post(payment(id, 'sandbox:demo:p1', 20_000n));
    expect(posted).toMatchObject({ isNew: true, credit: mxn(5_000n) });
    expect(posted.applied.map((a) => [a.debtId, a.amount.amountMinor])).toEqual([
      [debtId(SOL, 'pay.B'), 5_000n],
      [debtId(SOL, 'pay.A'), 10_000n],
    ]);
    expect(await ledger.account(id, NOW)).toMatchObject({ total: mxn(0n), credit: mxn(5_000n), daysLate: 0 });
  });

  test('chosen debts go first', async () => {
    const id = await debtor('chosen', [
      { debt_id: 'A', due_date: '2026-09-01', amount: '100.00' },
      { debt_id: 'B', due_date: '2026-11-10', amount: '50.00' },
    ]);
    const posted = await post({ ...payment(id, 'sandbox:demo:p2', 6_000n), debtIds: [debtId(SOL, 'chosen.B')] });
    expect(posted.applied.map((a) => [a.debtId, a.amount.amountMinor])).toEqual([
      [debtId(SOL, 'chosen.B'), 5_000n],
      [debtId(SOL, 'chosen.A'), 1_000n],
    ]);
  });

  test('the same money is posted once, one after the other and at the same moment', async () => {
    const id = await debtor('twice', [{ amount: '100.00' }]);
    const first = await post(payment(id, 'sandbox:demo:p3', 3_000n));
    expect(await post(payment(id, 'sandbox:demo:p3', 3_000n))).toEqual({ ...first, isNew: false });
    const both = await Promise.all([1, 2, 3, 4].map(() => post(payment(id, 'sandbox:demo:p4', 2_000n))));
    expect(both.filter((p) => p.isNew)).toHaveLength(1);
    expect((await ledger.account(id, NOW)).total).toEqual(mxn(5_000n));
  });

  test('different payments at the same moment all land, each on what the other left', async () => {
    const id = await debtor('race', [{ amount: '100.00' }]);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const posted = await Promise.all(keys.map((key) => post(payment(id, `sandbox:demo:race-${key}`, 2_000n))));
    expect(posted.every((p) => p.isNew)).toBe(true);
    const account = await ledger.account(id, NOW);
    expect([account.total, account.credit, account.seq]).toEqual([mxn(0n), mxn(2_000n), 7]);
    const seqs = (await db.collection('journal').find({ stream: id }).toArray()).map((e) => e['seq']);
    expect(seqs.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('money of another currency waits in suspense and pays nothing', async () => {
    const id = await debtor('usd', [{ amount: '100.00' }]);
    const posted = await post({ ...payment(id, 'sandbox:demo:usd', 0n), amount: money(700n, 'USD') });
    expect(posted).toMatchObject({ applied: [], credit: money(700n, 'USD'), exception: 'currency_mismatch' });
    expect((await ledger.account(id, NOW)).total).toEqual(mxn(10_000n));
  });

  test('what is taken back is reported cumulatively: repeats and late reports change nothing', async () => {
    const id = await debtor('back', [{ amount: '100.00' }]);
    await post(payment(id, 'sandbox:demo:back', 12_000n));
    expect(await takeBack('sandbox:demo:back', 3_000n)).toEqual({ isNew: true });
    expect(await ledger.account(id, NOW)).toMatchObject({ total: mxn(1_000n), credit: mxn(0n) });
    expect(await takeBack('sandbox:demo:back', 3_000n)).toEqual({ isNew: false });
    expect(await takeBack('sandbox:demo:back', 99_000n)).toEqual({ isNew: true });
    expect(await takeBack('sandbox:demo:back', 2_000n)).toEqual({ isNew: false });
    expect(await ledger.account(id, NOW)).toMatchObject({ total: mxn(10_000n), credit: mxn(0n) });
  });

  test('who owes is known from the heads', async () => {
    const paid = await debtor('owes-no', [{ amount: '10.00' }]);
    const owing = await debtor('owes-yes', [{ amount: '10.00' }]);
    await post(payment(paid, 'sandbox:demo:owes', 1_000n));
    const found: string[] = [];
    for await (const ids of ledger.debtorsOwing(1)) found.push(...ids);
    expect(found).toContain(owing);
    expect(found).not.toContain(paid);
  });
});

describe('promises', () => {
  test('a promise is written once, and kept as soon as enough is paid', async () => {
    const id = await debtor('prom', [{ amount: '1200.00' }]);
    const made = await promise(id, 'turn-1:save', 50_000n, '2026-11-27');
    expect(made).toMatchObject({ ok: true, promises: [{ amount: mxn(50_000n), graceDays: 1, endedAs: null }] });
    expect(await promise(id, 'turn-1:save', 50_000n, '2026-11-27')).toEqual(made);
    expect(await promise(id, 'turn-2:save', 50_000n, '2026-11-28')).toEqual({ ok: false, reason: 'promise_open' });
    await post(payment(id, 'sandbox:demo:prom', 49_950n));
    expect((await ledger.account(id, NOW)).promises.map((p) => [p.state, p.fulfilled])).toEqual([
      ['kept', mxn(49_950n)],
    ]);
    await takeBack('sandbox:demo:prom', 49_950n);
    expect((await ledger.account(id, NOW)).promises.map((p) => p.state)).toEqual(['open']);
    const later = new Date('2026-11-29T07:00:00Z');
    expect((await ledger.account(id, later)).promises.map((p) => p.state)).toEqual(['broken']);
  });

  test('a new promise replaces the open one, and an open one can be cancelled', async () => {
    const id = await debtor('swap', [{ amount: '1200.00' }]);
    await promise(id, 'turn-3:save', 50_000n, '2026-11-27');
    const second = await promise(id, 'turn-4:save', 60_000n, '2026-11-30', true);
    if (!second.ok) throw new Error(second.reason);
    expect((await ledger.account(id, NOW)).promises.map((p) => p.state)).toEqual(['replaced', 'open']);
    const [written] = second.promises;
    const cancel = () => inTransaction(db, (tx) => ledger.cancelPromise(written?.id as PromiseId, NOW, tx));
    expect([await cancel(), await cancel()]).toEqual([true, false]);
    expect((await ledger.account(id, NOW)).promises.map((p) => p.state)).toEqual(['replaced', 'cancelled']);
  });

  const arrange = (
    id: ReturnType<typeof debtorId>,
    key: string,
    parts: [bigint, string][],
    replaces = false,
    at = NOW,
  ) =>
    inTransaction(db, (tx) => {
      const wish = { debtorId: id, parts: parts.map(([minor, date]) => part(minor, date)), idemKey: key, replaces };
      return ledger.makePromise(wish, at, tx);
    });
  const states = async (id: ReturnType<typeof debtorId>, now = NOW) =>
    (await ledger.account(id, now)).promises.map((p) => `${p.promise.date} ${p.state} ${p.fulfilled.amountMinor}`);

  test('instalments are promises of their own, under one folio, written once, with the words that each was read from', async () => {
    const id = await debtor('parts', [{ amount: '1200.00' }]);
    const parts: [bigint, string][] = [
      [20_000n, '2026-12-05'],
      [30_000n, '2026-11-27'],
    ];
    const made = await arrange(id, 'turn-6:save', parts);
    if (!made.ok) throw new Error(made.reason);
    expect(made.promises.map((p) => [p.date, p.amount, p.folio, p.source.span])).toEqual([
      ['2026-11-27', mxn(30_000n), made.folio, [0, 10]],
      ['2026-12-05', mxn(20_000n), made.folio, [0, 10]],
    ]);
    expect(new Set(made.promises.map((p) => p.arrangementId))).toEqual(new Set([made.promises[0]?.id]));
    expect(await arrange(id, 'turn-6:save', parts)).toEqual(made);
    expect((await ledger.account(id, NOW)).promises.map((p) => p.promise)).toEqual(made.promises);
  });

  test('money goes to the earliest day first and is never counted twice; what is taken back re-opens', async () => {
    const id = await debtor('share', [{ amount: '1200.00' }]);
    await arrange(id, 'turn-7:save', [
      [30_000n, '2026-11-27'],
      [20_000n, '2026-12-05'],
    ]);
    await post(payment(id, 'sandbox:demo:share-1', 35_000n));
    expect(await states(id)).toEqual(['2026-11-27 kept 30000', '2026-12-05 open 5000']);
    await post(payment(id, 'sandbox:demo:share-2', 15_000n));
    expect(await states(id)).toEqual(['2026-11-27 kept 30000', '2026-12-05 kept 20000']);
    await takeBack('sandbox:demo:share-1', 35_000n);
    expect(await states(id)).toEqual(['2026-11-27 open 15000', '2026-12-05 open 0']);
    expect(await states(id, new Date('2026-12-01T18:00:00Z'))).toEqual([
      '2026-11-27 partial 15000',
      '2026-12-05 open 0',
    ]);
  });

  test('replacing and cancelling take all that is open; what was kept stays kept', async () => {
    const id = await debtor('whole', [{ amount: '1200.00' }]);
    await arrange(id, 'turn-8:save', [
      [30_000n, '2026-11-27'],
      [20_000n, '2026-12-01'],
      [10_000n, '2026-12-05'],
    ]);
    await post(payment(id, 'sandbox:demo:whole', 30_000n));
    const second = await arrange(
      id,
      'turn-9:save',
      [
        [10_000n, '2026-11-30'],
        [20_000n, '2026-12-03'],
      ],
      true,
      new Date('2026-11-24T16:00:00Z'),
    );
    if (!second.ok) throw new Error(second.reason);
    const of = async () => (await ledger.account(id, NOW)).promises.map((p) => p.state);
    expect(await of()).toEqual(['kept', 'replaced', 'replaced', 'open', 'open']);
    const last = second.promises.at(-1)?.id as PromiseId;
    expect(await inTransaction(db, (tx) => ledger.cancelPromise(last, NOW, tx))).toBe(true);
    expect(await inTransaction(db, (tx) => ledger.cancelPromise(last, NOW, tx))).toBe(false);
    expect(await of()).toEqual(['kept', 'replaced', 'replaced', 'cancelled', 'cancelled']);
  });

  test('two promises at the same moment: one of them is told that the other is open', async () => {
    const id = await debtor('both', [{ amount: '1200.00' }]);
    const made = await Promise.all([1, 2].map((n) => promise(id, `turn-5${n}:save`, 50_000n, '2026-11-27')));
    expect(made.filter((m) => m.ok)).toHaveLength(1);
  });

  test('nothing of a transaction that fails is left', async () => {
    const id = await debtor('undo', [{ amount: '100.00' }]);
    const failing = inTransaction(db, async (tx) => {
      await ledger.postPayment(payment(id, 'sandbox:demo:undo', 1_000n), NOW, tx);
      expect((await ledger.account(id, NOW, tx)).total).toEqual(mxn(9_000n));
      throw new Error('the rest of the turn failed');
    });
    await expect(failing).rejects.toThrow('the rest of the turn failed');
    expect((await ledger.account(id, NOW)).total).toEqual(mxn(10_000n));
  });
});
