import type { Connection } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { Balance } from './balance.ts';
import type { Debt } from './debt.ts';
import type { Creditor, Debtor } from './debtor.ts';
import { toDebt, toDebtor } from './debtor-store.ts';
import { toBalance } from './journal-store.ts';
import type { PromiseToPay } from './promise.ts';
import { toPromise } from './promise-store.ts';

/** Everything that an account is folded from, as stored. */
export interface StoredAccount {
  debtor: Debtor;
  creditor: Creditor;
  debts: Debt[];
  /** Written in the same transaction as every entry; null when the account has none. */
  head: Balance | null;
  /** Oldest first, those made together by their day. */
  promises: PromiseToPay[];
}

const joined = (from: string, localField: string, foreignField: string, as: string) => ({
  $lookup: { from, localField, foreignField, as },
});

/** Accounts in one round trip, however many, since every turn asks for one: six finds took three times as long. Unknown debtors are left out. */
export function createAccountReader(db: Connection) {
  const debtors = db.collection<{ _id: string }>('debtors');
  return async function readAccounts(ids: readonly DebtorId[], tx?: Tx): Promise<StoredAccount[]> {
    if (ids.length === 0) return [];
    const stages = [
      { $match: { _id: { $in: ids } } },
      joined('creditors', 'creditorId', '_id', 'creditor'),
      joined('debts', '_id', 'debtorId', 'debts'),
      joined('account_heads', '_id', '_id', 'head'),
      joined('promises', '_id', 'debtorId', 'promises'),
    ];
    const rows = await debtors.aggregate(stages, tx ? { session: tx } : {}).toArray();
    return rows.flatMap((row) => {
      const creditor = row['creditor'][0];
      if (!creditor) return [];
      return {
        debtor: toDebtor(row as never),
        creditor: { id: creditor._id, name: creditor.name },
        debts: row['debts'].map(toDebt),
        head: row['head'][0] ? toBalance(row['head'][0]) : null,
        promises: row['promises'].map(toPromise).sort(byCreation),
      };
    });
  };
}

const byCreation = (a: PromiseToPay, b: PromiseToPay): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.date < b.date ? -1 : 1);
