import type { mongo } from 'mongoose';
import type { ConversationDoc, Evidence, FollowupDoc, InboxDoc, OutboxDoc } from './evidence.ts';

const LOOK_MS = 250;

/** What the database says, whole: the checker's second witness. */
export async function readDatabase(
  db: mongo.Db,
): Promise<Pick<Evidence, 'inbox' | 'outbox' | 'followups' | 'conversations'>> {
  const all = async <T>(name: string): Promise<T[]> => (await db.collection(name).find({}).toArray()) as unknown as T[];
  const [inbox, outbox, followups, conversations] = await Promise.all([
    all<InboxDoc>('inbox'),
    all<OutboxDoc>('outbox'),
    all<FollowupDoc>('followups'),
    all<ConversationDoc>('conversations'),
  ]);
  return { inbox, outbox, followups, conversations };
}

/** What is still on its way, of these phones or of all. */
export async function openRows(db: mongo.Db, phones?: readonly string[]): Promise<number> {
  const now = new Date();
  const of = phones ? { address: { $in: [...phones] } } : {};
  const conversations = phones
    ? {
        conversationId: {
          $in: (await db.collection('conversations').find(of).toArray()).map(({ _id }) => String(_id)),
        },
      }
    : {};
  const ready = { state: 'ready', $or: [{ notBefore: { $lte: now } }, { waits: 'order' }] };
  const counts = await Promise.all([
    db.collection('inbox').countDocuments({ state: 'new', ...conversations }),
    db
      .collection('outbox')
      .countDocuments({ $or: [ready, { state: 'sending' }, { state: 'unknown', checkAt: { $type: 'date' } }], ...of }),
    phones
      ? 0
      : db
          .collection('followups')
          .countDocuments({ $or: [{ state: 'fired' }, { state: 'scheduled', dueAt: { $lte: now } }] }),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Waits until nothing is on its way. @returns whether it came to that within `ms` */
export async function settle(
  db: mongo.Db,
  ms: number,
  options: { phones?: readonly string[]; onLook?: (open: number) => void } = {},
): Promise<boolean> {
  const until = Date.now() + ms;
  let quiet = 0;
  for (;;) {
    const open = await openRows(db, options.phones).catch(() => 1);
    options.onLook?.(open);
    quiet = open === 0 ? quiet + 1 : 0;
    if (quiet > 1) return true; // twice: what a turn writes is there the moment its inbox row is not
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Lets `ms` go by for what dead processes held, without waiting for it: their leases and the age of their sends are moved back by as much. For the short sweep of
 * CI; a whole run waits.
 */
export async function passTime(db: mongo.Db, ms: number): Promise<void> {
  const back = (field: string) => ({ $cond: [{ $eq: [{ $type: field }, 'date'] }, { $subtract: [field, ms] }, field] });
  await db
    .collection('conversations')
    .updateMany({ lease: { $ne: null } }, [{ $set: { 'lease.until': back('$lease.until') } }]);
  await db
    .collection('conversations')
    .updateMany({ sendLease: { $ne: null } }, [{ $set: { 'sendLease.until': back('$sendLease.until') } }]);
  await db.collection('outbox').updateMany({ state: 'sending' }, [{ $set: { sendingAt: back('$sendingAt') } }]);
}

/** What is still on its way, in words: for whoever has to find out why. */
export async function openInWords(db: mongo.Db): Promise<string> {
  const inbox = await db.collection('inbox').find({ state: 'new' }).limit(3).toArray();
  const outbox = await db
    .collection('outbox')
    .find({ state: { $in: ['ready', 'sending', 'unknown'] } })
    .limit(5)
    .toArray();
  const rows = [
    ...inbox.map((row) => `${row._id} new, ${row['attempts']} attempts, not before ${row['notBefore'].toISOString()}`),
    ...outbox.map(
      (row) =>
        `${row._id} ${row['state']} ${row['rule']}, ${row['attempts']} attempts, not before ${row['notBefore'].toISOString()}, checked ${row['checkAt']?.toISOString?.()}`,
    ),
  ];
  return rows.join('\n');
}
