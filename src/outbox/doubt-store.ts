import type { Connection } from 'mongoose';
import type { DeliveryStatus } from '../channels/channel.ts';
import { type Presence, TIME_ALONE } from '../conversations/alive.ts';
import type { Tx } from '../database/transaction.ts';
import type { OutboxId } from '../kernel/ids.ts';
import type { OutboxRow, OutboxState } from './outbox-store.ts';

/** What a look at a row came to. */
export type Resolution =
  | { to: 'accepted'; providerId: string; status: DeliveryStatus; at: Date }
  | { to: 'ready'; at: Date; mayBeTwice: boolean }
  | { to: 'looked_at_again'; at: Date }
  | { to: 'flagged' };

/** The debtor has it, or may have. */
const GONE: OutboxState[] = ['sending', 'accepted', 'unknown'];

export type DoubtStore = ReturnType<typeof createDoubtStore>;

/** Rows that are to be looked at once more: sends that nobody knows of, failures that another channel may make good. */
export function createDoubtStore(db: Connection, presence: Pick<Presence, 'life'> = TIME_ALONE) {
  const outbox = db.collection<OutboxRow>('outbox');
  return {
    /**
     * Takes one that is due, for so long as a look may take: who dies with it leaves it to the next.
     * @param channels what this process can ask; a failure needs nobody to be asked
     */
    async claim(channels: readonly string[], token: string, now: Date, leaseMs: number): Promise<OutboxRow | null> {
      const due = {
        checkAt: { $type: 'date' as const, $lte: now },
        $or: [{ state: 'refused' as const }, { state: 'unknown' as const, channel: { $in: [...channels] } }],
      };
      const taken = { $set: { checkAt: new Date(now.getTime() + leaseMs), checker: token, looker: presence.life() } };
      const row = await outbox.findOneAndUpdate(due, taken, { sort: { checkAt: 1 }, returnDocument: 'after' });
      return row as OutboxRow | null;
    },

    /** What is claimed by lives that are over is due again. */
    async unclaim(lives: readonly string[], now: Date): Promise<number> {
      const { modifiedCount } = await outbox.updateMany(
        { checkAt: { $type: 'date' }, looker: { $in: [...lives] } },
        { $set: { checkAt: now, looker: null } },
        { hint: 'check' },
      );
      return modifiedCount;
    },

    /** Whether something that was written after it in its conversation has gone, or may have. */
    async isOvertaken({ conversationId, seq }: Pick<OutboxRow, 'conversationId' | 'seq'>): Promise<boolean> {
      const later = { conversationId, seq: { $gt: seq }, state: { $in: GONE } };
      return (await outbox.findOne(later, { projection: { _id: 1 } })) !== null;
    },

    /** @returns false when it was settled meanwhile, or somebody else looks at it: nothing was written */
    async resolve(id: OutboxId, token: string, resolution: Resolution): Promise<boolean> {
      const mine = { _id: id, state: 'unknown' as const, checker: token };
      const { modifiedCount } = await outbox.updateOne(mine, updateOf(resolution) as never);
      return modifiedCount === 1;
    },

    /** A failure was dealt with. @returns false when it turned out to be none: undo it all then */
    async closeFailure(id: OutboxId, token: string, tx?: Tx): Promise<boolean> {
      const mine = { _id: id, state: 'refused' as const, checker: token };
      const { modifiedCount } = await outbox.updateOne(mine, { $set: { checkAt: null } }, tx ? { session: tx } : {});
      return modifiedCount === 1;
    },
  };
}

function updateOf(resolution: Resolution): object {
  switch (resolution.to) {
    case 'accepted': {
      const { providerId, status, at } = resolution;
      const failed = status === 'failed';
      const rest = { providerId, status, sentAt: at, holdsUntil: null };
      if (failed) return { $set: { ...rest, state: 'refused', rule: 'undelivered', checkAt: null } };
      return { $set: { ...rest, state: 'accepted', rule: null, checkAt: null } };
    }
    case 'ready': {
      const { at, mayBeTwice } = resolution;
      const again = { state: 'ready', notBefore: at, waits: 'order', rule: null, checkAt: null, holdsUntil: null };
      return { $set: mayBeTwice ? { ...again, mayBeTwice } : again };
    }
    case 'looked_at_again':
      return { $set: { checkAt: resolution.at }, $inc: { checks: 1 } };
    default:
      return { $set: { checkAt: null, holdsUntil: null } };
  }
}
