import type { MediaStore } from '../channels/media-store.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { EventStore } from '../conversations/event-store.ts';
import { type HeldNews, WITHHELD_FROM } from '../conversations/holder.ts';
import type { Tx } from '../database/transaction.ts';
import type { FollowupStore } from '../followups/followup-store.ts';
import type { Followups } from '../followups/followups.ts';
import type { Burst } from '../inbox/burst.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import { AppError } from '../kernel/errors.ts';
import type { InboxId } from '../kernel/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import type { Departure, Said } from '../outbox/said.ts';
import type { Draft } from './draft.ts';
import { filesIn } from './files.ts';
import { newsOf } from './handoff.ts';
import { auditOf, type createOutgoing } from './outgoing.ts';

export interface CommitDeps {
  ledger: Pick<Ledger, 'account'>;
  followups: Pick<Followups, 'replan'>;
  outgoing: ReturnType<typeof createOutgoing>;
  /** What those who watch a held conversation should see, written in the turn's own transaction. */
  onHeld: (news: HeldNews[], tx: Tx) => Promise<void>;
  /** It is about to be written: what of it is written as under way, since this process sends it at once. Null: nothing. */
  depart: (said: Said) => Promise<Departure | null>;
  stores: {
    conversations: ConversationStore;
    inbox: InboxStore;
    outbox: OutboxStore;
    followups: FollowupStore;
    events: EventStore;
    media: Pick<MediaStore, 'expect'>;
  };
  crash: CrashPoint;
}

/** A turn as it is to be written. */
export interface Drafted {
  draft: Draft;
  keepLease: boolean;
  /** Nothing that was said there before waits to be sent, or to be known of. */
  isClear: boolean;
}

/** What a transaction left behind: the conversations as saved, and what is to be sent. */
interface Written {
  saved: Conversation[];
  said: Said[];
}

/** Everything that follows from turns, in one transaction. */
export function createCommit({ ledger, followups, outgoing, onHeld, depart, stores, crash }: CommitDeps) {
  /** All of the turns, or none of them. @throws AppError write_conflict, which undoes the transaction */
  return async function commit(turns: readonly Drafted[], tx: Tx): Promise<Written> {
    const drafts = turns.map(({ draft }) => draft);
    const said = await Promise.all(turns.map(say));
    const nexts = turns.map(({ draft, keepLease }, n) => {
      const sendLease = said[n]?.departure?.sendLease;
      return { next: draft.conversation, keepLease, ...(sendLease && { sendLease }) };
    });
    const done = drafts.map(({ row, parts }) => ({ ids: idsOf(parts), debtorId: row.debtorId, takenWith: row._id }));
    const isOurs = (await stores.conversations.save(nexts, tx)) && (await stores.inbox.finish(done, tx));
    crash('turn.in_tx');
    if (!isOurs) throw new AppError('write_conflict', 'Another process has taken this turn.');
    const settled = drafts.flatMap((draft) => draft.settled ?? []);
    await stores.followups.settle(settled, tx);
    for (const { withholds, conversation } of drafts)
      if (withholds) await stores.outbox.withhold(conversation._id, WITHHELD_FROM[withholds], 'human_holds', tx);
    await stores.outbox.insert(
      said.flatMap(({ rows }) => rows),
      tx,
    );
    await onHeld(
      drafts.flatMap((draft, n) => newsOf(draft, said[n]?.rows ?? [])),
      tx,
    );
    for (const { account, plansAnew, row, now } of drafts) {
      if (account && (plansAnew || isMoney(row)))
        await followups.replan([await ledger.account(account.debtor.id, now, tx)], now, tx);
    }
    await stores.media.expect(drafts.flatMap(filesIn), tx);
    const decided = said.flatMap(({ departure }) => departure?.decided ?? []);
    await stores.events.append([...drafts.map(auditOf), ...decided], tx);
    crash('turn.before_commit');
    return { saved: said.map(({ conversation }) => conversation), said: said.filter(({ rows }) => rows.length > 0) };
  };

  /** What the turn says, and the conversation as it will be saved. When the transaction is run again it is said anew: of a departure of before nothing is left but a little room. */
  async function say({ draft, isClear }: Drafted): Promise<Said> {
    const { conversation, account, row, now } = draft;
    conversation.updatedAt = now;
    if (row.incoming.kind === 'message') conversation.lastInboundAt = row.receivedAt;
    const rows = outgoing(draft);
    const last = rows.at(-1);
    if (last) conversation.saidSeq = last.seq;
    const saved = { ...conversation, version: conversation.version + 1 };
    const isTheirs = account !== null && account.debtor.id === conversation.debtorId;
    const said = { conversation: saved, debtor: isTheirs ? account.debtor : null, rows };
    const departure = isClear && last ? await depart(said) : null;
    if (!departure) return said;
    const { row: leaving, sendLease } = departure;
    return { ...said, conversation: { ...saved, sendLease }, rows: [leaving, ...rows.slice(1)], departure };
  }
}

const idsOf = (rows: Burst): InboxId[] => rows.map(({ _id }) => _id);

export const isMoney = (row: InboxRow): boolean => row._id.startsWith('payment:');
