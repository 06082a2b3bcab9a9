import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { packsFrom } from '../../src/compliance/pack.ts';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { loadDialog } from '../../src/dialog/load.ts';
import { createSay } from '../../src/dialog/say.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { understand } from '../../src/language/understand.ts';
import { createConversations } from '../../src/line/assemble.ts';
import { loadStrategy } from '../../src/strategy/strategy.ts';
import { ANA_CONVERSATION, type House, openHouse } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test('a turn whose conversation was moved on by another holder writes nothing at all, and is taken again', async () => {
  const { db } = database;
  house = await openHouse(db);
  await house.says('hola');
  await house.says('1234');
  await house.settle();
  await db.createCollection('marks');
  let interferences = 0;
  const files = readDataFiles(PACKAGE_ROOT);
  const { flows, texts } = loadDialog(files);
  const [strategy] = files.strategies;
  const conversations = createConversations({
    db,
    ledger: house.app.ledger,
    // In the middle of the turn another process takes the conversation on, as it does when a holder is paused past its lease.
    payments: () => ({
      issueLink: async (_input, _now, tx) => {
        await db.collection('marks').insertOne({ at: new Date(0) }, { session: tx });
        interferences += 1;
        if (interferences === 1)
          await db
            .collection('conversations')
            .updateOne({ _id: ANA_CONVERSATION as never }, { $inc: { version: 1, fence: 1 } });
        return { url: 'http://localhost/p/x' };
      },
      revokeLinks: house.app.payments.revokeLinks,
    }),
    packs: packsFrom(files.policies),
    strategy: loadStrategy(strategy?.text ?? '', strategy?.name ?? ''),
    flows,
    say: createSay(texts),
    locales: ['es-MX'],
    understand,
    channels: [],
    mediumOf: new Map([['simulator', 'whatsapp']]),
    proactiveChannels: ['simulator'],
    clock: house.clock,
    machine: systemClock,
    log: silentLog(),
  });
  await house.says('link', 'test:link');
  await conversations.runTurns();
  expect(await db.collection('marks').countDocuments()).toBe(0);
  expect(await db.collection('outbox').countDocuments({ _id: /^test:link:/ as never })).toBe(0);

  await db.collection('conversations').updateOne({ _id: ANA_CONVERSATION as never }, { $set: { lease: null } });
  await conversations.runTurns();
  expect(await db.collection('marks').countDocuments()).toBe(1);
  expect(await db.collection('outbox').countDocuments({ _id: /^test:link:/ as never })).toBe(1);
});
