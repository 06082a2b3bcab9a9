import type { Channel } from '../channels/channel.ts';
import type { Presence } from '../conversations/alive.ts';
import type { Lease } from '../conversations/conversation.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Departure, Said } from '../outbox/said.ts';
import type { SenderStore } from '../outbox/sender-store.ts';
import { isLate } from './lateness.ts';
import { decisionOf, type Weigh } from './weigh.ts';

const KEPT_MS = 2_000; // a turn's transaction takes milliseconds

export interface DeparturesDeps {
  channels: Channel[];
  weigh: Weigh;
  sender: Pick<SenderStore, 'openIn' | 'intended'>;
  presence: Pick<Presence, 'life'>;
  /** Whether this process sends at all. */
  isAtWork: () => boolean;
  /** How many conversations it may begin on a channel. */
  roomOn: (channel: Channel) => number;
  newLease: () => Lease;
  crash: CrashPoint;
  clock: Clock;
  machine: Clock;
}

/**
 * An answer that may go at once leaves with the turn that says it: it is written as under way in the turn's own transaction, which is its intent and the
 * lease of its conversation in one. It was judged by what the turn has read, and whatever moves that on undoes the turn. Who sends elsewhere never sees it.
 */
export function createDepartures({
  channels,
  weigh,
  sender,
  presence,
  crash,
  clock,
  machine,
  ...deps
}: DeparturesDeps) {
  /** Room that is kept for what turns are writing; one that was undone needs it no longer. */
  const kept = new Map<ConversationId, number>();

  function hasRoomOn(channel: Channel): boolean {
    const now = machine.now().getTime();
    for (const [id, until] of kept) if (until <= now) kept.delete(id);
    return deps.roomOn(channel) > kept.size;
  }

  return {
    /** In which of these nothing is open. In none where this process sends nothing: there nobody needs to know. */
    async clearAmong(ids: readonly ConversationId[]): Promise<ReadonlySet<ConversationId>> {
      if (!deps.isAtWork()) return new Set();
      const open = await sender.openIn(ids);
      return new Set(ids.filter((id) => open.get(id)?.length === 0));
    },

    /**
     * A turn is about to say this in a conversation in which nothing is open.
     * @returns what of it leaves with the turn; null: it is written as waiting, and taken as ever
     */
    async depart({ conversation, debtor, rows }: Said): Promise<Departure | null> {
      const [row] = rows;
      const now = clock.now();
      if (row?.state !== 'ready' || row.kind !== 'reply' || row.notBefore > now || isLate(row, now)) return null;
      const channel = channels.find(({ id }) => id === row.channel);
      // A pace, somebody else's lease, an unknown debtor: more would have to be asked.
      if (!channel || channel.pace || conversation.sendLease || (conversation.debtorId && !debtor)) return null;
      if (!deps.isAtWork() || !hasRoomOn(channel)) return null;
      kept.set(conversation._id, machine.now().getTime() + KEPT_MS);
      const passage = { row, conversation, channel, now, ...(debtor && { debtor }) };
      const weighed = await weigh(passage);
      if (weighed.act !== 'go' || weighed.message.template) {
        kept.delete(conversation._id);
        return null;
      }
      crash('dispatch.before_intent');
      const lease = deps.newLease();
      return {
        row: sender.intended(row, lease.owner, machine.now()),
        sendLease: { ...lease, life: presence.life() },
        judged: weighed.judged,
        decided: decisionOf(passage, weighed.judged),
      };
    },

    /** It has left, and takes its room as anything does that is under way. */
    left: (id: ConversationId): void => void kept.delete(id),
  };
}
