import express, { type Request, type Response, Router } from 'express';
import { AppError } from '../kernel/errors.ts';
import { type Html, html } from '../kernel/html.ts';
import { formatMoney, type Money } from '../kernel/money.ts';
import type { PaymentsDoor, PayQuote, PayRefusal, PayStatus } from '../payments/payments.ts';
import type { GoTo } from '../payments/provider.ts';
import { fill, payWords } from './pay-words.ts';
import { createRateLimit } from './rate-limit.ts';
import { isCrossSite } from './same-site.ts';
import { card, LOCK, sendPage, soft } from './warm-page.ts';

const FORM_LIMIT = '16kb';
const PER_IP = 1200; // a minute; thousands of phones share one address behind a carrier
const PER_TOKEN = 120;
const REFRESH_SECONDS = 3;

type LinkRequest = Request<{ token: string }>;

/** `/p/:token`. GET reads only, since messengers fetch every link they show; POST opens the provider's session and sends the payer there. */
export function createPayPage(payments: PaymentsDoor): Router {
  const router = Router();
  const perIp = createRateLimit(PER_IP);
  const perToken = createRateLimit(PER_TOKEN);

  router.use('/:token', (req: LinkRequest, _res, next) => {
    // Unknown tokens are counted by their address only, so that made-up ones do not fill the map.
    const isPlausible = /^[\w-]{22}$/.test(req.params.token);
    if (!perIp(req.ip ?? '') || (isPlausible && !perToken(req.params.token)))
      throw new AppError('too_many_requests', 'Too many requests in a minute.');
    if (!isPlausible) throw gone();
    next();
  });

  router.get('/:token', async (req: LinkRequest, res) => {
    const quote = await payments.quote(req.params.token);
    if (!quote) throw gone();
    sendQuote(res, quote, { origins: payments.payOrigins() });
  });

  router.post('/:token', express.urlencoded({ extended: false, limit: FORM_LIMIT }), async (req: LinkRequest, res) => {
    if (isCrossSite(req)) throw new AppError('request_invalid', 'The form came from another site.');
    const typed = amountField(req.body);
    const start = await payments.startPayment(req.params.token, typed);
    if (!start) throw gone();
    if (start.ok) return sendTo(res, start.go);
    sendQuote(res, start.quote, { refusal: start.reason, typed: typed ?? '', origins: payments.payOrigins() });
  });

  router.get('/:token/done', async (req: LinkRequest, res) => {
    const { attempt } = req.query;
    const status = await payments.payStatus(req.params.token, typeof attempt === 'string' ? attempt : null);
    if (!status) throw gone();
    const isOver = status.state !== 'confirming';
    const body = statusCard(status, `/p/${req.params.token}`);
    sendPage(res, { locale: status.locale, body, ...(!isOver && { refreshSeconds: REFRESH_SECONDS }) });
  });

  return router;
}

const gone = (): AppError => new AppError('link_unknown', 'This pay link is unknown, expired or revoked.');

function amountField(body: unknown): string | null {
  const amount: unknown = (body as { amount?: unknown } | undefined)?.amount;
  if (amount === undefined) return null;
  if (typeof amount === 'string') return amount;
  throw new AppError('request_invalid', 'The field amount must be given once.');
}

function sendTo(res: Response, go: GoTo): void {
  if (go.kind === 'redirect') {
    res.redirect(303, go.url);
    return;
  }
  const words = payWords('es');
  const fields = Object.entries(go.fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const form = html`<form method="post" action="${go.url}">${fields}<button>${words.pay}</button></form>`;
  sendPage(res, { locale: 'es', body: card('ok', words.title, form), formOrigins: [new URL(go.url).origin] });
}

interface QuoteState {
  origins: string[];
  refusal?: PayRefusal;
  typed?: string;
}

function sendQuote(res: Response, quote: PayQuote, { origins, refusal, typed }: QuoteState): void {
  const { locale } = quote;
  const words = payWords(locale);
  if (quote.total.amountMinor <= 0n) {
    sendPage(res, { locale, body: card('ok', words.nothingOwed, soft(words.nothingOwedMore)) });
    return;
  }
  const proposed = inField(quote.proposed, locale);
  const value = typed ?? proposed.digits;
  const error = refusal && refusalText(refusal, quote);
  const body = html`<section class="card">
<h1>${fill(words.payTo, { creditor: quote.creditorName })}</h1>
<form method="post">
<label for="amount">${words.howMuch}</label>
<div class="amount ${error ? 'bad' : ''}"><span>${proposed.symbol}</span><input id="amount" name="amount" value="${value}" inputmode="decimal" autocomplete="off" maxlength="24" required><span>${quote.total.currency}</span></div>
${error ? html`<p class="error" role="alert">${error}</p>` : null}
<p class="soft">${fill(words.upTo, { amount: formatMoney(quote.total, locale) })}</p>
<button>${words.pay}</button>
</form></section>
<p class="safe">${LOCK}<span>${words.safe}</span></p>`;
  sendPage(res, { locale, body, status: error ? 400 : 200, formOrigins: origins });
}

function refusalText(refusal: PayRefusal, { locale, total, proposed }: PayQuote): string {
  const words = payWords(locale);
  const texts: Record<PayRefusal, string> = {
    nothing_owed: words.nothingOwedMore,
    amount_unreadable: fill(words.amountUnreadable, { amount: inField(proposed, locale).digits }),
    amount_not_positive: words.amountNotPositive,
    amount_over_total: fill(words.amountOverTotal, { amount: formatMoney(total, locale) }),
  };
  return texts[refusal];
}

/** As the locale writes it, which is read back too (payments/amount.ts), with the symbol apart. */
function inField(amount: Money, locale: string): { symbol: string; digits: string } {
  const text = formatMoney(amount, locale);
  const start = text.search(/\d/);
  return { symbol: text.slice(0, start), digits: text.slice(start) };
}

function statusCard(status: PayStatus, again: string): Html {
  const words = payWords(status.locale);
  const creditor = soft(status.creditorName);
  const total = html`<p class="total">${formatMoney(status.amount, status.locale)}</p>`;
  const folio = status.folio && html`<div class="folio"><span>${words.folio}</span><b>${status.folio}</b></div>`;
  const retry = html`<a class="button" href="${again}">${words.again}</a>`;
  const cards: Record<PayStatus['state'], () => Html> = {
    confirming: () => card('wait', words.confirming, total, creditor, soft(words.confirmingMore)),
    paid: () => card('ok', words.paid, total, creditor, soft(words.paidMore), html`${folio}`),
    rejected: () => card('no', words.rejected, soft(words.rejectedMore), retry),
    returned: () => card('no', words.returned, total, soft(words.returnedMore), html`${folio}`),
    review: () => card('wait', words.review, total, soft(words.reviewMore)),
  };
  return cards[status.state]();
}
