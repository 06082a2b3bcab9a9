import { type Connection, Schema } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate.ts';
import type { Clock } from '../kernel/clock.ts';

const LEASE_MS = 45_000; // outlives a call to the board (15 s) and the pause between two renewals
const RENEW_AT_MS = 30_000; // left of it
const ASK_AGAIN_MS = 5_000; // while another process has it
const WINDOW_MS = 60_000;
const SENDS_A_WINDOW = 20; // a group takes about 20 messages, edits and new topics a minute (tdlib/td#2592)

/** Who speaks to the board, what it has said in the last minute, and until when it was asked to be quiet. One document for the group. */
interface DeskLease {
  _id: string;
  owner: string | null;
  until: Date;
  sent: Date[];
  quietUntil: Date | null;
}

const schema = new Schema<DeskLease>(
  { _id: String, owner: String, until: Date, sent: [Date], quietUntil: { type: Date, default: null } },
  { versionKey: false },
);

export type BoardLease = ReturnType<typeof createBoardLease>;

/** One process at a time speaks to the board. Its budget is kept beside the lease, so that the next one does not overdraw it. By machine time. */
export function createBoardLease(db: Connection, { owner, machine }: { owner: string; machine: Clock }) {
  const model = db.model('desk_leases', schema, 'desk_leases');
  const _id = 'board';
  let until = 0;
  let askAt = 0;

  const inMs = (ms: number) => new Date(machine.now().getTime() + ms);

  return {
    /** Takes or keeps it. @returns whether this process has it */
    async hold(): Promise<boolean> {
      const now = machine.now().getTime();
      if (until - now > RENEW_AT_MS) return true;
      if (now < askAt) return until > now;
      const free = { _id, $or: [{ owner }, { owner: null }, { until: { $lte: machine.now() } }] };
      const mine = { owner, until: inMs(LEASE_MS) };
      try {
        const fresh = { sent: [], quietUntil: null };
        await model.updateOne(free, { $set: mine, $setOnInsert: fresh }, { upsert: true });
        until = mine.until.getTime();
        return true;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error; // it is there and another's: the upsert met its id
        until = 0;
        askAt = now + ASK_AGAIN_MS;
        return false;
      }
    },

    /** One more message, edit or topic. @returns false when the minute is used up, or the board asked to wait: then nothing may be sent */
    async spend(): Promise<boolean> {
      const now = machine.now();
      const recent = { $filter: { input: '$sent', cond: { $gt: ['$$this', inMs(-WINDOW_MS)] } } };
      const isQuiet = { $or: [{ quietUntil: null }, { quietUntil: { $lte: now } }] };
      const mayGo = { _id, owner, ...isQuiet, $expr: { $lt: [{ $size: recent }, SENDS_A_WINDOW] } };
      const result = await model.collection.updateOne(mayGo as never, [
        { $set: { sent: { $concatArrays: [recent, [now]] } } },
      ]);
      return result.modifiedCount === 1;
    },

    /** The board asked not to be called for so long. */
    async quiet(ms: number): Promise<void> {
      await model.updateOne({ _id, owner }, { $set: { quietUntil: inMs(ms) } });
    },

    async release(): Promise<void> {
      until = 0;
      await model.updateOne({ _id, owner }, { $set: { owner: null } });
    },
  };
}
