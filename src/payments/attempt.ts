import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { sortableIds } from '../kernel/ids.ts';
import { compareMoney, type Money } from '../kernel/money.ts';
import { readAmount } from './amount.ts';
import type { AttemptRow, AttemptStore } from './attempt-store.ts';
import { type createLinks, linkUrl, type OpenLink } from './link.ts';
import type { PaymentRow, PaymentStore } from './payment-store.ts';
import type { PaymentsDoor, PayRefusal, PayStart, PayStatus } from './payments.ts';
import type { GoTo, PayLinkProvider } from './provider.ts';

interface AttemptInput {
  links: ReturnType<typeof createLinks>;
  attempts: AttemptStore;
  payments: PaymentStore;
  providers: readonly PayLinkProvider[];
  clock: Clock;
  publicUrl: () => string;
  accountOf: (debtorId: AttemptRow['debtorId']) => Promise<{ locale: PayStatus['locale']; creditorName: string }>;
}

const SESSION_MS = 30 * 60_000;
const nextId = sortableIds(); // by the demo's clock where there is one
const REUSE_MARGIN_MS = 2 * 60_000; // a session about to end is not worth sending anybody to

/** What happens when the payer presses Pay, and what the page says afterwards. */
export function createAttempts(input: AttemptInput): Pick<PaymentsDoor, 'startPayment' | 'payStatus'> {
  const { links, attempts, payments, clock } = input;

  return {
    async startPayment(token, amountText): Promise<PayStart | null> {
      const now = clock.now();
      const open = await links.open(token, now);
      if (!open) return null;
      const amount = chooseAmount(open, amountText);
      if (typeof amount === 'string') return { ok: false, reason: amount, quote: open.quote };
      const reusable = await attempts.findOpen(
        open.link._id,
        amount.amountMinor,
        new Date(now.getTime() + REUSE_MARGIN_MS),
      );
      if (reusable?.go) return { ok: true, attemptId: reusable._id, go: reusable.go };
      return openSession(input, { token, open, amount, now });
    },

    async payStatus(token, attemptId): Promise<PayStatus | null> {
      const link = await links.find(token);
      if (!link) return null;
      const attempt = attemptId === null ? await attempts.lastOf(link._id) : await attempts.find(attemptId);
      if (attempt?.linkId !== link._id) return null;
      const shown = statusOf(attempt, await payments.ofAttempt(attempt._id));
      return { ...(await input.accountOf(attempt.debtorId)), ...shown };
    },
  };
}

/** An empty field means what the link proposes. */
function chooseAmount({ quote }: OpenLink, text: string | null): Money | PayRefusal {
  if (quote.total.amountMinor <= 0n) return 'nothing_owed';
  if (text === null || text.trim() === '') return quote.proposed;
  const amount = readAmount(text, quote.total.currency);
  if (!amount) return 'amount_unreadable';
  if (amount.amountMinor <= 0n) return 'amount_not_positive';
  return compareMoney(amount, quote.total) > 0 ? 'amount_over_total' : amount;
}

/** The attempt is written before the provider is asked, so that money can always be traced to it. */
async function openSession(
  { providers, attempts, publicUrl }: AttemptInput,
  { token, open, amount, now }: { token: string; open: OpenLink; amount: Money; now: Date },
): Promise<PayStart> {
  const provider = providers.find(({ caps }) => caps.currencies.includes(amount.currency));
  if (!provider)
    throw new AppError(
      'payment_provider_failed',
      `No payment provider takes ${amount.currency}. Set PAYMENT_PROVIDER to one that does.`,
    );
  const attemptId = nextId(now);
  await attempts.insert({
    _id: attemptId,
    linkId: open.link._id,
    debtorId: open.link.debtorId,
    debtIds: open.link.debtIds,
    provider: provider.id,
    account: provider.account,
    amountMinor: amount.amountMinor,
    currency: amount.currency,
    state: 'opening',
    sessionId: null,
    go: null,
    sessionExpiresAt: null,
    createdAt: now,
  });
  const session = await provider.createSession({
    attemptId,
    ref: attemptId,
    amount,
    expiresAt: sessionEnd(provider, now),
    concept: open.quote.creditorName,
    returnUrl: new URL(`${linkUrl(publicUrl(), token)}/done?attempt=${attemptId}`),
    notifyUrl: new URL(`${publicUrl()}/webhooks/payments/${provider.id}`),
  });
  assertKnownOrigin(provider, session.go);
  await attempts.opened(attemptId, session);
  return { ok: true, attemptId, go: session.go };
}

function sessionEnd({ caps }: PayLinkProvider, now: Date): Date {
  const { min, max } = caps.ttlSec;
  const ms = Math.max(Math.min(SESSION_MS, (max ?? Number.POSITIVE_INFINITY) * 1000), min * 1000);
  return new Date(now.getTime() + ms);
}

/** A provider's answer never sends a debtor to a place that the adapter does not name. */
function assertKnownOrigin(provider: PayLinkProvider, go: GoTo): void {
  const origin = URL.canParse(go.url) ? new URL(go.url).origin : 'no address at all';
  if (provider.origins().includes(origin)) return;
  throw new AppError(
    'payment_provider_failed',
    `${provider.id} answered with an address outside its own: ${origin}. Nobody was sent there.`,
  );
}

function statusOf(attempt: AttemptRow, payments: readonly PaymentRow[]): Pick<PayStatus, 'state' | 'amount' | 'folio'> {
  const { currency } = attempt;
  const asked = { amountMinor: attempt.amountMinor, currency };
  const postings = payments.flatMap((each) => each.postings);
  const postedMinor = postings.reduce((sum, each) => sum + each.amountMinor - each.reversedMinor, 0n);
  const folio = postings[0]?.folio ?? null;
  if (postedMinor > 0n) return { state: 'paid', amount: { amountMinor: postedMinor, currency }, folio };
  if (postings.length > 0) return { state: 'returned', amount: asked, folio };
  if (payments.some((each) => each.exception !== null)) return { state: 'review', amount: asked, folio };
  const rejected =
    payments.length > 0 && payments.every((each) => each.status === 'failed' || each.status === 'expired');
  const isOver = rejected || (attempt.state === 'cancelled' && payments.length === 0);
  return { state: isOver ? 'rejected' : 'confirming', amount: asked, folio };
}
