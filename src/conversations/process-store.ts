import type { Connection } from 'mongoose';
import { newUuid } from '../kernel/ids.ts';
import { MISS_MS, MISSES_MAX } from './alive.ts';

/** One life of a process that works or sends. All instants are the database's: no machine compares them with its own clock. */
interface ProcessRow {
  _id: string;
  /** For people. */
  beatAt: Date;
  /** Looks since the last beat. */
  missed: number;
  /** Of the last beat or miss. */
  seenAt: Date;
  deadAt: Date | null;
}

export type ProcessStore = ReturnType<typeof createProcessStore>;

const NOW = { beatAt: true, seenAt: true } as const;

/** A few rows: those that live, and those that died in the last minutes. Writes wait for the majority, since a beat that a failover undoes proves nothing. */
export function createProcessStore(db: Connection) {
  const processes = db.collection<ProcessRow>('processes');
  return {
    /** @returns the new life */
    async begin(): Promise<string> {
      const _id = newUuid();
      const fresh = { missed: 0, deadAt: null };
      await processes.updateOne({ _id }, { $setOnInsert: fresh, $currentDate: NOW }, { upsert: true });
      return _id;
    },

    /** @returns false when that life is over */
    async beat(_id: string): Promise<boolean> {
      const { matchedCount } = await processes.updateOne(
        { _id, deadAt: null },
        { $set: { missed: 0 }, $currentDate: NOW },
      );
      return matchedCount === 1;
    },

    /** One look at all the others: who has not been seen for so long has missed one beat more. A clock that was set back counts as one too. */
    async miss(except: string | null): Promise<void> {
      const isLong = { $lte: ['$seenAt', { $subtract: ['$$NOW', MISS_MS] }] };
      const isAhead = { $gt: ['$seenAt', '$$NOW'] };
      await processes.updateMany({ deadAt: null, _id: { $ne: except ?? '' }, $expr: { $or: [isLong, isAhead] } }, [
        { $set: { missed: { $add: ['$missed', 1] }, seenAt: '$$NOW' } },
      ]);
    },

    /** Ends the lives of those that missed too many. @returns all that are over, and which of them we ended, nobody else */
    async bury(): Promise<{ dead: string[]; buried: string[] }> {
      const isGone = { missed: { $gte: MISSES_MAX }, deadAt: null };
      const rows = await processes
        .find({ $or: [isGone, { deadAt: { $type: 'date' } }] }, { projection: { deadAt: 1 } })
        .toArray();
      const dead = rows.flatMap(({ _id, deadAt }) => (deadAt ? [_id] : []));
      const buried: string[] = [];
      for (const { _id, deadAt } of rows) {
        if (deadAt) continue;
        const { matchedCount } = await processes.updateOne({ _id, ...isGone }, { $currentDate: { deadAt: true } });
        if (matchedCount === 1) buried.push(_id);
      }
      return { dead: [...dead, ...buried], buried };
    },

    /** Its own, which it ends itself. */
    async end(_id: string): Promise<void> {
      await processes.updateOne({ _id, deadAt: null }, { $currentDate: { deadAt: true } });
    },

    /** Those that have been dead for so long. */
    async forget(afterMs: number): Promise<void> {
      const isOld = { $lt: ['$deadAt', { $subtract: ['$$NOW', afterMs] }] };
      await processes.deleteMany({ deadAt: { $type: 'date' }, $expr: isOld });
    },
  };
}
