import { inTransaction, type Tx } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { type Currency, money } from '../kernel/money.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AttemptRow, AttemptStore } from './attempt-store.ts';
import type { Db, PaymentException, PaymentFlag, PaymentRow, PaymentStore, Posting } from './payment-store.ts';
import type { OnSettled } from './payments.ts';
import { type NormalizedPayment, type PayLinkProvider, paymentKeyOf } from './provider.ts';

export interface SettleInput {
  db: Db;
  ledger: Pick<Ledger, 'account' | 'postPayment' | 'reversePayment'>;
  attempts: AttemptStore;
  payments: PaymentStore;
  providers: readonly PayLinkProvider[];
  onSettled: OnSettled;
  clock: Clock;
  log: Log;
}

type Outcome = 'known' | 'unchanged' | 'moved' | 'suspense';

/** From what a provider says to what the ledger has: the only way in which money is credited or taken back. */
export function createSettle(input: SettleInput) {
  /** Posts what a provider said, as it was fetched. @returns whether money moved in the ledger. */
  async function post(told: NormalizedPayment): Promise<boolean> {
    const now = input.clock.now();
    const outcome = await inTransaction(input.db, (tx) => postOnce(input, told, now, tx));
    const fields = { provider: told.provider, paymentId: told.paymentId, status: told.status };
    if (outcome === 'moved') {
      input.log.info(fields, 'payment posted');
      await cancelExcess(input, told, now).catch((err) =>
        input.log.warn({ err, ...fields }, 'open sessions not cancelled'),
      );
    }
    if (outcome === 'suspense') input.log.warn(fields, 'payment held in suspense');
    return outcome === 'moved';
  }

  return {
    post,
    async settle(providerId: string, paymentId: string): Promise<void> {
      const provider = input.providers.find((each) => each.id === providerId);
      if (!provider) throw new AppError('not_found', `There is no payment provider ${providerId}.`);
      await post(await provider.fetchPayment(paymentId));
    },
  };
}

/** Other sessions in which more could be paid than is owed now are closed, so that nobody pays a debt twice. What comes all the same is credit. */
async function cancelExcess({ ledger, attempts, providers }: SettleInput, told: NormalizedPayment, now: Date) {
  const paid = await attempts.findFor(told);
  if (!paid) return;
  const { total } = await ledger.account(paid.debtorId, now);
  for (const attempt of await attempts.openAbove(paid.debtorId, total.currency, total.amountMinor, now)) {
    const provider = providers.find((each) => each.id === attempt.provider);
    if (attempt.sessionId !== null) await provider?.cancelSession(attempt.sessionId);
    await attempts.cancelled(attempt._id);
  }
}

/** One transaction: what we know of the payment, what the ledger is told, and what follows from it, together or not at all. */
async function postOnce(input: SettleInput, told: NormalizedPayment, now: Date, tx: Tx): Promise<Outcome> {
  const key = paymentKeyOf(told);
  const known = await input.payments.find(key, tx);
  if (known && known.version >= told.version) return 'known';
  const attempt = await input.attempts.findFor(told, tx);
  const exception = exceptionOf(told, attempt);
  const row: PaymentRow = {
    _id: key,
    provider: told.provider,
    paymentId: told.paymentId,
    attemptId: attempt?._id ?? null,
    debtorId: attempt?.debtorId ?? null,
    status: told.status,
    currency: told.gross.currency,
    grossMinor: told.gross.amountMinor,
    refundedMinor: told.refunded.amountMinor,
    chargedBackMinor: told.chargedBack.amountMinor,
    method: told.method,
    paidAt: told.paidAt ?? null,
    version: told.version,
    exception,
    flags: attempt && !exception ? flagsOf(told, attempt, await input.payments.ofAttempt(attempt._id, tx)) : [],
    postings: known?.postings ?? [],
    firstSeenAt: known?.firstSeenAt ?? now,
    updatedAt: now,
  };
  if (exception || !attempt) {
    await input.payments.put(row, tx);
    return 'suspense';
  }
  const moved = await postDifference(input, { row, attempt, now, tx });
  await input.payments.put(row, tx);
  return moved ? 'moved' : 'unchanged';
}

/** Money that does not fit its attempt waits for a person; it is never credited in silence. */
function exceptionOf(told: NormalizedPayment, attempt: AttemptRow | null): PaymentException | null {
  if (!attempt) return 'attempt_unknown';
  if (attempt.provider !== told.provider) return 'provider_differs';
  if (attempt.account !== told.account) return 'account_differs';
  const parts = [told.gross, told.refunded, told.chargedBack];
  if (parts.some((part) => part.currency !== attempt.currency)) return 'currency_differs';
  if (parts.some((part) => part.amountMinor < 0n) || netMinor(told) < 0n) return 'parts_over_gross';
  return null;
}

/** Another amount than the one asked for is still the debtor's money: it is credited as what it is, and marked. */
function flagsOf(told: NormalizedPayment, attempt: AttemptRow, others: readonly PaymentRow[]): PaymentFlag[] {
  const flags: PaymentFlag[] = [];
  if (told.gross.amountMinor < attempt.amountMinor) flags.push('below_attempt');
  if (told.gross.amountMinor > attempt.amountMinor) flags.push('above_attempt');
  if (others.some((other) => other._id !== paymentKeyOf(told) && other.postings.length > 0))
    flags.push('second_of_attempt');
  return flags;
}

const netMinor = (told: NormalizedPayment): bigint =>
  told.gross.amountMinor - told.refunded.amountMinor - told.chargedBack.amountMinor;

const COUNTS: ReadonlySet<NormalizedPayment['status']> = new Set(['paid', 'disputed']);

/** Brings the ledger from what was posted so far to what the provider says now. @returns whether that was any different. */
async function postDifference(input: SettleInput, work: Work): Promise<boolean> {
  const { row } = work;
  const targetMinor = COUNTS.has(row.status) ? row.grossMinor - row.refundedMinor - row.chargedBackMinor : 0n;
  const postedMinor = row.postings.reduce((sum, each) => sum + each.amountMinor - each.reversedMinor, 0n);
  if (targetMinor > postedMinor) await add(input, work, targetMinor - postedMinor);
  if (targetMinor < postedMinor) await takeBack(input, work, postedMinor - targetMinor);
  return targetMinor !== postedMinor;
}

interface Work {
  row: PaymentRow;
  attempt: AttemptRow;
  now: Date;
  tx: Tx;
}

async function add(input: SettleInput, { row, attempt, now, tx }: Work, amountMinor: bigint): Promise<void> {
  const amount = money(amountMinor, row.currency);
  const paidAt = row.paidAt ?? now;
  // A dispute that was won gives the money back: an entry of its own, since the first one was reversed.
  const idemKey = row.postings.length === 0 ? row._id : `${row._id}:${row.postings.length + 1}`;
  const posted = await input.ledger.postPayment(
    { debtorId: attempt.debtorId, idemKey, provider: row.provider, amount, paidAt, debtIds: attempt.debtIds },
    now,
    tx,
  );
  row.postings = [...row.postings, { idemKey, folio: posted.folio, amountMinor, reversedMinor: 0n }];
  await input.attempts.paid(attempt._id, tx);
  await input.onSettled(
    {
      eventId: eventIdOf(row),
      paymentKey: row._id,
      debtorId: attempt.debtorId,
      amount,
      change: 'paid',
      paidAt,
      posted,
    },
    tx,
  );
}

/** What was posted last is taken back first. */
async function takeBack(input: SettleInput, { row, attempt, now, tx }: Work, amountMinor: bigint): Promise<void> {
  const reason = row.chargedBackMinor > 0n ? 'chargeback' : row.refundedMinor > 0n ? 'refund' : row.status;
  let leftMinor = amountMinor;
  const postings: Posting[] = [];
  for (const each of row.postings.toReversed()) {
    const openMinor = each.amountMinor - each.reversedMinor;
    const takeMinor = lesser(openMinor, leftMinor);
    leftMinor -= takeMinor;
    const reversedMinor = each.reversedMinor + takeMinor; // the ledger is told the whole of it, and posts the difference
    if (takeMinor > 0n)
      await input.ledger.reversePayment(each.idemKey, money(reversedMinor, row.currency), reason, now, tx);
    postings.unshift({ ...each, reversedMinor });
  }
  row.postings = postings;
  await input.onSettled(
    {
      eventId: eventIdOf(row),
      paymentKey: row._id,
      debtorId: attempt.debtorId,
      amount: money(amountMinor, row.currency),
      change: 'reversed',
      paidAt: row.paidAt ?? now,
      posted: { isNew: true, folio: postings[0]?.folio ?? '', applied: [], credit: zero(row.currency) },
    },
    tx,
  );
}

const eventIdOf = (row: PaymentRow): string => `${row._id}:${row.version}`;
const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const zero = (currency: Currency) => money(0n, currency);
