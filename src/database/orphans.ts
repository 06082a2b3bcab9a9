import type { Connection } from 'mongoose';
import { APP_NAME } from './connect.ts';

/** What `$currentOp` says of a session: its user is told of their own alone. */
interface Idle {
  lsid: { id: unknown };
}

/**
 * Ends transactions of ours that nobody has touched for so long. Whoever is killed in the middle of one leaves it open, and MongoDB keeps what it
 * wrote locked for a minute (`transactionLifetimeLimitSeconds`), while every other write to it waits. One that was not dead after all is told to run its
 * transaction again, as after any conflict.
 * @returns how many
 * @throws MongoServerError where the account may not ask: then the minute goes by
 */
export async function endOrphans(db: Connection, inactiveMs: number): Promise<number> {
  const admin = db.getClient().db('admin');
  const isOrphan = {
    type: 'idleSession',
    appName: APP_NAME,
    'transaction.timeInactiveMicros': { $gte: inactiveMs * 1000 },
  };
  const idle = (await admin
    .aggregate([{ $currentOp: { idleSessions: true } }, { $match: isOrphan }, { $project: { lsid: 1 } }])
    .toArray()) as unknown as Idle[];
  if (idle.length > 0) await admin.command({ killSessions: idle.map(({ lsid }) => ({ id: lsid.id })) });
  return idle.length;
}
