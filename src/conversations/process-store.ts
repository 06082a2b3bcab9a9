import type { Connection } from 'mongoose';
import { newUuid } from '../kernel/ids.ts';
import type { Beats } from './alive.ts';

/** One life of a process that works or sends. */
interface ProcessRow {
  _id: string;
  beats: number;
  /** By the database's clock, as `deadAt`: for people, and for forgetting. No machine compares it with its own. */
  beatAt: Date | null;
  deadAt: Date | null;
}

export type ProcessStore = ReturnType<typeof createProcessStore>;

/** A few rows: those that live, and those that died in the last minutes. All writes wait for the majority, since a beat that a failover undoes proves nothing. */
export function createProcessStore(db: Connection) {
  const processes = db.collection<ProcessRow>('processes');
  return {
    /** @returns the new life */
    async begin(): Promise<string> {
      const _id = newUuid();
      const fresh = { beats: 0, deadAt: null };
      await processes.updateOne({ _id }, { $setOnInsert: fresh, $currentDate: { beatAt: true } }, { upsert: true });
      return _id;
    },

    /** @returns false when that life is over */
    async beat(_id: string): Promise<boolean> {
      const { matchedCount } = await processes.updateOne(
        { _id, deadAt: null },
        { $inc: { beats: 1 }, $currentDate: { beatAt: true } },
      );
      return matchedCount === 1;
    },

    async all(): Promise<{ living: Beats[]; dead: string[] }> {
      const rows = await processes.find({}, { projection: { beats: 1, deadAt: 1 } }).toArray();
      const living = rows.filter(({ deadAt }) => deadAt === null).map(({ _id: id, beats }) => ({ id, beats }));
      return { living, dead: rows.flatMap(({ _id, deadAt }) => (deadAt === null ? [] : [_id])) };
    },

    /** @returns false when it beat meanwhile, or somebody else buried it */
    async bury({ id, beats }: Beats): Promise<boolean> {
      const { matchedCount } = await processes.updateOne(
        { _id: id, beats, deadAt: null },
        { $currentDate: { deadAt: true } },
      );
      return matchedCount === 1;
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
