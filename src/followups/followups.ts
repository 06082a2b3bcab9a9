import type { Connection } from 'mongoose';
import type { Conversation, Reached } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { FollowupRow } from '../conversations/conversations.ts';
import { firstReachable } from '../conversations/reach.ts';
import { inTransaction, type Tx } from '../database/transaction.ts';
import type { Slots } from '../dialog/state.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import type { ConversationId, DebtorId, FollowupId, InboxId } from '../kernel/ids.ts';
import { afterAll, sortableId } from '../kernel/ids.ts';
import type { ClaimStore } from '../ledger/claim-store.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import { planFollowups } from '../strategy/cadence.ts';
import type { FollowupVerdict } from '../strategy/followup.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { weighFollowup } from '../strategy/verdict.ts';
import type { Followup, FollowupStore } from './followup-store.ts';

const ROWS_AT_ONCE = 500; // in one transaction: some 50 ms
const TRANSACTIONS_A_SWEEP = 100; // then whoever shares the process, or wants to stop it, has a turn
const NOWHERE = 'no channel to reach this debtor';

export interface FollowupDeps {
  db: Connection;
  ledger: Ledger;
  claims: ClaimStore;
  followups: FollowupStore;
  inbox: InboxStore;
  conversations: ConversationStore;
  strategy: Strategy;
  /** Channels on which we may write first, the preferred one first. */
  proactiveChannels: string[];
  /** Channels that carry free text for so many hours after the debtor's last message only. */
  windowHoursOf: ReadonlyMap<string, number>;
  /** There are turns to be taken. */
  wake: () => void;
  crash: CrashPoint;
  clock: Clock;
  machine: Clock;
}

/** What is to come for a debtor: planned from the facts, made into inbox rows when it falls due, weighed again in its turn. */
export function createFollowups(deps: FollowupDeps) {
  const { db, ledger, claims, followups, inbox, conversations, strategy, wake, crash, clock, machine } = deps;

  /** Writes the plans of these accounts: adds what is new, cancels what is no longer so. */
  async function replan(accounts: Account[], now: Date, tx: Tx): Promise<{ scheduled: number; cancelled: number }> {
    const plans = accounts.flatMap((account) => planFollowups({ account, strategy, now }));
    const ids = accounts.map((account) => account.debtor.id);
    const standing = await followups.scheduledOf(ids, tx);
    const wanted = new Set(plans.map((plan) => plan.id));
    const known = new Set(standing.map((row) => row._id));
    // What is due already is the sweep's: its turn weighs it again.
    const gone = standing.filter((row) => !wanted.has(row._id) && row.dueAt > now).map((row) => row._id);
    return followups.replan(
      plans.filter((plan) => !known.has(plan.id)),
      gone,
      tx,
    );
  }

  /** Whether a follow-up that is due still makes sense. */
  function weigh(
    row: Followup,
    {
      account,
      conversation,
      hasClaim,
      now,
    }: { account: Account; conversation: Conversation; hasClaim: boolean; now: Date },
  ): FollowupVerdict {
    const promise = account.promises.find((known) => known.promise.id === row.promiseId);
    const { _id, ...plan } = row;
    return weighFollowup(
      { id: _id, ...plan },
      {
        now,
        owedMinor: account.total.amountMinor,
        promiseState: promise?.state ?? null,
        // The other instalments of one arrangement do not speak for this one.
        hasOpenPromise: account.promises.some(
          (known) => known.state === 'open' && known.promise.arrangementId !== promise?.promise.arrangementId,
        ),
        mode: conversation.mode,
        optedOut: conversation.consent?.state === 'out',
        claimOpen: hasClaim,
      },
    );
  }

  /** What the flow of a follow-up is told. */
  function slotsOf(row: Followup, account: Account): Slots {
    const slots: Slots = {
      tone: { type: 'text', value: row.tone },
      occurrence: { type: 'text', value: row.occurrence },
    };
    const known = account.promises.find(({ promise }) => promise.id === row.promiseId);
    if (known) {
      slots.folio = { type: 'text', value: known.promise.folio };
      slots.amount = { type: 'money', value: known.promise.amount };
      slots.fulfilled = { type: 'money', value: known.fulfilled };
      slots.date = { type: 'date', value: known.promise.date };
      slots.result = { type: 'text', value: known.state };
      const { arrangementId } = known.promise;
      const isMoreToCome = account.promises.some(
        ({ promise, state }) =>
          state === 'open' && promise !== known.promise && promise.arrangementId === arrangementId,
      );
      slots.more = { type: 'flag', value: isMoreToCome };
    }
    const balance = account.debts.find(({ debt }) => debt.id === row.debtId);
    if (balance) {
      slots.concept = { type: 'text', value: balance.debt.concept };
      if (balance.dueDate) slots.due_date = { type: 'date', value: balance.dueDate };
    }
    return slots;
  }

  function primary<Candidate extends Reached>(candidates: Candidate[], now: Date): Candidate | null {
    const preferred = deps.proactiveChannels.flatMap((channel) =>
      candidates.filter((conversation) => conversation.channel === channel),
    );
    return firstReachable(preferred, deps.windowHoursOf, now);
  }

  /** Everything that is due becomes inbox rows, however far behind it is. @returns how many */
  async function sweep(here?: ConversationId): Promise<number> {
    let fired = 0;
    for (let n = 0; n < TRANSACTIONS_A_SWEEP; n += 1) {
      const some = await sweepSome(clock.now(), here);
      if (some.fired > 0) wake();
      fired += some.fired;
      if (some.due < ROWS_AT_ONCE) break;
    }
    return fired;
  }

  /** Due rows become inbox rows `timer:<id>@<due instant>`, both in one transaction: a crash leaves them due, an overlap changes nothing. */
  async function sweepSome(now: Date, here?: ConversationId): Promise<{ due: number; fired: number }> {
    const count = await inTransaction(db, async (tx) => {
      const due = await followups.due(now, ROWS_AT_ONCE, tx);
      if (due.length === 0) return { due: 0, fired: 0 };
      const reached = await conversations.ofDebtors([...new Set(due.map(({ debtorId }) => debtorId))], tx);
      const rows: InboxRow[] = [];
      const nowhere: Followup[] = [];
      for (const row of due) {
        const candidates = reached.get(row.debtorId) ?? [];
        const conversation = candidates.find(({ _id }) => _id === here) ?? primary(candidates, now);
        if (conversation) rows.push(timerRow(row, conversation._id, now, machine.now()));
        else nowhere.push(row);
      }
      await followups.leavePlan(idsOf(nowhere), 'skipped', NOWHERE, tx);
      await followups.leavePlan(idsOf(due.filter((row) => !nowhere.includes(row))), 'fired', null, tx);
      await inbox.insertOnce(rows, tx);
      crash('followups.in_tx');
      return { due: due.length, fired: rows.length };
    });
    if (count.fired > 0) crash('followups.after_commit');
    return count;
  }

  async function list(filter: { debtorId?: DebtorId; limit: number }): Promise<FollowupRow[]> {
    const { limit, ...by } = filter;
    const rows = await followups.list(by, limit);
    const now = clock.now();
    const accounts = new Map<DebtorId, Promise<Account>>();
    return Promise.all(
      rows.map(async (row) => {
        const pending = accounts.get(row.debtorId) ?? ledger.account(row.debtorId, now);
        accounts.set(row.debtorId, pending);
        const account = await pending;
        const conversation = primary(await conversations.ofDebtor(row.debtorId), now);
        const silencedBy = conversation ? await silence(row, account, conversation) : NOWHERE;
        return {
          id: row._id,
          debtorId: row.debtorId,
          debtorName: account.debtor.name,
          dueAt: row.dueAt,
          flow: row.flow,
          why: row.why,
          state: 'scheduled' as const,
          silencedBy,
        };
      }),
    );
  }

  async function silence(row: Followup, account: Account, conversation: Conversation): Promise<string | null> {
    const hasClaim = await claims.hasOpen(account.debtor.id, row.dueAt);
    const verdict = weigh(row, { account, conversation, hasClaim, now: row.dueAt });
    return verdict.act === 'skip' ? verdict.reason : null;
  }

  return { replan, weigh, slotsOf, sweep, list };
}

export type Followups = ReturnType<typeof createFollowups>;

const idsOf = (rows: Followup[]): FollowupId[] => rows.map(({ _id }) => _id);

function timerRow(row: Followup, conversationId: ConversationId, now: Date, machineNow: Date): InboxRow {
  return {
    _id: `timer:${row._id}@${row.dueAt.toISOString()}` as InboxId,
    conversationId,
    debtorId: row.debtorId,
    incoming: { kind: 'event', flow: row.flow, slots: {}, messageKind: row.messageKind, followupId: row._id },
    receivedAt: now,
    // Behind all messages: ten thousand that fall due at once keep nobody waiting who wrote.
    seq: afterAll(sortableId(machineNow)),
    state: 'new',
    attempts: 0,
    notBefore: machineNow,
  };
}
