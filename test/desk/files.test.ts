import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTelegramBoard } from '../../src/desk/telegram.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { fileNamed } from '../chat/sent-file.ts';
import { FILES } from '../fakes/files.ts';
import { BOT_TOKEN, GROUP, openFakeTelegram } from '../fakes/telegram.ts';
import { testDatabase } from '../setup/database.ts';
import { type DeskHouse, MARTA, openDeskHouse } from './desk-house.ts';

let own: Awaited<ReturnType<typeof testDatabase>>;
let house: DeskHouse;

beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());

const receipt = fileNamed('receipt.jpg');
const filesIn = (topic: number) => house.fake.written.filter((each) => each.topic === topic && each.file !== undefined);

describe('files of a conversation that a person holds', () => {
  afterEach(() => house.close());

  test('come to the topic after the words that they came with: a photo as a photo, a PDF as a document', async () => {
    house = await openDeskHouse(own.db);
    const topic = await house.asked();
    await house.says('mi recibo', [receipt]);
    await house.settle();
    await house.says('', [fileNamed('receipt.pdf')]);
    await house.settle();
    expect(house.texts(topic).slice(1)).toEqual([
      '<b>Ana P.</b>\nmi recibo [image/jpeg]',
      '📎 Ana P. · foto · 1 KB',
      '<b>Ana P.</b>\n[application/pdf]',
      '📎 Ana P. · PDF · 1 KB',
    ]);
    expect(filesIn(topic).map(({ file }) => file)).toEqual([
      { method: 'sendPhoto', name: 'foto.jpg', bytes: FILES.jpeg },
      { method: 'sendDocument', name: 'documento.pdf', bytes: FILES.pdf },
    ]);
    await house.settle();
    expect(filesIn(topic)).toHaveLength(2);
  });

  test('those that came before a person was asked for come after the card, once, however often one is asked for', async () => {
    house = await openDeskHouse(own.db);
    await house.says('ya pagué', [receipt]);
    await house.settle();
    const topic = await house.asked();
    expect(filesIn(topic).map(({ file }) => file?.name)).toEqual(['foto.jpg']);
    await house.heard(house.fake.says(MARTA, topic, '/bot'));
    await house.says('quiero hablar con una persona');
    await house.settle();
    expect(house.fake.written.filter(({ text }) => text.includes('Saldo'))).toHaveLength(2);
    expect(filesIn(topic)).toHaveLength(1);
  });

  test('while the bot has it nothing is shown', async () => {
    house = await openDeskHouse(own.db);
    await house.says('ya pagué', [receipt]);
    await house.settle();
    expect(house.fake.written).toEqual([]);
  });

  test('one that was refused is told of, by its reason', async () => {
    house = await openDeskHouse(own.db);
    const topic = await house.asked();
    for (const name of ['voice.ogg', 'lying.jpg', 'huge.jpg']) await house.says('', [fileNamed(name)]);
    await house.settle();
    expect(filesIn(topic)).toEqual([]);
    const said = house.texts(topic).join('\n');
    expect(said).toContain('📎 Un archivo suyo (audio/ogg) no se guardó: no es una foto ni un PDF.');
    expect(said).toContain('📎 Un archivo suyo (image/jpeg) no se guardó: no es lo que dice ser.');
    expect(said).toContain('📎 Un archivo suyo (image/jpeg) no se guardó: pesa más de 5 MB.');
  });

  test('a picture that Telegram cannot show is sent as a file', async () => {
    house = await openDeskHouse(own.db);
    const topic = await house.asked();
    const description = 'Bad Request: PHOTO_INVALID_DIMENSIONS';
    house.fake.fates.push({ method: 'sendPhoto', kind: 'error', code: 400, description });
    await house.says('', [receipt]);
    await house.settle();
    expect(filesIn(topic).map(({ file }) => file?.method)).toEqual(['sendDocument']);
  });

  test('told to wait it waits; one whose answer was lost is sent again; one that never gets there is told of, and what comes next comes', async () => {
    house = await openDeskHouse(own.db);
    const topic = await house.asked();
    house.fake.fates.push({ method: 'sendPhoto', kind: 'later', retryAfterS: 30 });
    house.fake.fates.push({ method: 'sendPhoto', kind: 'reset', accepted: true });
    await house.says('', [receipt]);
    await house.settle();
    expect(filesIn(topic)).toEqual([]);
    for (let n = 0; n < 4; n += 1) {
      house.machine.advance(30_000);
      await house.settle();
    }
    expect(filesIn(topic)).toHaveLength(2);
    for (let n = 0; n < 3; n += 1) house.fake.fates.push({ method: 'sendDocument', kind: 'reset', accepted: false });
    await house.says('y este', [fileNamed('receipt.pdf')]);
    await house.settle();
    await house.says('¿lo vieron?');
    for (let n = 0; n < 6; n += 1) {
      house.machine.advance(30_000);
      await house.settle();
    }
    expect(filesIn(topic)).toHaveLength(2);
    expect(house.texts(topic).slice(-2)).toEqual([
      '📎 Un archivo suyo no se pudo mostrar aquí. Está guardado con la conversación.',
      '<b>Ana P.</b>\n¿lo vieron?',
    ]);
  });

  test('what an agent sends is not passed on, and they are told so', async () => {
    house = await openDeskHouse(own.db);
    const topic = await house.asked();
    const before = house.phone.length;
    await house.heard(house.fake.sends(MARTA, topic, { document: { file_id: 'x' }, caption: 'tu estado de cuenta' }));
    expect(house.phone).toHaveLength(before);
    expect(house.texts(topic).at(-1)).toBe(
      '⛔ Todavía no se pueden enviar fotos, audios ni archivos. No se envió nada.',
    );
  });
});

describe('Telegram’s limits', () => {
  const MB = 1024 * 1024;
  test('a picture above 10 MB goes as a file, a file above 50 MB does not go', async () => {
    const fake = await openFakeTelegram();
    const board = createTelegramBoard({ botToken: BOT_TOKEN, groupId: GROUP, apiUrl: fake.url, log: silentLog() });
    const topic = await board.openTopic('Ana');
    if (!topic.ok) throw new Error('there is no topic');
    const post = (bytes: number) =>
      board.postFile(topic.value, { name: 'a.jpg', isPicture: true, bytes: Buffer.alloc(bytes, 1), caption: 'x' });
    expect(await post(10 * MB)).toMatchObject({ ok: true });
    expect(await post(10 * MB + 1)).toMatchObject({ ok: true });
    expect(await post(50 * MB + 1)).toEqual({ ok: false, why: 'refused', code: 'too_large' });
    expect(fake.written.map(({ file }) => file?.method)).toEqual(['sendPhoto', 'sendDocument']);
    await fake.close();
  });
});
