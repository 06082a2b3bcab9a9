import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../src/app.ts';
import type { Channel } from '../src/channels/channel.ts';
import { readConfig } from '../src/config.ts';
import { createServer } from '../src/http/server.ts';
import { standingClock } from '../src/kernel/clock.ts';
import { createLog } from '../src/kernel/log.ts';
import { importText } from './chat/portfolio.ts';
import { testDatabase } from './setup/database.ts';

/** Values that nothing else looks like: wherever they turn up, they came from a debtor. */
const CANARY = {
  phone: '+525550177345',
  name: 'Canaria Xilófono',
  document: '900077345',
  email: 'canaria@xilofono.example',
  words: 'mi abuela xilófona no puede pagar',
  password: 'AC7734xilofono',
};
const FRAGMENTS = ['550177345', 'Canaria', 'Xilófono', 'xilófona', '900077345', 'xilofono', 'abuela'];

const lines: string[] = [];
const log = createLog('trace', { write: (line) => void lines.push(line) });
let own: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());

/** Fails as a provider's client does: with the account's credentials, the phone and the text in the error. */
function leakyChannel(): Channel {
  let calls = 0;
  return {
    id: 'simulator',
    medium: 'whatsapp',
    capabilities: { buttons: true, lengthMax: 4096 },
    send: async (message) => {
      calls += 1;
      if (calls > 1) return { outcome: 'accepted', providerId: `canary:${message.id}` };
      const config = {
        headers: { authorization: `Basic ${CANARY.password}` },
        data: `To=${message.to}&Body=${message.text}`,
      };
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', config });
    },
  };
}

test('no phone, name, document, address, word or password of anybody reaches the log, at its finest level, whatever fails', async () => {
  const clock = standingClock(new Date('2026-11-24T17:00:00Z'));
  const config = readConfig({ NODE_ENV: 'test', DEMO: 'on', PORT: '0' });
  let url = '';
  const app = await createApp({ config, db: own.db, clock, log, channels: [leakyChannel()], publicUrl: () => url });
  const web = createServer({ app, log });
  url = `http://127.0.0.1:${await web.listen(0)}`;
  await importText(
    app,
    own.db,
    [
      'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,email,debt_id,concept,instalment,due_date,amount,currency',
      `c,Créditos,MX-1,${CANARY.name},${CANARY.document},MX,America/Mexico_City,es-MX,${CANARY.phone},${CANARY.email},D1,Préstamo,1,2026-11-20,1200.00,MXN`,
    ].join('\n'),
  );

  const texts = [
    'hola',
    '7345',
    CANARY.words,
    'el viernes te deposito 500',
    'sí',
    'link',
    'quiero hablar con una persona',
  ];
  for (const [i, text] of texts.entries()) {
    clock.advance(30_000);
    await app.conversations.receive({ id: `simulator:canary-${i}`, channel: 'simulator', from: CANARY.phone, text });
    for (let moved = 1; moved > 0; )
      moved = (await app.conversations.runTurns()) + (await app.conversations.dispatch());
  }
  await app.conversations.sweepStale();
  await fetch(`${url}/p/${CANARY.password}?phone=${encodeURIComponent(CANARY.phone)}`);
  await fetch(`${url}/webhooks/payments/sandbox`, {
    method: 'POST',
    body: JSON.stringify(CANARY),
    headers: { 'Sandbox-Signature': 'wrong' },
  });
  await fetch(`${url}/nowhere/${encodeURIComponent(CANARY.phone)}`);
  await app.sandbox?.stop();
  await web.close();

  expect(lines.length).toBeGreaterThan(texts.length); // something was logged, or this shows nothing
  expect(
    lines.filter((line) =>
      FRAGMENTS.some((fragment) => line.includes(fragment) || line.includes(encodeURIComponent(fragment))),
    ),
  ).toEqual([]);
});

test('the value that MongoDB names as there already is not printed, nor a message of several lines through its stack', async () => {
  const said: string[] = [];
  const own2 = createLog('info', { write: (line) => void said.push(line) });
  const people = own.db.collection<{ _id: string }>('canary_people');
  await people.insertOne({ _id: CANARY.phone });
  const err = await people.insertOne({ _id: CANARY.phone }).catch((each: unknown) => each);
  expect(String(err)).toContain(CANARY.phone);
  own2.error({ err }, 'refused');
  own2.error({ err: new Error(`first line\n${'-'.repeat(300)}\n${CANARY.words}`) }, 'refused');
  expect(said[0]).toContain('E11000');
  expect(said.filter((line) => FRAGMENTS.some((fragment) => line.includes(fragment)))).toEqual([]);
});

test.each(['text', 'body', 'phone', 'address', 'email', 'name', 'token', 'authorization', 'password'])(
  'a field called %s is hidden, at the top and one level down',
  (field) => {
    const said: string[] = [];
    const own = createLog('info', { write: (line) => void said.push(line) });
    own.info({ [field]: CANARY.phone, message: { [field]: CANARY.phone } }, 'careless');
    expect(said.join()).toContain('[hidden]');
    expect(said.join()).not.toContain(CANARY.phone);
  },
);
