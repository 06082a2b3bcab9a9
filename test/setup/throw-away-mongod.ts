import { MongoMemoryReplSet } from 'mongodb-memory-server-core';
import { findMongod } from '../../src/database/binary.ts';

/** One real replica set for a whole test run, in a temporary folder that goes with it. */
export async function startThrowAwayMongod(): Promise<{ uri: string; stop(): Promise<void> }> {
  const mongod = await findMongod(process.env, (line) => console.error(line));
  const replicaSet = await MongoMemoryReplSet.create({
    binary: { systemBinary: mongod.path, version: mongod.version },
    replSet: { name: 'test', count: 1, storageEngine: 'wiredTiger', args: ['--wiredTigerCacheSizeGB', '0.5'] },
  });
  return { uri: replicaSet.getUri(), stop: async () => void (await replicaSet.stop({ doCleanup: true, force: true })) };
}
