import type { ClientSession, Connection } from 'mongoose';

/** Passed to every store function that writes as part of a larger whole. */
export type Tx = ClientSession;

/**
 * Runs `work` in one transaction (snapshot reads, majority and journaled writes). The driver runs it again on a transient conflict,
 * so `work` holds database calls and nothing else: no sends, no drawing of ids that must stay the same.
 */
export async function inTransaction<T>(db: Connection, work: (tx: Tx) => Promise<T>): Promise<T> {
  const session = await db.startSession();
  try {
    return await session.withTransaction(() => work(session), {
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
      maxCommitTimeMS: 10_000,
    });
  } finally {
    await session.endSession();
  }
}
