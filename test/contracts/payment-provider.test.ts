import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { type MovableClock, standingClock } from '../../src/kernel/clock.ts';
import { newUuid } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { money } from '../../src/kernel/money.ts';
import type { NormalizedPayment, PayLinkProvider, PaySession, RawWebhook } from '../../src/payments/provider.ts';
import { createSandbox } from '../../src/payments/sandbox.ts';
import { signBody } from '../../src/payments/signature.ts';
import { testDatabase } from '../setup/database.ts';

/** What the suite needs of an adapter: the port, and hands on the provider's side of it. */
interface Bench {
  provider: PayLinkProvider;
  /** The payer pays the session in full. @returns the payment's id. */
  pays(session: PaySession): Promise<string>;
  rejects(session: PaySession): Promise<string>;
  /** null where the provider has no disputes. */
  disputes: {
    open(session: PaySession, paymentId: string): Promise<void>;
    win(session: PaySession, paymentId: string): Promise<void>;
  } | null;
  /** A webhook about a payment, signed by `secret` (the right one when left out) at `at`. */
  webhook(paymentId: string, options?: { secret?: string; at?: Date; key?: string }): RawWebhook;
  /** The name of the signature's header, in lower case. */
  header: string;
}

const NOW = new Date('2026-03-02T16:00:00Z');
const ADAPTERS: [string, (db: Connection, clock: MovableClock) => Promise<Bench>][] = [['sandbox', sandboxBench]];

describe.each(ADAPTERS)('payment provider: %s', (_, openBench) => {
  let bench: Bench;
  let provider: PayLinkProvider;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await testDatabase();
    drop = database.drop;
    bench = await openBench(database.db, standingClock(NOW));
    provider = bench.provider;
  });
  afterAll(() => drop());

  const amount = money(50_000n, 'MXN');
  const open = (attemptId = newUuid()) =>
    provider.createSession({
      attemptId,
      ref: attemptId,
      amount,
      expiresAt: new Date(NOW.getTime() + 1_800_000),
      concept: 'Préstamos del Valle',
      returnUrl: new URL('http://localhost:3000/p/x/done'),
      notifyUrl: new URL(`http://localhost:3000/webhooks/payments/${provider.id}`),
    });
  const code = (expected: string) => expect.objectContaining({ code: expected });
  const totals = (p: NormalizedPayment) => [p.gross, p.refunded, p.chargedBack].map((m) => m.amountMinor);

  test('a session sends the payer to an address of the provider, and the same attempt opens one only', async () => {
    const id = newUuid();
    const [first, second] = await Promise.all([open(id), open(id)]);
    expect(provider.origins()).toContain(new URL(first.go.url).origin);
    expect(second.sessionId).toBe(first.sessionId);
    expect((await open()).sessionId).not.toBe(first.sessionId);
  });

  test('a paid session is fetched with its reference, account, amounts and time', async () => {
    const id = newUuid();
    const session = await open(id);
    const paid = await provider.fetchPayment(await bench.pays(session));
    expect(paid).toMatchObject({
      provider: provider.id,
      account: provider.account,
      ref: id,
      status: 'paid',
      paidAt: NOW,
    });
    expect(paid.gross).toEqual(amount);
    expect(totals(paid)).toEqual([50_000n, 0n, 0n]);
  });

  test('a rejected one is failed', async () => {
    const rejected = await provider.fetchPayment(await bench.rejects(await open()));
    expect(rejected.status).toBe('failed');
    expect(rejected.paidAt).toBeUndefined();
  });

  test('a webhook names its payment and a key; the same news has the same key, other news another', async () => {
    const id = await bench.pays(await open());
    const first = provider.verify(bench.webhook(id, { key: 'e1' }), NOW);
    expect(first.paymentId).toBe(id);
    expect(provider.verify(bench.webhook(id, { key: 'e1' }), NOW).deliveryKey).toBe(first.deliveryKey);
    expect(provider.verify(bench.webhook(id, { key: 'e2' }), NOW).deliveryKey).not.toBe(first.deliveryKey);
  });

  const tampered = (raw: RawWebhook): RawWebhook => {
    const rawBody = Buffer.from(raw.rawBody);
    rawBody[rawBody.length - 3] = (rawBody[rawBody.length - 3] ?? 0) ^ 1;
    return { ...raw, rawBody };
  };
  const shifted = (seconds: number) => ({ at: new Date(NOW.getTime() + seconds * 1000) });
  test.each<[string, () => RawWebhook]>([
    ['a tampered body', () => tampered(bench.webhook('sp_1'))],
    ['an empty body', () => ({ ...bench.webhook('sp_1'), rawBody: Buffer.alloc(0) })],
    ['a wrong secret', () => bench.webhook('sp_1', { secret: 'another' })],
    ['an old time', () => bench.webhook('sp_1', shifted(-301))],
    ['a future time', () => bench.webhook('sp_1', shifted(301))],
    ['a missing header', () => ({ ...bench.webhook('sp_1'), headers: {} })],
    ['a broken header', () => ({ ...bench.webhook('sp_1'), headers: { [bench.header]: 't=,v1=' } })],
  ])('refuses %s', (_name, raw) => {
    expect(() => provider.verify(raw(), NOW)).toThrow(code('signature_invalid'));
  });

  test('an unknown payment is an error, never an empty one', async () => {
    await expect(provider.fetchPayment('sp_unknown')).rejects.toThrow(code('payment_provider_failed'));
  });

  test('partial refunds add up, the same key refunds once, and more than what is left is refused', async () => {
    const paymentId = await bench.pays(await open());
    const part = (minor: bigint) => ({ amount: money(minor, 'MXN') });
    await provider.refund({ paymentId, refundKey: 'r1', ...part(10_000n) });
    await provider.refund({ paymentId, refundKey: 'r1', ...part(10_000n) });
    expect(totals(await provider.refund({ paymentId, refundKey: 'r2', ...part(5_000n) }))).toEqual([
      50_000n,
      15_000n,
      0n,
    ]);
    await expect(provider.refund({ paymentId, refundKey: 'r3', ...part(35_001n) })).rejects.toThrow(
      code('request_invalid'),
    );
    await expect(provider.refund({ paymentId, refundKey: 'r4', amount: money(1n, 'CLP') })).rejects.toThrow(
      code('request_invalid'),
    );
    expect(totals(await provider.refund({ paymentId, refundKey: 'r5' }))).toEqual([50_000n, 50_000n, 0n]);
    await expect(provider.refund({ paymentId, refundKey: 'r6' })).rejects.toThrow(code('request_invalid'));
  });

  test('of refunds that race for the same money, only as many pass as there is money for', async () => {
    const paymentId = await bench.pays(await open());
    const refunds = Array.from({ length: 4 }, (_each, n) =>
      provider.refund({ paymentId, refundKey: `race${n}`, amount: money(20_000n, 'MXN') }),
    );
    const results = await Promise.allSettled(refunds);
    expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(2);
    expect(totals(await provider.fetchPayment(paymentId))).toEqual([50_000n, 40_000n, 0n]);
  });

  test('a dispute takes the money, a won one gives it back', async () => {
    if (!bench.disputes) return;
    const session = await open();
    const paymentId = await bench.pays(session);
    await bench.disputes.open(session, paymentId);
    const disputed = await provider.fetchPayment(paymentId);
    expect([disputed.status, totals(disputed)]).toEqual(['disputed', [50_000n, 0n, 50_000n]]);
    await bench.disputes.win(session, paymentId);
    const won = await provider.fetchPayment(paymentId);
    expect([won.status, totals(won)]).toEqual(['paid', [50_000n, 0n, 0n]]);
  });

  test('versions only rise, and the list since a version tells what changed after it, in order', async () => {
    const session = await open();
    const paymentId = await bench.pays(session);
    const before = await provider.fetchPayment(paymentId);
    const other = await bench.pays(await open());
    const after = await provider.refund({ paymentId, refundKey: newUuid(), amount: money(1n, 'MXN') });
    expect(after.version > before.version).toBe(true);
    if (!provider.listSince) return;
    const listed: NormalizedPayment[] = [];
    for await (const each of provider.listSince(before.version)) listed.push(each);
    expect(listed.map((each) => each.paymentId).slice(-2)).toEqual([other, paymentId]);
    expect(listed.map((each) => each.version)).toEqual(listed.map((each) => each.version).sort());
  });

  test('a cancelled session takes no money, and to cancel a paid one changes nothing', async () => {
    const session = await open();
    await provider.cancelSession(session.sessionId);
    await expect(bench.pays(session)).rejects.toThrow();
    const paid = await open();
    const paymentId = await bench.pays(paid);
    await provider.cancelSession(paid.sessionId);
    expect((await provider.fetchPayment(paymentId)).status).toBe('paid');
  });
});

async function sandboxBench(db: Connection, clock: MovableClock): Promise<Bench> {
  // Nobody listens at the notify address: the suite asks about payments itself.
  const publicUrl = () => 'http://localhost:1';
  const sandbox = await createSandbox({ db, clock, log: silentLog(), publicUrl, retryDelaysMs: [] });
  const secret = String((await db.collection('sandbox_secrets').findOne({}))?.['secret']);
  const last = async (session: PaySession): Promise<string> => {
    const found = await sandbox.findSession(session.sessionId);
    const id = found?.payments.at(-1)?._id;
    if (id === undefined) throw new Error('the session has no payment');
    return id;
  };
  return {
    provider: sandbox.provider,
    header: 'sandbox-signature',
    async pays(session) {
      const verdict = await sandbox.act(session.sessionId, { kind: 'pay_lose_webhook' });
      if (verdict !== 'done') throw new Error('the session is closed');
      return last(session);
    },
    async rejects(session) {
      await sandbox.act(session.sessionId, { kind: 'reject' });
      return last(session);
    },
    disputes: {
      open: async (session, paymentId) =>
        void (await sandbox.act(session.sessionId, { kind: 'chargeback', paymentId })),
      win: async (session, paymentId) =>
        void (await sandbox.act(session.sessionId, { kind: 'chargeback_won', paymentId })),
    },
    webhook(paymentId, options = {}) {
      const body = JSON.stringify({ id: options.key ?? newUuid(), type: 'payment.updated', data: { paymentId } });
      const signature = signBody(options.secret ?? secret, body, options.at ?? NOW);
      const url = new URL('http://localhost:3000/webhooks/payments/sandbox');
      return { rawBody: Buffer.from(body), headers: { 'sandbox-signature': signature }, url };
    },
  };
}
