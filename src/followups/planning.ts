import type { Connection } from 'mongoose';
import { inTransaction } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DebtorId } from '../kernel/ids.ts';
import { atLeisure, type Leisure } from '../kernel/leisure.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Followups } from './followups.ts';

const PLANNED_AT_ONCE = 50; // debtors in one transaction: some ten milliseconds, which an answer can wait for

export interface PlanningDeps {
  db: Connection;
  ledger: Pick<Ledger, 'accounts' | 'debtorsOwing'>;
  replan: Followups['replan'];
  clock: Pick<Clock, 'now'>;
}

/** Plans what is to come, from the facts of today: of debtors that are named, or of everybody who owes something. */
export function createPlanning({ db, ledger, replan, clock }: PlanningDeps) {
  async function planFollowups(debtorIds: readonly DebtorId[]): Promise<{ scheduled: number; cancelled: number }> {
    const now = clock.now();
    return inTransaction(db, async (tx) => replan([...(await ledger.accounts(debtorIds, now, tx)).values()], now, tx));
  }

  async function planAll(leisure?: Leisure): Promise<number> {
    let added = 0;
    for await (const debtorIds of atLeisure(ledger.debtorsOwing(PLANNED_AT_ONCE), leisure))
      added += (await planFollowups(debtorIds)).scheduled;
    return added;
  }

  return { planFollowups, planAll };
}
