import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inTransaction } from '../../src/database/transaction.ts';
import { createHealth } from '../../src/http/health.ts';
import { createServer } from '../../src/http/server.ts';
import { createLog, silentLog } from '../../src/kernel/log.ts';
import { signBody } from '../../src/payments/signature.ts';
import { mxn, openPayHouse, type PayHouse, post, pressPay } from '../payments/pay-house.ts';

describe('the web server', () => {
  let house: PayHouse;
  let secret: string;
  beforeAll(async () => {
    house = await openPayHouse({
      debtors: [
        { name: 'ana', amount: '1200.00' },
        { name: 'beto', amount: '80000', currency: 'CLP', country: 'CL', locale: 'es-CL' },
        { name: 'cata', amount: '1200.00', locale: 'en-US' },
      ],
    });
    secret = String((await house.db.collection('sandbox_secrets').findOne({}))?.['secret']);
  });
  afterAll(() => house.close());

  const counts = async () => {
    const names = ['attempts', 'sandbox_sessions', 'payments', 'payment_webhooks', 'journal'];
    return Promise.all(names.map((name) => house.db.collection(name).countDocuments()));
  };

  describe('pay page', () => {
    test('GET writes nothing, however often, and says nothing of the debtor', async () => {
      const link = await house.issue('ana', mxn(50_000n));
      const before = await counts();
      const answers = await Promise.all([fetch(link), fetch(link, { method: 'HEAD' }), fetch(link)]);
      const page = await (answers[0] as Response).text();
      expect(await counts()).toEqual(before);
      expect(page).toContain('property="og:title" content="Pago seguro"');
      expect(page).toContain('Préstamos del Valle');
      expect(page).toContain('value="500.00"');
      expect(page).toContain('$1,200.00');
      expect(page).not.toMatch(/Secreta|Crédito personal|d-ana|1234/);
      expect(page).not.toContain('<script');
    });

    test('is closed to frames, caches, crawlers and foreign content', async () => {
      const { headers } = await fetch(await house.issue('ana', mxn(50_000n)));
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(
        /default-src 'none'.*style-src 'sha256-.*form-action 'self' http:\/\/localhost:\d+;.*frame-ancestors 'none'/,
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex, nofollow',
      });
      expect(headers.get('x-powered-by')).toBeNull();
    });

    test('unknown, malformed, expired and revoked tokens look the same', async () => {
      const expired = await house.issue('ana', mxn(50_000n), -1);
      const revoked = await house.issue('cata', mxn(50_000n));
      await inTransaction(house.db, (tx) => house.payments.revokeLinks(house.idOf('cata'), house.clock.now(), tx));
      const links = [expired, revoked, `${house.url}/p/${'A'.repeat(22)}`, `${house.url}/p/x`, `${house.url}/p/%00`];
      const pages = await Promise.all(
        links.flatMap((link) => [
          fetch(link),
          post(link, { amount: '5' }),
          ...(link === expired ? [] : [fetch(`${link}/done`)]),
        ]),
      );
      expect(new Set(pages.map((page) => page.status))).toEqual(new Set([404]));
      expect(new Set(await Promise.all(pages.map((page) => page.text()))).size).toBe(1);
      const english = await fetch(expired, { headers: { 'accept-language': 'en-GB,en;q=0.9' } });
      expect(await english.text()).toContain('no longer available');
    });

    test('a bare POST opens a session for what is proposed; an amount opens one for that', async () => {
      const link = await house.issue('beto', { amountMinor: 20_000n, currency: 'CLP' });
      const bare = await fetch(link, { method: 'POST', redirect: 'manual' });
      expect(bare.status).toBe(303);
      const asked = async (page: string) => (await (await fetch(page)).text()).match(/<b>(.*?)<\/b>/)?.[1];
      expect(await asked(bare.headers.get('location') ?? '')).toBe('$20,000 CLP');
      expect(await asked(await pressPay(link, { amount: '15.000' }))).toBe('$15,000 CLP');
    });

    test.each([
      ['quinientos', 'No entendimos la cantidad'],
      ['0', 'mayor que cero'],
      ['1200.01', 'mayor que el total de $1,200.00'],
      ['"><script>', 'No entendimos la cantidad'],
    ])('refuses the amount %s and says why', async (amount, why) => {
      const answer = await post(await house.issue('ana', mxn(50_000n)), { amount });
      const page = await answer.text();
      expect(answer.status).toBe(400);
      expect(page).toContain(why);
      expect(page).not.toContain('<script');
    });

    test('proposes no more than what is owed now, and thanks when nothing is', async () => {
      const link = await house.issue('cata', mxn(999_999_00n));
      const page = await pressPay(link);
      expect(await (await fetch(page)).text()).toContain('$1,200.00 MXN');
      await post(page, { action: 'pay' });
      await house.idle();
      expect(await (await fetch(link)).text()).toContain('There is nothing to pay');
      const answer = await post(link, { amount: '5' });
      expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('There is nothing to pay')]);
    });

    test.each<[string, Record<string, string>, number]>([
      ['another site', { 'sec-fetch-site': 'cross-site' }, 400],
      ['a sister site', { 'sec-fetch-site': 'same-site' }, 400],
      ['our own page', { 'sec-fetch-site': 'same-origin' }, 303],
      ['a foreign origin', { origin: 'https://evil.test' }, 400],
      ['a browser that hides its origin', { origin: 'null' }, 303],
    ])('a form sent from %s', async (_name, headers, status) => {
      expect((await post(await house.issue('ana', mxn(50_000n)), {}, headers)).status).toBe(status);
    });

    test('a token of its own cannot read another link’s attempt', async () => {
      const [mine, theirs] = [
        await house.issue('ana', mxn(1000n)),
        await house.issue('beto', { amountMinor: 10n, currency: 'CLP' }),
      ];
      await pressPay(theirs);
      const attempt = await house.db.collection('attempts').findOne({}, { sort: { _id: -1 } });
      expect((await fetch(`${theirs}/done?attempt=${attempt?.['_id']}`)).status).toBe(200);
      expect((await fetch(`${mine}/done?attempt=${attempt?.['_id']}`)).status).toBe(404);
      expect((await fetch(`${mine}/done`)).status).toBe(404);
    });

    test('waits, refreshing itself, while a payment is not confirmed', async () => {
      const link = await house.issue('ana', mxn(1000n));
      await post(await pressPay(link), { action: 'pay_lose_webhook' });
      const waiting = await (await fetch(`${link}/done`)).text();
      expect(waiting).toContain('Estamos confirmando');
      expect(waiting).toContain('http-equiv="refresh"');
      await house.payments.sweepAttempts();
      const done = await (await fetch(`${link}/done`)).text();
      expect(done).toContain('recibimos tu pago');
      expect(done).not.toContain('http-equiv="refresh"');
    });

    test('the token is stored nowhere', async () => {
      const link = await house.issue('ana', mxn(1000n));
      await pressPay(link);
      const token = link.slice(link.lastIndexOf('/') + 1);
      const rows = await Promise.all(
        ['pay_links', 'attempts'].map((name) => house.db.collection(name).find().toArray()),
      );
      expect(JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
        token,
      );
    });

    test('many tries in a minute are slowed down', async () => {
      const link = await house.issue('ana', mxn(50_000n));
      const statuses = [];
      for (let i = 0; i < 121; i++) statuses.push((await fetch(link, { method: 'HEAD' })).status);
      expect([statuses.at(-2), statuses.at(-1)]).toEqual([200, 429]);
      const slow = await fetch(link);
      expect([slow.headers.get('retry-after'), await slow.text()]).toEqual([
        '60',
        expect.stringContaining('más despacio'),
      ]);
    });
  });

  describe('webhooks', () => {
    const send = (body: string | Buffer, headers: Record<string, string> = {}, provider = 'sandbox') =>
      fetch(`${house.url}/webhooks/payments/${provider}`, {
        method: 'POST',
        body: new Uint8Array(Buffer.from(body)),
        headers,
      });
    const signed = (body: string) => ({ 'sandbox-signature': signBody(secret, body, house.clock.now()) });
    const event = (id: string) => JSON.stringify({ id, type: 'payment.updated', data: { paymentId: 'sp_gone' } });

    test.each<[string, number, string, () => Promise<Response>]>([
      ['no signature', 401, 'signature_invalid', () => send('{}')],
      ['a wrong one', 401, 'signature_invalid', () => send(event('w1'), signed('other'))],
      ['no body', 401, 'signature_invalid', () => send('', { 'sandbox-signature': 't=1,v1=00' })],
      ['an unknown provider', 404, 'not_found', () => send('{}', {}, 'nobody')],
      ['signed, but no JSON', 400, 'request_invalid', () => send('hola', signed('hola'))],
      ['signed, but of another form', 400, 'request_invalid', () => send('{"id":1}', signed('{"id":1}'))],
      ['over 256 KB', 413, 'body_too_large', () => send(Buffer.alloc(256 * 1024 + 1, 'a'))],
      ['compressed', 400, 'request_invalid', () => send('{}', { 'content-encoding': 'gzip' })],
    ])('%s: %i, and nothing is stored', async (_name, status, code, request) => {
      const before = await counts();
      const answer = await request();
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
      expect(await counts()).toEqual(before);
    });

    test('the same one twice, at once and later: 200 each time, stored once', async () => {
      const body = event('twice');
      const first = await Promise.all([send(body, signed(body)), send(body, signed(body))]);
      const answers = [...first, await send(body, signed(body))];
      expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
      const said = await Promise.all(answers.map((answer) => answer.json() as Promise<{ duplicate: boolean }>));
      expect(said.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(await house.db.collection('payment_webhooks').countDocuments({ _id: 'sandbox:twice' as never })).toBe(1);
    });

    test('5xx when it could not be stored, so that the provider sends it again', async () => {
      const lines: string[] = [];
      const log = createLog(
        'info',
        new Writable({ write: (chunk, _enc, done) => done(void lines.push(String(chunk))) }),
      );
      const payments = {
        ...house.payments,
        receiveWebhook: () => Promise.reject(new Error('connection to db closed')),
      };
      const web = createServer({ app: { payments, sandbox: null }, log });
      const port = await web.listen(0);
      const answer = await fetch(`http://localhost:${port}/webhooks/payments/sandbox`, { method: 'POST', body: 'x' });
      expect([answer.status, await answer.json()]).toEqual([
        500,
        { code: 'internal', message: 'Something failed on our side.' },
      ]);
      expect(lines.join('')).toContain('request failed');
      await web.close();
    });
  });

  describe('sandbox page', () => {
    test('says that it is no real money, and takes no unknown action', async () => {
      const page = await pressPay(await house.issue('ana', mxn(1000n)));
      expect(await (await fetch(page)).text()).toContain('DEMO, no es dinero real');
      for (const fields of [
        {},
        { action: 'steal' },
        { action: 'pay_less', amount: 'x' },
        { action: 'pay_less', amount: '10.01' },
      ])
        expect((await post(page, fields as Record<string, string>)).status).toBe(400);
      expect((await post(page, { action: 'refund', payment: 'sp_other' })).status).toBe(404);
      expect((await fetch(`${house.url}/sandbox-pay/unknown`)).status).toBe(404);
      expect((await house.sandbox.findSession(page.slice(page.lastIndexOf('/') + 1)))?.payments).toEqual([]);
    });

    test('is not there where the sandbox is not', async () => {
      const page = await pressPay(await house.issue('ana', mxn(1000n)));
      const web = createServer({ app: { payments: house.payments, sandbox: null }, log: silentLog() });
      const port = await web.listen(0);
      expect((await fetch(`http://localhost:${port}${new URL(page).pathname}`)).status).toBe(404);
      await web.close();
    });
  });

  test('unknown addresses: JSON for programs, a page for people', async () => {
    const program = await fetch(`${house.url}/nothing`);
    expect([program.status, await program.json()]).toEqual([404, { code: 'not_found', message: expect.any(String) }]);
    const person = await fetch(`${house.url}/nothing`, {
      headers: { accept: 'text/html,*/*', 'accept-language': 'es-CO' },
    });
    expect([person.status, await person.text()]).toEqual([404, expect.stringContaining('Aquí no hay nada')]);
    expect((await fetch(`${house.url}/p/%E0%A4%A`)).status).toBe(400);
  });

  test('health: live at once, ready only while all is well', async () => {
    let wrong: string | null = null;
    const health = createHealth({
      database: async () => wrong,
      worker: async () => {
        if (wrong) throw new Error('secret detail');
        return null;
      },
    });
    const web = createServer({ app: { payments: house.payments, sandbox: null }, log: silentLog(), health });
    const port = await web.listen(0);
    const ask = async (name: string) => {
      const answer = await fetch(`http://localhost:${port}/health/${name}`);
      return [answer.status, await answer.json()];
    };
    expect(await ask('live')).toEqual([200, { live: true }]);
    expect(await ask('ready')).toEqual([503, { ready: false, reasons: ['starting'] }]);
    health.started();
    expect(await ask('ready')).toEqual([200, { ready: true, reasons: [] }]);
    wrong = 'no answer';
    expect(await ask('ready')).toEqual([503, { ready: false, reasons: ['database: no answer', 'worker: failed'] }]);
    wrong = null;
    health.stopping();
    expect(await ask('ready')).toEqual([503, { ready: false, reasons: ['stopping'] }]);
    expect(await ask('live')).toEqual([200, { live: true }]);
    await web.close();
  });

  test('a port that is taken is named, with what to do', async () => {
    const web = createServer({ app: { payments: house.payments, sandbox: null }, log: silentLog() });
    const port = Number(new URL(house.url).port);
    await expect(web.listen(port)).rejects.toThrow(
      expect.objectContaining({
        code: 'port_taken',
        message: expect.stringMatching(new RegExp(`Port ${port} .* PORT`)),
      }),
    );
    await web.close();
  });

  test('closing lets the request under way end, and takes no other', async () => {
    const payments = { ...house.payments };
    let answer: (quote: null) => void = () => {};
    const asked = new Promise<void>((resolve) => {
      payments.quote = () => {
        resolve();
        return new Promise((done) => {
          answer = done;
        });
      };
    });
    const web = createServer({ app: { payments, sandbox: null }, log: silentLog() });
    const port = await web.listen(0);
    const slow = fetch(`http://localhost:${port}/p/${'A'.repeat(22)}`);
    await asked;
    const closed = web.close();
    await expect(fetch(`http://localhost:${port}/health/live`)).rejects.toThrow('fetch failed');
    answer(null);
    expect((await slow).status).toBe(404);
    await closed;
  });
});
