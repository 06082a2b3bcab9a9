import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Channel, FetchedFile } from '../../src/channels/channel.ts';
import { createMediaKeeping } from '../../src/channels/media-keep.ts';
import { createMediaStore, type MediaFile } from '../../src/channels/media-store.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { standingClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';
import { FILES } from '../fakes/files.ts';
import { testDatabase } from '../setup/database.ts';

const NOON = new Date('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;
let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());
beforeEach(() => own.db.collection('media').deleteMany({}));

/** A house with one file that waits, and a channel that answers so. */
async function houseWith(fetched: () => FetchedFile, mayFetch?: () => boolean) {
  const clock = standingClock(NOON);
  const store = createMediaStore(own.db);
  const settled: string[] = [];
  const channel: Channel = {
    id: 'whatsapp',
    medium: 'whatsapp',
    capabilities: { buttons: false, media: true, lengthMax: 4096 },
    send: async () => ({ outcome: 'unknown', code: 'never' }),
    fetchFile: async () => fetched(),
    ...(mayFetch && { mayFetch }),
  };
  const file: MediaFile = {
    ...{ _id: 'wa:1:0', inboxId: 'wa:1', conversationId: 'c', debtorId: null, channel: 'whatsapp', url: 'wa:1' },
    ...{ type: 'image/jpeg', state: 'waiting', why: null, receivedAt: NOON, attempts: 0, notBefore: NOON },
    ...{ sha256: null, sizeBytes: null, bytes: null },
  };
  await inTransaction(own.db, (tx) => store.expect([file], tx));
  const onSettled = async (_file: MediaFile, why: string | null) => void settled.push(why ?? 'kept');
  const deps = { db: own.db, store, channels: [channel], onSettled, clock, log: silentLog(), meter: noMeter };
  return { sweep: createMediaKeeping(deps), clock, settled };
}

const rowNow = () => own.db.collection('media').findOne({});
const kept: FetchedFile = { outcome: 'kept', type: 'image/jpeg', bytes: FILES.jpeg };

test('a channel that cannot fetch now leaves its files to whoever can, and no try is counted', async () => {
  let isOpen = false;
  const { sweep } = await houseWith(
    () => kept,
    () => isOpen,
  );
  expect(await sweep()).toBe(0);
  expect(await rowNow()).toMatchObject({ state: 'waiting', attempts: 0 });
  isOpen = true;
  expect(await sweep()).toBe(1);
  expect(await rowNow()).toMatchObject({ state: 'kept', sizeBytes: FILES.jpeg.length });
});

test('a try is put off for as long as it is told, and the fifth is the last', async () => {
  const { sweep, clock, settled } = await houseWith(() => ({
    outcome: 'later',
    code: 'phone_away',
    afterMs: 3 * HOUR,
  }));
  for (let tries = 1; tries <= 4; tries += 1) {
    expect(await sweep()).toBe(1);
    expect(await rowNow()).toMatchObject({ attempts: tries, notBefore: new Date(clock.now().getTime() + 3 * HOUR) });
    clock.advance(3 * HOUR - 1);
    expect(await sweep()).toBe(0);
    clock.advance(1);
  }
  expect(await sweep()).toBe(1);
  expect(await rowNow()).toMatchObject({ state: 'refused', why: 'gone' });
  expect(settled).toEqual(['gone']);
});
