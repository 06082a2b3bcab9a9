import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { money } from '../../src/kernel/money.ts';
import type { NormalizedPayment, PayLinkProvider } from '../../src/payments/provider.ts';
import { createWebhookSender } from '../../src/payments/sandbox-webhooks.ts';
import { checkBody } from '../../src/payments/signature.ts';
import { hastyClock, mxn, openPayHouse, type PayHouse, post, pressPay } from './pay-house.ts';

/** A provider that says what the test wants it to say, and fails when it is told to. */
function scriptedProvider() {
  const told = new Map<string, NormalizedPayment>();
  const script = { failures: 0, page: 'https://pay.example/s/1' };
  const provider: PayLinkProvider = {
    id: 'scripted',
    account: 'acct-1',
    caps: {
      currencies: ['MXN'],
      methods: ['card'],
      ttlSec: { min: 60, max: null },
      verify: 'none-poll',
      replayWindowSec: null,
      bodySigned: false,
      refunds: 'none',
      cancel: false,
    },
    origins: () => ['https://pay.example'],
    createSession: async ({ attemptId, expiresAt }) => ({
      sessionId: `s-${attemptId}`,
      go: { kind: 'redirect', url: script.page },
      expiresAt,
    }),
    verify: ({ rawBody }) => ({ deliveryKey: `k-${rawBody}`, paymentId: String(rawBody), type: 'payment' }),
    async fetchPayment(id) {
      const payment = told.get(id);
      if (script.failures-- > 0 || !payment) throw new AppError('payment_provider_failed', 'HTTP 500');
      return payment;
    },
    cancelSession: async () => {},
    refund: () => Promise.reject(new AppError('request_invalid', 'not here')),
  };
  return { provider, told, script };
}

describe('what a provider says, and what the ledger gets', () => {
  const { provider, told, script } = scriptedProvider();
  let house: PayHouse;
  let count = 0;
  let ref = '';
  beforeAll(async () => {
    const debtors = Array.from({ length: 40 }, (_each, n) => ({ name: `d${n}`, amount: '1000.00' }));
    house = await openPayHouse({ debtors, provider });
  });
  afterAll(() => house.close());

  const debtor = () => `d${count}`;
  const owed = async () => (await house.balance(debtor())).owed;
  const settle = (id: string) => house.payments.settle('scripted', id);
  const row = (id: string) => house.db.collection('payments').findOne({ paymentId: id });
  const say = (id: string, part: Partial<NormalizedPayment>) =>
    told.set(id, {
      provider: 'scripted',
      account: 'acct-1',
      paymentId: id,
      ref,
      status: 'paid',
      gross: mxn(40_000n),
      refunded: mxn(0n),
      chargedBack: mxn(0n),
      method: 'card',
      paidAt: house.clock.now(),
      version: '1',
      ...part,
    });

  beforeEach(async () => {
    count += 1;
    script.failures = 0;
    script.page = 'https://pay.example/s/1';
    await pressPay(await house.issue(debtor(), mxn(40_000n)));
    ref = String((await house.db.collection('attempts').findOne({ debtorId: house.idOf(debtor()) }))?.['_id']);
  });

  test.each<[string, Partial<NormalizedPayment>, string]>([
    ['no attempt with that reference', { ref: 'nobody' }, 'attempt_unknown'],
    ['another account of ours', { account: 'acct-2' }, 'account_differs'],
    ['another currency', { gross: money(40_000n, 'CLP') }, 'currency_differs'],
    ['more given back than paid', { refunded: mxn(40_001n) }, 'parts_over_gross'],
    ['a negative amount', { gross: mxn(-1n) }, 'parts_over_gross'],
  ])('is held in suspense, never credited: %s', async (_name, part, exception) => {
    say(`x${count}`, part);
    await settle(`x${count}`);
    expect(await row(`x${count}`)).toMatchObject({ exception, postings: [] });
    expect(await owed()).toBe(100_000n);
    expect(house.settled.filter((e) => e.debtorId === house.idOf(debtor()))).toEqual([]);
  });

  test('money without a reference is found by its session', async () => {
    say('by-session', { sessionId: `s-${ref}` });
    delete told.get('by-session')?.ref;
    await settle('by-session');
    expect(await owed()).toBe(60_000n);
  });

  test('an older state that arrives late changes nothing', async () => {
    say('late', { version: '3', refunded: mxn(10_000n) });
    await settle('late');
    say('late', { version: '2' });
    await settle('late');
    expect(await owed()).toBe(70_000n);
    expect(await row('late')).toMatchObject({ version: '3', refundedMinor: 10_000n });
  });

  test.each([[['1', '2', '3', '4']], [['4', '1', '3', '2']], [['2', '2', '4', '4']], [['1', '4']], [['4']]])(
    'states in the order %j end in the same place',
    async (order) => {
      const states: Record<string, Partial<NormalizedPayment>> = {
        1: { status: 'pending', gross: mxn(30_000n) },
        2: { status: 'paid', gross: mxn(30_000n) },
        3: { status: 'paid', gross: mxn(40_000n) },
        4: { status: 'paid', gross: mxn(40_000n), refunded: mxn(15_000n) },
      };
      const id = `order${count}`;
      for (const version of order) {
        say(id, { ...states[version], version });
        await settle(id);
      }
      expect(await owed()).toBe(75_000n);
    },
  );

  test('a voucher waits without being credited, counts when it is paid, and a payment that fails afterwards is taken back', async () => {
    say('voucher', { status: 'pending' });
    await settle('voucher');
    expect(await owed()).toBe(100_000n);
    say('voucher', { version: '2' });
    expect(await house.payments.sweepAttempts()).toBe(0); // this provider lists nothing: it is asked about what is pending
    expect(await owed()).toBe(60_000n);
    say('voucher', { version: '3', status: 'failed' });
    await settle('voucher');
    expect(await owed()).toBe(100_000n);
  });

  test('more than was asked for is credited as what it is, and marked', async () => {
    say('more', { gross: mxn(110_000n) });
    await settle('more');
    expect(await house.balance(debtor())).toEqual({ owed: 0n, credit: 10_000n });
    expect((await row('more'))?.['flags']).toEqual(['above_attempt']);
  });

  test('an API that fails after the webhook was stored: answered 2xx, settled by the sweeper', async () => {
    const id = `flaky${count}`;
    say(id, {});
    script.failures = 2;
    const answer = await fetch(`${house.url}/webhooks/payments/scripted`, { method: 'POST', body: id });
    expect([answer.status, await answer.json()]).toEqual([200, { received: true, duplicate: false }]);
    await house.idle();
    await house.payments.sweepAttempts();
    expect(await owed()).toBe(100_000n);
    await house.payments.sweepAttempts();
    expect(await owed()).toBe(60_000n);
    const stored = await house.db.collection('payment_webhooks').findOne({ paymentId: id });
    expect(stored).toMatchObject({ tries: 3, settledAt: house.clock.now() });
  });

  test('when the reaction fails, nothing is posted, and the next try posts all', async () => {
    const bad = await openPayHouse({ debtors: [{ name: 'ana', amount: '1000.00' }], provider });
    const link = await bad.issue('ana', mxn(40_000n));
    await pressPay(link);
    const attempt = await bad.db.collection('attempts').findOne({});
    say('reaction', { ref: String(attempt?.['_id']) });
    bad.settled.push = () => {
      throw new Error('the receipt could not be owed');
    };
    await expect(bad.payments.settle('scripted', 'reaction')).rejects.toThrow('the receipt');
    expect((await bad.balance('ana')).owed).toBe(100_000n);
    expect(await bad.db.collection('payments').countDocuments()).toBe(0);
    bad.settled.push = Array.prototype.push;
    await bad.payments.settle('scripted', 'reaction');
    expect((await bad.balance('ana')).owed).toBe(60_000n);
    await bad.close();
  });

  test('money for a link that has ended is still money', async () => {
    house.clock.advance(8 * 86_400_000);
    say('after', {});
    await settle('after');
    expect(await owed()).toBe(60_000n);
  });

  test('a provider that answers with an address outside its own sends nobody anywhere', async () => {
    script.page = 'https://pay.example.evil.test/s/1';
    const answer = await post(await house.issue(debtor(), mxn(10_000n)), {});
    expect([answer.status, answer.headers.get('location')]).toEqual([502, null]);
    expect(await answer.text()).toContain('no se hizo ningún cargo');
  });
});

describe('the sandbox’s webhooks', () => {
  const seen: { signature: string; body: Buffer; status: number }[] = [];
  let answers: number[] = [];
  const receiver = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const status = answers.shift() ?? 500;
      seen.push({ signature: String(req.headers['sandbox-signature']), body: Buffer.concat(chunks), status });
      res.writeHead(status, status === 302 ? { location: 'http://localhost:1/' } : {}).end();
    });
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, resolve));
    url = `http://localhost:${(receiver.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => new Promise((resolve) => receiver.close(resolve)));
  afterEach(() => {
    seen.length = 0;
  });

  test('are sent again on the schedule until they are taken, signed anew each time', async () => {
    const clock = hastyClock();
    answers = [500, 302, 503, 204];
    const sender = createWebhookSender({ secret: 's', clock, log: silentLog() });
    expect(await sender.send(url, { id: 'e1' })).toBe(true);
    expect(clock.slept).toEqual([1000, 5000, 30_000]);
    expect(seen).toHaveLength(4);
    for (const { signature, body } of seen) expect(() => checkBody(signature, body, ['s'], clock.now())).not.toThrow();
  });

  test('are given up after the last try, and at once on stop', async () => {
    const clock = hastyClock();
    answers = [];
    expect(await createWebhookSender({ secret: 's', clock, log: silentLog() }).send(url, { id: 'e2' })).toBe(false);
    expect(clock.slept).toHaveLength(5);
    const sender = createWebhookSender({ secret: 's', clock, log: silentLog(), retryDelaysMs: [10] });
    const sent = sender.send(url, { id: 'e3' });
    await sender.stop();
    expect(await sent).toBe(false);
  });
});
