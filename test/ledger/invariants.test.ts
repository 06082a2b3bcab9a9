import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { civilDate } from '../../src/kernel/calendar.ts';
import { creditorId, debtId, debtorId } from '../../src/kernel/ids.ts';
import { money } from '../../src/kernel/money.ts';
import { allocatePayment, lesser } from '../../src/ledger/allocation.ts';
import { type Balance, EMPTY_BALANCE, foldJournal, openItems } from '../../src/ledger/balance.ts';
import { CONCEPTS, type Concept, type Debt } from '../../src/ledger/debt.ts';
import { adjustmentEntry, chargeEntry, paymentEntry, reversalEntry } from '../../src/ledger/entries.ts';
import { assertBalanced, type JournalDraft, type JournalEntry } from '../../src/ledger/journal.ts';

// The numbers are those of the list of invariants in the notes on payments: 1 postings sum to zero; 2 payments = allocations + credit;
// 3 the head is the fold, whatever the order and the duplicates; 4 nothing below zero; 5 never more than paid or owed;
// 7 a payment and its whole reversal leave no trace. 12, on a real database, is in create-ledger.test.ts.

const SOL = creditorId('credito-sol');
const STREAM = debtorId(SOL, 'MX-001');
const START = Date.parse('2026-01-01T00:00:00Z');
const DEBTS: Debt[] = ['A', 'B', 'C'].map((name, i) => ({
  id: debtId(SOL, name),
  debtorId: STREAM,
  creditorId: SOL,
  externalId: name,
  concept: 'Crédito',
  currency: 'MXN',
  instalments: [1, 2].map((no) => ({ no, dueDate: civilDate(`2026-0${1 + ((i * 2 + no) % 6)}-10`) })),
  terms: { allocationOrder: i === 0 ? [...CONCEPTS] : ['moratorio', 'costs', 'principal'], principalFirst: i === 2 },
}));

type Operation =
  | { op: 'charge'; debt: number; no: number; concept: Concept; minor: bigint }
  | { op: 'pay'; minor: bigint; first: number[] }
  | { op: 'reverse'; which: number; percent: bigint }
  | { op: 'adjust'; debt: number; no: number; minor: bigint };

const minor = fc.bigInt({ min: 1n, max: 2_000_000n });
const place = { debt: fc.nat(2), no: fc.integer({ min: 1, max: 2 }) };
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('charge' as const),
      ...place,
      concept: fc.constantFrom(...CONCEPTS),
      minor,
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('pay' as const), minor, first: fc.subarray([0, 1, 2]) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('reverse' as const),
      which: fc.nat(200),
      percent: fc.bigInt({ min: 1n, max: 130n }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('adjust' as const),
      ...place,
      minor: fc.bigInt({ min: -500_000n, max: 500_000n }),
    }),
  },
);
const stream = fc.array(operation, { minLength: 1, maxLength: 200 });

interface Played {
  entries: JournalEntry[];
  balance: Balance;
}

/** Plays operations the way the ledger does: each on the fold of what came before. */
function play(
  operations: readonly Operation[],
  onEntry: (entry: JournalEntry, before: Balance) => void = () => undefined,
): Played {
  const played: Played = { entries: [], balance: EMPTY_BALANCE };
  operations.forEach((operation, i) => {
    const draft = draftOf(operation, i, played);
    if (draft !== null) append(draft, played, onEntry);
  });
  return played;
}

function append(
  draft: JournalDraft,
  played: Played,
  onEntry: (entry: JournalEntry, before: Balance) => void = () => undefined,
) {
  const entry = { ...draft, stream: STREAM, seq: played.balance.seq + 1 };
  const before = played.balance;
  played.entries.push(entry);
  played.balance = foldJournal([entry], before);
  onEntry(entry, before);
}

function draftOf(operation: Operation, i: number, { entries, balance }: Played): JournalDraft | null {
  const now = new Date(START + ((i * 7919) % 300) * 3_600_000); // instants that do not follow the order of arrival
  if (operation.op === 'pay') return pay(`pay-${i}`, operation.minor, operation.first, balance, now);
  if (operation.op === 'reverse') {
    const payments = entries.filter((e) => e.kind === 'payment');
    const payment = payments[operation.which % Math.max(1, payments.length)];
    return payment ? reverse(payment, operation.percent, balance, now) : null;
  }
  const ref = { debtId: debtId(SOL, DEBTS[operation.debt]?.externalId ?? ''), no: operation.no };
  if (operation.op === 'charge') {
    const charge = chargeEntry(ref, money(operation.minor, 'MXN'), now);
    const postings = charge.postings.map((p) =>
      p.account === 'receivable' ? { ...p, concept: operation.concept } : p,
    );
    return { ...charge, idemKey: `charge-${i}`, postings };
  }
  if (operation.minor === 0n) return null;
  const open = balance.owed.find((o) => o.debtId === ref.debtId && o.no === ref.no && o.concept === 'principal');
  return {
    ...adjustmentEntry(ref, money(operation.minor, 'MXN'), open?.amountMinor ?? 0n, 0, now),
    idemKey: `adjust-${i}`,
  };
}

function pay(idemKey: string, amountMinor: bigint, first: number[], balance: Balance, now: Date): JournalDraft {
  const items = DEBTS.flatMap((debt) => openItems(debt, balance));
  const chosen = first.map((i) => debtId(SOL, DEBTS[i]?.externalId ?? ''));
  const { applied, restMinor } = allocatePayment(amountMinor, items, chosen);
  const payment = { idemKey, provider: 'sandbox', amount: money(amountMinor, 'MXN'), paidAt: now };
  return paymentEntry(payment, applied, { account: 'credit', amountMinor: restMinor }, now);
}

function reverse(payment: JournalEntry, percent: bigint, balance: Balance, now: Date): JournalDraft | null {
  const made = balance.payments.find((p) => p.idemKey === payment.idemKey);
  if (!made) return null;
  const target = lesser((made.amountMinor * percent) / 100n, made.amountMinor);
  const take = target - made.takenBackMinor;
  return take > 0n ? reversalEntry(payment, made.takenBackMinor, take, 'test', now) : null;
}

const sumOf = (amounts: readonly { amountMinor: bigint }[]): bigint =>
  amounts.reduce((sum, a) => sum + a.amountMinor, 0n);
const byKey = (b: Balance) => ({
  ...b,
  owed: [...b.owed].sort((x, y) => (JSON.stringify(text(x)) < JSON.stringify(text(y)) ? -1 : 1)),
  payments: [...b.payments].sort((x, y) => (x.idemKey < y.idemKey ? -1 : 1)),
});
const text = (o: Balance['owed'][number]) => [o.debtId, o.no, o.concept];

describe('invariants of the journal, on random streams', () => {
  test('1, 4, 5: entries balance, nothing falls below zero, nothing is applied that was not paid or not owed', () => {
    fc.assert(
      fc.property(stream, (operations) => {
        play(operations, (entry, before) => {
          assertBalanced(entry);
          if (entry.kind !== 'payment') return;
          const cash = sumOf(entry.postings.filter((p) => p.account === 'clearing'));
          const applied = entry.postings.filter((p) => p.account === 'receivable');
          expect(-sumOf(applied)).toBeLessThanOrEqual(cash);
          for (const p of applied) {
            const owed = before.owed.find((o) => o.debtId === p.debtId && o.no === p.no && o.concept === p.concept);
            expect(-p.amountMinor).toBeLessThanOrEqual(owed?.amountMinor ?? 0n);
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  test('2: what was paid, less what was taken back, is what was applied and what is credit', () => {
    fc.assert(
      fc.property(stream, (operations) => {
        const { entries, balance } = play(operations);
        const postings = entries
          .filter((e) => e.kind === 'payment' || e.kind === 'reversal')
          .flatMap((e) => e.postings);
        const of = (account: string) => sumOf(postings.filter((p) => p.account === account));
        const kept = balance.payments.reduce((sum, p) => sum + p.amountMinor - p.takenBackMinor, 0n);
        expect(of('clearing')).toBe(kept);
        expect(-of('receivable') - of('credit')).toBe(kept);
      }),
      { numRuns: 150 },
    );
  });

  test('3: the head is the fold, in any order of arrival, with any entry delivered twice', () => {
    fc.assert(
      fc.property(stream, fc.infiniteStream(fc.nat()), (operations, chance) => {
        const { entries, balance } = play(operations);
        const dice = () => chance.next().value ?? 0;
        const doubled = entries.flatMap((entry) => (dice() % 3 === 0 ? [entry, entry] : [entry]));
        const shuffled = doubled.map((entry) => ({ entry, at: dice() })).sort((a, b) => a.at - b.at);
        expect(byKey(foldJournal(shuffled.map(({ entry }) => entry)))).toEqual(byKey(balance));
      }),
      { numRuns: 150 },
    );
  });

  test('7: a payment and its whole reversal, in parts and with anything between, leave every account as if it had not been', () => {
    fc.assert(
      fc.property(stream, minor, stream, fc.bigInt({ min: 1n, max: 99n }), (operations, amount, between, percent) => {
        const played = play(operations);
        append(pay('pay-x', amount, [], played.balance, new Date(START)), played);
        const payment = played.entries.at(-1);
        if (!payment) throw new Error('nothing was paid');
        const charges = between.filter((o) => o.op === 'charge');
        charges.forEach((o, i) => {
          const draft = draftOf(o, 1_000 + i, played);
          if (draft) append(draft, played);
        });
        for (const part of [percent, 100n]) {
          const draft = reverse(payment, part, played.balance, new Date(START));
          if (draft) append(draft, played);
        }
        const without = foldJournal(played.entries.filter((e) => e.idemKey !== 'pay-x' && e.of !== 'pay-x'));
        expect(byKey(played.balance).owed).toEqual(byKey(without).owed);
        expect(played.balance.credit).toEqual(without.credit);
        const net = new Map<string, bigint>();
        for (const e of played.entries.filter((x) => x.idemKey === 'pay-x' || x.of === 'pay-x'))
          for (const p of e.postings) {
            const key = [p.account, p.debtId, p.no, p.concept].join();
            net.set(key, (net.get(key) ?? 0n) + p.amountMinor);
          }
        expect([...net.values()].every((amountMinor) => amountMinor === 0n)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
