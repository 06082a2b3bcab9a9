import type { Connection } from 'mongoose';
import { inTransaction } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { Conversation, ConversationStore } from './conversation-store.ts';
import type { EventStore } from './event-store.ts';
import type { InboxRow, InboxStore } from './inbox-store.ts';
import type { createTurn, Taking } from './turn.ts';

const LEASE_MS = 30_000; // a turn takes milliseconds; a paused holder is fenced off after this
const ATTEMPTS_MAX = 5; // facts/reliability.md: then a dead letter, and a person
const RETRY_MS = 500;
const CONVERSATIONS_AT_ONCE = 16;

export interface DrainDeps {
  db: Connection;
  ledger: Pick<Ledger, 'accounts'>;
  takeTurn: ReturnType<typeof createTurn>;
  stores: { conversations: ConversationStore; inbox: InboxStore; events: EventStore };
  owner: string;
  /** Something was written that may be sent. */
  onDone: () => void;
  clock: Clock;
  machine: Clock;
  log: Log;
}

interface Taken {
  held: Conversation;
  crashed: boolean;
  account: Account | null;
}

/** Takes the turns of one conversation in order, one at a time, under a lease. What fails goes to the front again, and after five tries to a person. */
export function createDrain({ db, ledger, takeTurn, stores, owner, onDone, clock, machine, log }: DrainDeps) {
  const { conversations, inbox } = stores;

  /**
   * Takes what of `waiting` nobody else holds, and deals with it, some conversations at a time.
   * @returns how many rows were dealt with
   */
  return async function drainAll(waiting: Map<ConversationId, InboxRow[]>): Promise<number> {
    if (waiting.size === 0) return 0;
    const taken = await conversations.take([...waiting.keys()], owner, machine.now(), LEASE_MS);
    // The first turn of each reads its account together with the others'; what the turn writes is checked against the database of then.
    const debtors = taken.flatMap(({ held }) => held.debtorId ?? []);
    const accounts = await ledger.accounts(debtors, clock.now());
    let done = 0;
    const takeNext = async () => {
      for (let next = taken.shift(); next; next = taken.shift()) {
        const { held, crashed } = next;
        const account = (held.debtorId && accounts.get(held.debtorId)) ?? null;
        const count = await drain({ held, crashed, account }, waiting.get(held._id) ?? []);
        if (count > 0) onDone();
        done += count;
      }
    };
    await Promise.all(Array.from({ length: CONVERSATIONS_AT_ONCE }, takeNext));
    return done;
  };

  async function drain(taken: Taken, rows: InboxRow[]): Promise<number> {
    const [head] = rows;
    if (taken.crashed && head) await inbox.fail(head._id, machine.now()); // its last holder died on it
    let { held, account } = taken;
    let done = 0;
    for (const [n, row] of rows.entries()) {
      const keepLease = n < rows.length - 1;
      const next =
        row.attempts >= ATTEMPTS_MAX
          ? await bury(row, held, keepLease)
          : await attempt(row, held, { keepLease, account });
      if (!next) break;
      held = next;
      account = null; // the turn may have changed it
      done += 1;
    }
    if (done < rows.length || rows.length === 0) await conversations.release(held._id, held.fence);
    return done;
  }

  async function attempt(row: InboxRow, held: Conversation, how: Taking): Promise<Conversation | null> {
    try {
      return await takeTurn(row, held, how);
    } catch (err) {
      log.error({ err, inbox: row._id, conversation: held._id, attempts: row.attempts + 1 }, 'turn failed');
      await inbox.fail(row._id, new Date(machine.now().getTime() + RETRY_MS * 2 ** row.attempts));
      return null;
    }
  }

  /** It cannot be answered by us: it is kept, and the conversation goes to a person. */
  async function bury(row: InboxRow, held: Conversation, keepLease: boolean): Promise<Conversation | null> {
    const now = clock.now();
    const next: Conversation = {
      ...held,
      mode: 'pending',
      handoff: { queue: 'support', reason: 'dead_letter', at: now },
      updatedAt: now,
    };
    return inTransaction(db, async (tx) => {
      if (!(await conversations.save(next, tx, keepLease))) return null;
      await inbox.bury(row._id, tx);
      const details = { inbox: row._id, attempts: row.attempts };
      await stores.events.append(
        [{ what: 'inbox.buried', at: now, conversationId: held._id, debtorId: held.debtorId, details }],
        tx,
      );
      return { ...next, version: held.version + 1 };
    });
  }
}
