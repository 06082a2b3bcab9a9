import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { newToken, sortableIds } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { type Currency, type Money, money } from '../kernel/money.ts';
import type { Db } from './payment-store.ts';
import type { NormalizedPayment, PayLinkProvider } from './provider.ts';
import { createSandboxStore, type NewPayment, type SandboxPayment, type SandboxSession } from './sandbox-store.ts';
import { createWebhookSender } from './sandbox-webhooks.ts';
import { checkBody, SIGNATURE_WINDOW_SEC } from './signature.ts';

export const SANDBOX_ID = 'sandbox';
const ACCOUNT = 'demo';
const CURRENCIES: readonly Currency[] = ['MXN', 'CLP', 'COP', 'ARS', 'BRL', 'PEN', 'USD', 'EUR'];
const LIST_OVERLAP = 50; // changes that a slower process numbered before others, and wrote after them
const FIRST_TRY_MS = 1500;
const nextId = sortableIds(); // by the demo's clock where there is one

/** What a visitor of the hosted page can make happen. */
export type SandboxAction =
  | { kind: 'pay' | 'pay_twice' | 'reject' | 'pay_lose_webhook' | 'pay_webhook_twice' | 'pay_out_of_order' }
  | { kind: 'pay_less'; amount: Money }
  | { kind: 'refund'; paymentId: string; amount?: Money }
  | { kind: 'chargeback' | 'chargeback_won'; paymentId: string };

/** `closed`: the session was paid, cancelled or had expired, and nothing happened. */
export type SandboxVerdict = 'done' | 'closed';

export interface Sandbox {
  provider: PayLinkProvider;
  findSession(id: string): Promise<{ session: SandboxSession; payments: SandboxPayment[]; isOpen: boolean } | null>;
  /**
   * Does it in the sandbox's books and sends the webhooks. Waits for their first try, at most 1.5 s.
   * @throws AppError not_found | request_invalid
   */
  act(sessionId: string, action: SandboxAction): Promise<SandboxVerdict>;
  /** Resolves when every webhook was delivered or given up. */
  idle(): Promise<void>;
  /** Gives up the webhooks that wait for another try. */
  stop(): Promise<void>;
}

export interface SandboxInput {
  db: Db;
  clock: Clock;
  log: Log;
  publicUrl: () => string;
  retryDelaysMs?: readonly number[];
}

/**
 * A payment provider without money: its own books, hosted page and signed webhooks over real HTTP, so that the demo and the tests
 * walk the whole way. Register it only where `PAYMENT_PROVIDER=sandbox` is set, or the demo is on.
 */
export async function createSandbox({ db, clock, publicUrl, ...input }: SandboxInput): Promise<Sandbox> {
  const log = input.log.child({ room: 'payments', provider: SANDBOX_ID });
  const store = createSandboxStore(db);
  await store.prepare();
  const secret = await store.secret();
  const { retryDelaysMs } = input;
  const sender = createWebhookSender({ secret, clock, log, ...(retryDelaysMs && { retryDelaysMs }) });

  const provider: PayLinkProvider = {
    id: SANDBOX_ID,
    account: ACCOUNT,
    caps: {
      currencies: CURRENCIES,
      methods: ['demo'],
      ttlSec: { min: 60, max: 86_400 },
      verify: 'hmac-body',
      replayWindowSec: SIGNATURE_WINDOW_SEC,
      bodySigned: true,
      refunds: 'partial',
      cancel: true,
    },
    origins: () => [new URL(publicUrl()).origin],

    async createSession(i) {
      const session = await store.openSession({
        _id: newToken(),
        attemptId: i.attemptId,
        ref: i.ref,
        amountMinor: i.amount.amountMinor,
        currency: i.amount.currency,
        concept: i.concept,
        returnUrl: i.returnUrl.href,
        notifyUrl: i.notifyUrl.href,
        expiresAt: i.expiresAt,
        state: 'open',
      });
      const url = `${publicUrl()}/sandbox-pay/${session._id}`;
      return { sessionId: session._id, go: { kind: 'redirect', url }, expiresAt: session.expiresAt };
    },

    verify({ rawBody, headers }, now) {
      checkBody(headers['sandbox-signature'], rawBody, [secret], now);
      const { id, type, data } = readEvent(rawBody);
      return { deliveryKey: id, paymentId: data.paymentId, type };
    },

    async fetchPayment(paymentId) {
      const payment = await store.findPayment(paymentId);
      if (payment) return normalized(payment);
      throw new AppError('payment_provider_failed', 'The sandbox has no such payment.', { details: { paymentId } });
    },

    cancelSession: (id) => store.cancelSession(id),

    async refund({ paymentId, refundKey, amount }) {
      const payment = await store.findPayment(paymentId);
      const left = payment ? payment.grossMinor - payment.refundedMinor - payment.chargedBackMinor : 0n;
      const amountMinor = amount?.amountMinor ?? left;
      const isRepeat = payment?.refundKeys.includes(refundKey) ?? false;
      const isSane = amountMinor > 0n && (amount === undefined || amount.currency === payment?.currency);
      const after = isRepeat || isSane ? await store.refund(paymentId, refundKey, amountMinor) : null;
      if (after) return normalized(after);
      throw new AppError('request_invalid', 'Only what is left of a payment can be refunded, and more than nothing.');
    },

    async *listSince(cursor) {
      const from = cursor === '' ? 0 : Number(cursor) - LIST_OVERLAP;
      for await (const payment of store.changedSince(from)) yield normalized(payment);
    },
  };

  /** A rejected card leaves the session open for another one; a payment closes it, so that a double click pays once. */
  async function pay(session: SandboxSession, action: SandboxAction, now: Date): Promise<NewPayment[]> {
    const full = session.amountMinor;
    if (action.kind === 'reject') {
      if (session.state !== 'open' || session.expiresAt <= now) return [];
      const rejected = newPayment(session, full, null, now);
      await store.addRejected(rejected);
      return [rejected];
    }
    const paidMinor = action.kind === 'pay_less' ? action.amount.amountMinor : full;
    const times = action.kind === 'pay_twice' ? 2 : 1;
    const payments = Array.from({ length: times }, () => newPayment(session, paidMinor, now, now));
    return (await store.settleSession(session._id, payments, now)) ? payments : [];
  }

  async function change(session: SandboxSession, action: SandboxAction): Promise<SandboxPayment> {
    if (!('paymentId' in action)) throw new AppError('request_invalid', 'The payment is missing.');
    const payment = await store.findPayment(action.paymentId);
    if (payment?.sessionId !== session._id) throw new AppError('not_found', 'This session has no such payment.');
    if (action.kind === 'refund') {
      const refundKey = newToken();
      await provider.refund({ paymentId: payment._id, refundKey, ...(action.amount && { amount: action.amount }) });
      return payment;
    }
    const disputed = await store.dispute(payment._id, action.kind === 'chargeback' ? 'opened' : 'won');
    if (disputed) return disputed;
    throw new AppError('request_invalid', 'Only a payment that stands can be charged back, and only a dispute be won.');
  }

  return {
    provider,

    async findSession(id) {
      const session = await store.findSession(id);
      if (!session) return null;
      const isOpen = session.state === 'open' && session.expiresAt > clock.now();
      return { session, payments: await store.paymentsOf(id), isOpen };
    },

    async act(sessionId, action) {
      const session = await store.findSession(sessionId);
      if (!session) throw new AppError('not_found', 'The sandbox has no such session.');
      const now = clock.now();
      if ('paymentId' in action) {
        await announce(session, [await change(session, action)], action.kind);
        return 'done';
      }
      if (action.kind === 'pay_less') assertLess(action.amount, session);
      const payments = await pay(session, action, now);
      if (payments.length === 0) return 'closed';
      await announce(session, payments, action.kind);
      return 'done';
    },

    idle: sender.idle,
    stop: sender.stop,
  };

  async function announce(session: SandboxSession, payments: { _id: string }[], kind: SandboxAction['kind']) {
    if (kind === 'pay_lose_webhook') return;
    const waited = new AbortController();
    const sent = Promise.all(
      payments.map(async ({ _id: paymentId }) => {
        const event = newEvent('payment.updated', paymentId, clock.now());
        const again = kind === 'pay_webhook_twice' ? sender.send(session.notifyUrl, event) : null;
        await Promise.all([sender.send(session.notifyUrl, event), again]);
        // The news that the payment began comes after the news that it was made: whoever trusts the order would undo it.
        if (kind === 'pay_out_of_order')
          await sender.send(session.notifyUrl, newEvent('payment.created', paymentId, clock.now()));
      }),
    );
    await Promise.race([sent, clock.sleep(FIRST_TRY_MS, waited.signal)]);
    waited.abort();
  }
}

const newPayment = (session: SandboxSession, grossMinor: bigint, paidAt: Date | null, now: Date): NewPayment => ({
  _id: `sp_${nextId(now)}`,
  sessionId: session._id,
  ref: session.ref,
  status: paidAt ? 'paid' : 'failed',
  currency: session.currency,
  grossMinor,
  refundedMinor: 0n,
  chargedBackMinor: 0n,
  refundKeys: [],
  paidAt,
});

const eventSchema = z.object({
  id: z.string().min(1).max(100),
  type: z.enum(['payment.created', 'payment.updated']),
  data: z.object({ paymentId: z.string().regex(/^sp_[0-9a-z]{1,40}$/) }),
});

export type SandboxEvent = z.infer<typeof eventSchema>;

const newEvent = (type: SandboxEvent['type'], paymentId: string, now: Date): SandboxEvent => ({
  id: `se_${nextId(now)}`,
  type,
  data: { paymentId },
});

function readEvent(rawBody: Buffer): SandboxEvent {
  let json: unknown;
  try {
    json = JSON.parse(rawBody.toString('utf8'));
  } catch {
    throw new AppError('request_invalid', 'The webhook is signed, but it is not JSON.');
  }
  const event = eventSchema.safeParse(json);
  if (event.success) return event.data;
  const fields = event.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new AppError('request_invalid', `The webhook is signed, but not in the form we know: ${fields}.`);
}

function assertLess(amount: Money, session: SandboxSession): void {
  const fits = amount.amountMinor > 0n && amount.amountMinor <= session.amountMinor;
  if (fits && amount.currency === session.currency) return;
  throw new AppError('request_invalid', 'The amount must be more than nothing and no more than what is asked.');
}

function normalized(p: SandboxPayment): NormalizedPayment {
  return {
    provider: SANDBOX_ID,
    account: ACCOUNT,
    paymentId: p._id,
    sessionId: p.sessionId,
    ref: p.ref,
    status: p.status,
    gross: money(p.grossMinor, p.currency),
    refunded: money(p.refundedMinor, p.currency),
    chargedBack: money(p.chargedBackMinor, p.currency),
    method: 'demo',
    ...(p.paidAt && { paidAt: p.paidAt }),
    version: String(p.change).padStart(12, '0'),
  };
}
