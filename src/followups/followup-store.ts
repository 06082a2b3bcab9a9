import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtorId, FollowupId } from '../kernel/ids.ts';
import type { FollowupPlan } from '../strategy/followup.ts';

export type FollowupState = 'scheduled' | 'fired' | 'done' | 'cancelled' | 'skipped';

/** A planned contact as it stands in the database. `fired`: its turn is in the inbox. */
export interface Followup extends Omit<FollowupPlan, 'id'> {
  _id: FollowupId;
  state: FollowupState;
  /** Why it was skipped or put off. */
  reason: string | null;
}

/** What became of one that fired. */
export type Settled =
  | { id: FollowupId; state: 'done' | 'skipped'; reason: string | null }
  | { id: FollowupId; state: 'scheduled'; dueAt: Date; reason: string };

const schema = new Schema<Followup>(
  {
    _id: String,
    debtorId: { type: String, required: true },
    debtId: { type: String, default: null },
    promiseId: { type: String, default: null },
    kind: String,
    occurrence: String,
    dueAt: { type: Date, required: true },
    flow: String,
    tone: String,
    messageKind: String,
    why: String,
    state: String,
    reason: { type: String, default: null },
  },
  { versionKey: false },
);
schema.index({ dueAt: 1 }, { partialFilterExpression: { state: 'scheduled' }, name: 'due' });
schema.index({ debtorId: 1, dueAt: 1 });

export type FollowupStore = ReturnType<typeof createFollowupStore>;

export function createFollowupStore(db: Connection) {
  const model = db.model('followups', schema, 'followups');
  return {
    findMany: (ids: FollowupId[]): Promise<Followup[]> =>
      model
        .find({ _id: { $in: ids } })
        .lean<Followup[]>()
        .exec(),

    scheduledOf: (debtorIds: DebtorId[], tx?: Tx): Promise<Followup[]> =>
      model
        .find({ debtorId: { $in: debtorIds }, state: 'scheduled' })
        .session(tx ?? null)
        .lean<Followup[]>()
        .exec(),

    oldestDue: async (now: Date): Promise<Date | null> => {
      const due = { state: 'scheduled' as const, dueAt: { $lte: now } };
      return (
        (await model.findOne(due, { dueAt: 1 }).sort({ dueAt: 1 }).lean<Pick<Followup, 'dueAt'>>().exec())?.dueAt ??
        null
      );
    },

    list: (filter: { debtorId?: DebtorId }, limit: number): Promise<Followup[]> =>
      model
        .find({ ...filter, state: 'scheduled' })
        .sort({ dueAt: 1, _id: 1 })
        .limit(limit)
        .lean<Followup[]>()
        .exec(),

    /** Adds what is new and cancels what is no longer planned. A row that has fired is never planned again: its id stays taken. */
    async replan(plans: FollowupPlan[], gone: FollowupId[], tx: Tx): Promise<{ scheduled: number; cancelled: number }> {
      const writes = [
        ...plans.map(({ id, ...plan }) => ({
          updateOne: {
            filter: { _id: id },
            update: { $setOnInsert: { ...plan, state: 'scheduled', reason: null } },
            upsert: true,
          },
        })),
        ...gone.map((id) => ({
          updateOne: {
            filter: { _id: id, state: 'scheduled' },
            update: { $set: { state: 'cancelled', reason: 'not planned any more' } },
          },
        })),
      ];
      if (writes.length === 0) return { scheduled: 0, cancelled: 0 };
      // To the driver directly: an import plans thousands at once, and mongoose's casting took longer than the writing
      const result = await model.collection.bulkWrite(writes as never, { session: tx, ordered: false });
      return { scheduled: result.upsertedCount, cancelled: result.modifiedCount };
    },

    /** The longest overdue first. Read off the index of what is scheduled, however much is parked behind it. */
    due: async (now: Date, limit: number, tx: Tx): Promise<Followup[]> =>
      (await model.collection
        .find({ state: 'scheduled', dueAt: { $lte: now } }, { sort: { dueAt: 1 }, limit, session: tx, hint: 'due' })
        .toArray()) as unknown as Followup[],

    /** Takes rows that are due off the plan, all in one write. */
    async leavePlan(ids: FollowupId[], state: 'fired' | 'skipped', reason: string | null, tx: Tx): Promise<void> {
      if (ids.length === 0) return;
      const planned = { _id: { $in: ids as never[] }, state: 'scheduled' };
      await model.collection.updateMany(planned, { $set: { state, reason } }, { session: tx, hint: { _id: 1 } });
    },

    /** What turns on them came to. Put off: it falls due again later, and its text is written then, from the facts of then. */
    async settle(rows: Settled[], tx: Tx): Promise<void> {
      if (rows.length === 0) return;
      const writes = rows.map(({ id, ...changes }) => ({
        updateOne: { filter: { _id: id }, update: { $set: changes } },
      }));
      await model.collection.bulkWrite(writes as never, { session: tx, ordered: false });
    },
  };
}
