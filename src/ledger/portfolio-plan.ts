import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../database/transaction.ts';
import type { CreditorId, DebtId, DebtorId } from '../kernel/ids.ts';
import { money } from '../kernel/money.ts';
import { allocationOrderOf } from './allocation.ts';
import { type Balance, foldJournal } from './balance.ts';
import type { Debt } from './debt.ts';
import type { Debtor } from './debtor.ts';
import type { DebtorStore } from './debtor-store.ts';
import { adjustmentEntry, billedAmounts, chargeEntry, instalmentKey } from './entries.ts';
import type { JournalDraft, JournalEntry } from './journal.ts';
import type { JournalStore } from './journal-store.ts';
import type { PortfolioRow } from './portfolio.ts';

const KINDS = ['creditors', 'debtors', 'debts', 'instalments'] as const;
type Kind = (typeof KINDS)[number];
export type Change = { kind: Kind; id: string; change: 'new' | 'changed' | 'unchanged' };
export type PortfolioCounts = Record<Kind, { new: number; changed: number; unchanged: number }>;

/** What one batch did. `touched`: debtors whose data or debts changed, now or in an import that did not finish. */
export interface BatchPlan {
  changes: Change[];
  touched: Debtor[];
}

/**
 * Writes what a batch of rows changes, and nothing else, in the caller's transaction. It compares with what the transaction reads,
 * so it can be run again. An instalment that is billed differently gets an adjustment in the journal; entries are never edited.
 */
export async function planBatch(
  rows: readonly PortfolioRow[],
  now: Date,
  stores: { people: DebtorStore; journal: JournalStore },
  tx: Tx,
): Promise<BatchPlan> {
  const { people, journal } = stores;
  const creditors = byId(rows.map((row) => row.creditor));
  const debtors = byId(rows.map((row) => row.debtor));
  const knownCreditors = byId(await people.creditorsIn([...creditors.keys()] as CreditorId[], tx));
  const stored = await people.debtorsIn([...debtors.keys()] as DebtorId[], tx);
  const knownDebtors = byId(stored.map(({ debtor }) => debtor));
  const knownDebts = byId(await people.debtsIn([...new Set(rows.map((row) => row.debt.id))], tx));
  const entries = await journal.entries([...knownDebtors.keys()] as DebtorId[], tx);

  const debts = mergeDebts(rows, knownDebts);
  const drafts = draftEntries(rows, entries, now);
  const changes: Change[] = [
    ...compare('creditors', creditors, knownCreditors),
    ...compare('debtors', debtors, knownDebtors),
    ...compare('debts', debts, knownDebts),
    ...rows.map((row) => ({ kind: 'instalments' as const, id: keyOf(row), change: changeOf(row, knownDebts, drafts) })),
  ];
  const different = new Set(changes.filter((c) => c.change !== 'unchanged').map((c) => `${c.kind} ${c.id}`));
  const touched = new Set<string>(stored.filter((s) => s.isUnannounced).map((s) => s.debtor.id));
  for (const row of rows)
    if (
      ['debtors', 'debts', 'instalments'].some((kind, i) =>
        different.has(`${kind} ${[row.debtor.id, row.debt.id, keyOf(row)][i]}`),
      )
    )
      touched.add(row.debtor.id);

  await people.save(
    {
      creditors: [...creditors.values()].filter((c) => different.has(`creditors ${c.id}`)),
      debtors: [...debtors.values()].filter((d) => different.has(`debtors ${d.id}`)),
      debts: [...debts.values()].filter((d) => different.has(`debts ${d.id}`)),
      touched: [...touched] as DebtorId[],
    },
    tx,
  );
  await write(drafts, entries, journal, tx);
  return { changes, touched: [...debtors.values()].filter((d) => touched.has(d.id)) };
}

/** What the file says of a debt, on top of what is known of it: instalments that the file leaves out stay. */
function mergeDebts(rows: readonly PortfolioRow[], known: ReadonlyMap<string, Debt>): Map<string, Debt> {
  const merged = new Map<string, Debt>();
  for (const row of rows) {
    const before = merged.get(row.debt.id) ?? known.get(row.debt.id);
    const others = before?.instalments.filter((i) => i.no !== row.no) ?? [];
    merged.set(row.debt.id, {
      ...row.debt,
      debtorId: row.debtor.id,
      creditorId: row.creditor.id,
      instalments: [...others, { no: row.no, dueDate: row.dueDate }].sort((a, b) => a.no - b.no),
      terms: before?.terms ?? { allocationOrder: allocationOrderOf(row.debtor.country) },
    });
  }
  return merged;
}

/** A charge for what was never billed, an adjustment for what is billed differently. By debtor, in the order of the file. */
function draftEntries(
  rows: readonly PortfolioRow[],
  entries: readonly JournalEntry[],
  now: Date,
): Map<DebtorId, { key: string; draft: JournalDraft }[]> {
  const billed = billedAmounts(entries);
  const open = new Map<string, bigint>();
  for (const entry of entries)
    for (const p of entry.postings)
      if (p.account === 'receivable' && p.concept === 'principal' && p.debtId !== null && p.no !== null) {
        const key = instalmentKey(p.debtId, p.no);
        open.set(key, (open.get(key) ?? 0n) + p.amountMinor);
      }
  const drafts = new Map<DebtorId, { key: string; draft: JournalDraft }[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const ref = { debtId: row.debt.id, no: row.no };
    const before = billed.get(key);
    const change = row.amount.amountMinor - (before?.amount.amountMinor ?? 0n);
    if (before !== undefined && change === 0n) continue;
    const draft =
      before === undefined
        ? chargeEntry(ref, row.amount, now)
        : adjustmentEntry(ref, money(change, row.amount.currency), open.get(key) ?? 0n, before.adjustments, now);
    drafts.set(row.debtor.id, [...(drafts.get(row.debtor.id) ?? []), { key, draft }]);
  }
  return drafts;
}

function changeOf(
  row: PortfolioRow,
  known: ReadonlyMap<string, Debt>,
  drafts: ReadonlyMap<DebtorId, { key: string; draft: JournalDraft }[]>,
): Change['change'] {
  const draft = drafts.get(row.debtor.id)?.find((d) => d.key === keyOf(row))?.draft;
  if (draft?.kind === 'charge') return 'new';
  if (draft) return 'changed';
  const dueDate = known.get(row.debt.id)?.instalments.find((i) => i.no === row.no)?.dueDate;
  return dueDate === row.dueDate ? 'unchanged' : 'changed';
}

/** Heads first, as everywhere: a payment on the same stream at the same moment then conflicts and one of the two is run again. */
async function write(
  drafts: ReadonlyMap<DebtorId, { draft: JournalDraft }[]>,
  entries: readonly JournalEntry[],
  journal: JournalStore,
  tx: Tx,
): Promise<void> {
  const earlier = new Map<DebtorId, JournalEntry[]>();
  for (const entry of entries) earlier.set(entry.stream, [...(earlier.get(entry.stream) ?? []), entry]);
  const added: JournalEntry[] = [];
  const balances: { stream: DebtorId; balance: Balance }[] = [];
  for (const [stream, list] of drafts) {
    const before = foldJournal(earlier.get(stream) ?? []);
    const placed = list.map(({ draft }, i) => ({ ...draft, stream, seq: before.seq + 1 + i }));
    added.push(...placed);
    balances.push({ stream, balance: foldJournal(placed, before) });
  }
  await journal.saveHeads(balances, tx);
  await journal.append(added, tx);
}

function compare<T extends { id: string }>(
  kind: Kind,
  now: ReadonlyMap<string, T>,
  before: ReadonlyMap<string, T>,
): Change[] {
  return [...now.values()].map((item) => {
    const known = before.get(item.id);
    const change = known === undefined ? 'new' : isDeepStrictEqual(known, item) ? 'unchanged' : 'changed';
    return { kind, id: item.id, change };
  });
}

const byId = <T extends { id: string }>(items: readonly T[]): Map<string, T> => new Map(items.map((i) => [i.id, i]));
const keyOf = (row: PortfolioRow): string => instalmentKey(row.debt.id as DebtId, row.no);

/** Counts each thing once, by the strongest change that any batch made to it. An instalment stands in one row, so it need not be remembered. */
export function createTally(): { add(changes: readonly Change[]): void; counts(): PortfolioCounts } {
  const rank = { unchanged: 0, changed: 1, new: 2 } as const;
  const seen = new Map<string, Change['change']>();
  const counts = Object.fromEntries(
    KINDS.map((kind) => [kind, { new: 0, changed: 0, unchanged: 0 }]),
  ) as PortfolioCounts;
  return {
    add(changes) {
      for (const { kind, id, change } of changes) {
        const key = `${kind} ${id}`;
        const before = seen.get(key);
        if (before !== undefined && rank[change] <= rank[before]) continue;
        if (kind !== 'instalments') seen.set(key, change);
        if (before !== undefined) counts[kind][before] -= 1;
        counts[kind][change] += 1;
      }
    },
    counts: () => counts,
  };
}
