import type { Connection } from 'mongoose';
import type { MediaStore } from '../channels/media-store.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { EventStore } from '../conversations/event-store.ts';
import { type HeldNews, handoffsOf, isHeld } from '../conversations/holder.ts';
import { inTransaction, type Tx } from '../database/transaction.ts';
import type { Burst } from '../inbox/burst.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { type InboxId, sortableId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import { filesIn } from './files.ts';
import { newsOfBuried } from './handoff.ts';

export interface UnansweredDeps {
  db: Connection;
  stores: {
    conversations: Pick<ConversationStore, 'save'>;
    inbox: InboxStore;
    events: EventStore;
    media: Pick<MediaStore, 'expect'>;
  };
  /** What those who watch a held conversation should see. */
  onHeld: (news: HeldNews[], tx: Tx) => Promise<void>;
  meter: Meter;
  clock: Clock;
  machine: Clock;
  log: Log;
}

/** What is taken without an answer of the bot's: nothing of it is lost. Each returns the conversation as saved; null when nothing was written. */
export function createUnanswered({ db, stores, onHeld, meter, clock, machine, log }: UnansweredDeps) {
  const { conversations, inbox } = stores;

  return { keep, bury };

  /** Too many to be answered: they stand in the transcript, and their files are kept. */
  async function keep(rows: Burst, held: Conversation, keepLease: boolean): Promise<Conversation | null> {
    const ids = rows.map(({ _id }) => _id);
    const lastInboundAt = rows.at(-1)?.receivedAt ?? held.lastInboundAt;
    const now = clock.now();
    const next: Conversation = { ...held, lastInboundAt, updatedAt: now };
    const isOurs = await inTransaction(db, async (tx) => {
      if (!(await conversations.save([{ next, keepLease }], tx))) return false;
      await inbox.finish([{ ids, debtorId: held.debtorId, takenWith: rows[0]._id }], tx);
      await stores.media.expect(filesIn({ parts: rows, conversation: next, now }), tx);
      return true;
    });
    if (!isOurs) return null;
    for (const _ of rows) meter.count('inbox_messages', { outcome: 'flooded' });
    log.warn({ conversation: held._id, rows: rows.length }, 'a debtor writes too much to be answered');
    return { ...next, version: held.version + 1 };
  }

  /** It cannot be answered by us: it is kept, and the conversation goes to a person. */
  async function bury(row: InboxRow, held: Conversation, keepLease: boolean): Promise<Conversation | null> {
    const now = clock.now();
    const next: Conversation = { ...held, ...(isHeld(held) ? {} : forSupport(held, now)), updatedAt: now };
    const isOurs = await inTransaction(db, async (tx) => {
      if (!(await conversations.save([{ next, keepLease }], tx))) return false;
      await inbox.bury(row._id, held.debtorId, tx);
      const details = { inbox: row._id, attempts: row.attempts, reason: row.reason ?? null };
      await stores.events.append(
        [{ what: 'inbox.buried', at: now, conversationId: held._id, debtorId: held.debtorId, details }],
        tx,
      );
      if (!isHeld(held)) await inbox.insertOnce([handedOver(row, machine.now())], tx);
      await onHeld(newsOfBuried(row, held, now), tx);
      return true;
    });
    if (!isOurs) return null;
    meter.count('inbox_messages', { outcome: 'dead' });
    return { ...next, version: held.version + 1 };
  }
}

function forSupport(held: Conversation, now: Date): Partial<Conversation> {
  const handoff = { queue: 'support', reason: 'dead_letter', at: now };
  return { mode: 'pending', handoff, heldBy: null, handoffs: handoffsOf(held) + 1 };
}

/** Tells the debtor, whom nobody answered, that a person will. */
function handedOver(dead: InboxRow, machineNow: Date): InboxRow {
  const { conversationId, debtorId, receivedAt } = dead;
  const incoming = { kind: 'event', flow: 'handed_over', slots: {}, messageKind: 'reply', followupId: null } as const;
  const fresh = { seq: sortableId(machineNow), state: 'new', attempts: 0, notBefore: machineNow } as const;
  return { _id: `handed-over:${dead._id}` as InboxId, conversationId, debtorId, receivedAt, ...fresh, incoming };
}
