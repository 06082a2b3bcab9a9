import type { Connection } from 'mongoose';
import { connect } from '../../src/database/connect.ts';
import { newUuid } from '../../src/kernel/ids.ts';

/** A database of one's own in the run's real replica set. Call `drop` at the end: open connections keep jest waiting. */
export async function testDatabase(): Promise<{ db: Connection; uri: string; drop(): Promise<void> }> {
  const server = process.env['MONGODB_TEST_URI'];
  if (server === undefined)
    throw new Error('MONGODB_TEST_URI is not set: run through jest, whose global setup starts a mongod');
  const url = new URL(server);
  url.pathname = `/test-${newUuid()}`;
  const uri = url.toString();
  const db = await connect(uri);
  return {
    db,
    uri,
    drop: async () => {
      await db.dropDatabase();
      await db.close();
    },
  };
}

/** Takes everything out and leaves the indexes, which cost more to make than all else that a test does. */
export async function emptyDatabase(db: Connection): Promise<void> {
  const collections = await db.listCollections();
  await Promise.all(collections.map(({ name }) => db.collection(name).deleteMany({})));
}
