import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { proto } from '@whiskeysockets/baileys';
import type { FetchedFile } from '../../src/channels/channel.ts';
import { FILE_BYTES_MAX } from '../../src/channels/media-type.ts';
import { createBaileysSocket } from '../../src/channels/whatsapp-baileys.ts';
import { createLog } from '../../src/kernel/log.ts';
import { FILES } from '../fakes/files.ts';
import { type FakeMediaServer, openFakeMediaServer, reuploadOf } from '../fakes/whatsapp-media.ts';
import type { FakePhone } from '../fakes/whatsapp-phone.ts';
import { type FakeWhatsapp, openFakeWhatsapp } from '../fakes/whatsapp-server.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, OURS, openHouseOf, seedCredentials, type WaHouse } from './whatsapp-house.ts';

/** The real client, over Noise and Signal; files are encrypted as phones do and served by a server that has no key. */
let server: FakeWhatsapp;
let media: FakeMediaServer;
let base: Awaited<ReturnType<typeof testDatabase>>;
let house: WaHouse;
let ana: FakePhone;
const lines: string[] = [];
/** Of the message that a test sends. */
let id = '';
let count = 0;

beforeAll(async () => {
  [server, base, media] = await Promise.all([openFakeWhatsapp(OURS), testDatabase(), openFakeMediaServer()]);
  server.trust();
  server.know(await seedCredentials(base.db));
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  house = openHouseOf(base.db, createBaileysSocket(server.url), { mediaUrl: media.url, log, phoneMs: 500 });
  await house.untilSeen(({ state }) => state === 'open');
  await server.until(server.isSettled);
  ana = server.phone(ANA);
});
beforeEach(() => {
  count += 1;
  id = `A${count}`;
  media.asked.length = 0;
});
afterAll(async () => {
  await house.stop();
  await Promise.all([server.close(), media.close()]);
  await base.drop();
});

/** Ana sends it, and it is fetched as the sweep does. */
async function sends(message: proto.IMessage, as = id): Promise<FetchedFile> {
  await server.write(ana, as, message);
  await server.until(() => server.receipts.includes(as));
  const file = house.heard.at(-1)?.media?.[0];
  if (!file || !house.channel.fetchFile) throw new Error('no file came');
  return house.channel.fetchFile(file);
}

const photo = (bytes: Buffer = FILES.jpeg) => media.put('image', bytes, 'image/jpeg');
const keptAs = (type: string, bytes: Buffer) => ({ outcome: 'kept', type, bytes });

describe('a file that a phone encrypted', () => {
  test('a photo with words is opened with the key of its message, which no log has', async () => {
    const image = await photo();
    expect(await sends({ imageMessage: { ...image, caption: 'ya pagué' } })).toEqual(keptAs('image/jpeg', FILES.jpeg));
    expect(house.heard.at(-1)).toMatchObject({ text: 'ya pagué', media: [{ type: 'image/jpeg' }] });
    expect(media.asked).toEqual([{ path: image.directPath, origin: 'https://web.whatsapp.com' }]);
    const secrets = [image.mediaKey.toString('base64'), image.mediaKey.toString('hex'), image.directPath];
    for (const secret of secrets) expect([lines.join(''), JSON.stringify(house.heard)].join('')).not.toContain(secret);
  });

  test.each<[string, (document: proto.Message.IDocumentMessage) => proto.IMessage]>([
    ['a document', (documentMessage) => ({ documentMessage })],
    [
      'a document with a caption',
      (documentMessage) => ({ documentWithCaptionMessage: { message: { documentMessage } } }),
    ],
    ['a document that disappears', (documentMessage) => ({ ephemeralMessage: { message: { documentMessage } } })],
  ])('%s', async (_name, wrap) => {
    const document = await media.put('document', FILES.pdf, 'application/pdf');
    expect(await sends(wrap(document))).toEqual(keptAs('application/pdf', FILES.pdf));
  });

  test('a photo to be seen once, and one of almost 5 MB', async () => {
    const once = { viewOnceMessageV2: { message: { imageMessage: await photo() } } };
    expect(await sends(once)).toEqual(keptAs('image/jpeg', FILES.jpeg));
    const big = Buffer.concat([FILES.jpeg, Buffer.alloc(FILE_BYTES_MAX - FILES.jpeg.length)]);
    expect(await sends({ imageMessage: await photo(big) }, `${id}B`)).toMatchObject({ outcome: 'kept' });
  });

  test('a voice note is a message whose file is refused by its kind, and never asked for', async () => {
    const audioMessage = { ...(await media.put('document', FILES.ogg, 'audio/ogg; codecs=opus')) };
    expect(await sends({ audioMessage })).toEqual({ outcome: 'refused', why: 'wrong_type' });
    expect(media.asked).toEqual([]);
  });

  test('the same message twice has one file', async () => {
    const imageMessage = await photo();
    await sends({ imageMessage });
    const receipts = server.receipts.length;
    await server.write(ana, id, { imageMessage });
    await server.until(() => server.receipts.length > receipts);
    const mine = { messageId: id };
    expect(await base.db.collection('whatsapp_files').countDocuments(mine)).toBe(1);
  });
});

describe('what is refused by name', () => {
  test('a program that says it is a picture', async () => {
    expect(await sends({ imageMessage: await photo(FILES.zip) })).toEqual({ outcome: 'refused', why: 'lying_type' });
  });

  test('100 MB that say so are not asked for', async () => {
    const imageMessage = { ...(await photo()), fileLength: 100 * 1024 * 1024 };
    expect(await sends({ imageMessage })).toEqual({ outcome: 'refused', why: 'too_large' });
    expect(media.asked).toEqual([]);
  });

  test('100 MB that say they are 20 bytes are left alone after 5 MB', async () => {
    const image = await photo();
    media.change(image.directPath, (served) => ({ ...served, pours: 100 * 1024 * 1024 }));
    expect(await sends({ imageMessage: { ...image, fileLength: 20 } })).toEqual({
      outcome: 'refused',
      why: 'too_large',
    });
    expect(media.pouredBytes()).toBeLessThan(50 * 1024 * 1024);
  });

  test.each([
    ['another server', '//169.254.169.254/latest/meta-data'],
    ['an address of its own', 'http://evil.example/a'],
    ['a way out of the address', 'http://['],
  ])('%s that the sender wrote into it is not asked', async (_name, directPath) => {
    const imageMessage = { ...(await photo()), directPath, url: 'http://evil.example/a' };
    expect(await sends({ imageMessage })).toEqual({ outcome: 'refused', why: 'not_allowed' });
    expect(media.asked).toEqual([]);
  });
});

describe('what is tried again', () => {
  test('a file that was damaged on the way', async () => {
    const image = await photo();
    media.change(image.directPath, ({ bytes }) => ({
      bytes: bytes.map((byte, n) => (n === 3 ? byte ^ 1 : byte)) as Buffer,
    }));
    expect(await sends({ imageMessage: image })).toEqual({ outcome: 'later', code: 'damaged' });
    media.change(image.directPath, () => ({ bytes: Buffer.alloc(4) }));
    expect(await sends({ imageMessage: image }, `${id}B`)).toEqual({ outcome: 'later', code: 'damaged' });
  });

  test('a file that is gone is asked of our own phone, which puts it there again', async () => {
    const image = await photo();
    const moved = media.move(image.directPath);
    const of = { id, jid: ana.jid, mediaKey: image.mediaKey };
    server.reuploads.set(id, () => reuploadOf(of, moved));
    expect(await sends({ imageMessage: image })).toEqual(keptAs('image/jpeg', FILES.jpeg));
    expect(media.asked.map(({ path }) => path)).toEqual([image.directPath, moved]);
    const [file] = house.heard.at(-1)?.media ?? [];
    expect(file && (await house.channel.fetchFile?.(file))).toMatchObject({ outcome: 'kept' });
    expect(media.asked).toHaveLength(3); // where it is now is known
  });

  test('a phone that is off is asked again in hours', async () => {
    const image = await photo();
    media.forget(image.directPath);
    expect(await sends({ imageMessage: image })).toEqual({
      outcome: 'later',
      code: 'phone_away',
      afterMs: 3 * 3_600_000,
    });
  });

  test('a path that reads like a name before the server’s is a path', async () => {
    const image = { ...(await photo()), directPath: '@evil.example/a' };
    await sends({ imageMessage: image });
    expect(media.asked.map(({ path }) => path)).toEqual(['/@evil.example/a']);
  });

  test('a phone that has it no more: it is gone', async () => {
    const image = await photo();
    media.forget(image.directPath);
    const of = { id, jid: ana.jid, mediaKey: image.mediaKey };
    server.reuploads.set(id, () => reuploadOf(of, null));
    expect(await sends({ imageMessage: image })).toEqual({ outcome: 'refused', why: 'gone' });
  });

  test('without a connection nothing is fetched, and nothing is lost', async () => {
    const image = await photo();
    await sends({ imageMessage: image });
    expect(house.channel.mayFetch?.()).toBe(true);
    await house.stop();
    expect(house.channel.mayFetch?.()).toBe(false);
    media.forget(image.directPath);
    const [file] = house.heard.at(-1)?.media ?? [];
    const fetched = file && (await house.channel.fetchFile?.(file));
    expect(fetched).toMatchObject({ outcome: 'later', code: 'phone_away', afterMs: 3 * 3_600_000 });
  });
});
