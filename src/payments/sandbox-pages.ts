import express, { type Request, type Response, Router } from 'express';
import { AppError } from '../kernel/errors.ts';
import { type Html, html, renderPage } from '../kernel/html.ts';
import { formatMoney, money } from '../kernel/money.ts';
import { readAmount } from './amount.ts';
import type { Sandbox, SandboxAction } from './sandbox.ts';
import type { SandboxPayment, SandboxSession } from './sandbox-store.ts';

const FORM_LIMIT = '16kb';
const LOCALE = 'es-MX';

type SessionRequest = Request<{ session: string }>;

/** `/sandbox-pay/:session`, the sandbox's hosted page: plain forms, whose fields docs/pay-page.md names. */
export function createSandboxPages(sandbox: Sandbox): Router {
  const router = Router();

  router.get('/:session', async (req: SessionRequest, res) => {
    const found = await sandbox.findSession(req.params.session);
    if (!found) throw new AppError('not_found', 'The sandbox has no such session.');
    const { session, payments, isOpen } = found;
    sendPage(res, session, html`${isOpen ? payForms(session) : closedNote(session)}${payments.map(paymentCard)}`);
  });

  router.post(
    '/:session',
    express.urlencoded({ extended: false, limit: FORM_LIMIT }),
    async (req: SessionRequest, res) => {
      const found = await sandbox.findSession(req.params.session);
      if (!found) throw new AppError('not_found', 'The sandbox has no such session.');
      const action = readAction(req.body, found.session);
      const verdict = await sandbox.act(found.session._id, action);
      const isAboutPayment = 'paymentId' in action;
      // Nothing was done to a session that is over: its own page says why.
      if (isAboutPayment || (verdict === 'closed' && found.session.state !== 'paid'))
        return res.redirect(303, req.originalUrl);
      res.redirect(303, found.session.returnUrl);
    },
  );

  return router;
}

/** @throws AppError request_invalid naming the field. */
function readAction(body: unknown, session: SandboxSession): SandboxAction {
  const field = (name: string): string => {
    const value = (body as Record<string, unknown> | undefined)?.[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const kind = field('action');
  const amountText = field('amount');
  const amount = amountText === '' ? null : readAmount(amountText, session.currency);
  if (amountText !== '' && !amount) throw new AppError('request_invalid', 'The field amount is not an amount.');
  switch (kind) {
    case 'pay':
    case 'pay_twice':
    case 'reject':
    case 'pay_lose_webhook':
    case 'pay_webhook_twice':
    case 'pay_out_of_order':
      return { kind };
    case 'pay_less':
      return { kind, amount: amount ?? money(session.amountMinor / 2n, session.currency) };
    case 'refund':
      return { kind, paymentId: field('payment'), ...(amount && { amount }) };
    case 'chargeback':
    case 'chargeback_won':
      return { kind, paymentId: field('payment') };
    default:
      throw new AppError('request_invalid', 'The field action is not one that docs/pay-page.md lists.');
  }
}

function sendPage(res: Response, session: SandboxSession, rest: Html): void {
  const amount = formatMoney(money(session.amountMinor, session.currency), LOCALE);
  const body = html`<p class="demo">DEMO, no es dinero real</p>
<main><header><span>Banco de pruebas</span><b>${amount} ${session.currency}</b><span>para ${session.concept}</span></header>${rest}</main>`;
  const { markup, policy } = renderPage({
    lang: 'es',
    title: 'Pago de prueba',
    description: 'DEMO, no es dinero real.',
    style: STYLE,
    body,
    formOrigins: [new URL(session.returnUrl).origin],
  });
  res.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' }).type('html').send(markup);
}

const button = (action: SandboxAction['kind'], label: string, tone = ''): Html =>
  html`<button class="${tone}" name="action" value="${action}">${label}</button>`;

function payForms({ amountMinor, currency }: SandboxSession): Html {
  const half = money(amountMinor / 2n, currency);
  return html`<form method="post">${button('pay', 'Pagar', 'main')}</form>
<form method="post" class="row"><input name="amount" aria-label="Otra cantidad" inputmode="decimal" maxlength="24" placeholder="${formatMoney(half, LOCALE)}">${button('pay_less', 'Pagar menos')}</form>
<form method="post">${button('reject', 'Rechazar la tarjeta')}</form>
<h2>Lo que sale mal en la vida real</h2>
<form method="post" class="list">${button('pay_twice', 'Pagar dos veces')}${button('pay_lose_webhook', 'Pagar y perder el aviso')}${button('pay_webhook_twice', 'Pagar y avisar dos veces')}${button('pay_out_of_order', 'Pagar y avisar en desorden')}</form>`;
}

function closedNote({ state, returnUrl }: SandboxSession): Html {
  const why = { paid: 'Este cobro ya se pagó.', cancelled: 'Este cobro se canceló.', open: 'Este cobro ya venció.' }[
    state
  ];
  return html`<p class="note">${why}</p><p><a href="${returnUrl}">Volver al comercio</a></p>`;
}

function paymentCard(payment: SandboxPayment): Html {
  const { _id, status, currency } = payment;
  const print = (minor: bigint) => formatMoney(money(minor, currency), LOCALE);
  const said = { paid: 'Pagado', failed: 'Rechazado', disputed: 'En contracargo' }[status];
  const leftMinor = payment.grossMinor - payment.refundedMinor - payment.chargedBackMinor;
  const refunded = payment.refundedMinor > 0n ? html` · devuelto ${print(payment.refundedMinor)}` : null;
  const forms =
    status === 'disputed'
      ? button('chargeback_won', 'Ganar la disputa')
      : html`<div class="row"><input name="amount" aria-label="Cantidad a devolver" inputmode="decimal" maxlength="24" placeholder="${print(leftMinor)}">${button('refund', 'Devolver')}</div>${button('chargeback', 'Contracargo')}`;
  return html`<section><b>${said} ${print(payment.grossMinor)}</b>${refunded}<br><small>${_id}</small>
${status === 'failed' || (status === 'paid' && leftMinor === 0n) ? null : html`<form method="post" class="list"><input type="hidden" name="payment" value="${_id}">${forms}</form>`}</section>`;
}

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#eef0f6;color:#20243a;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.demo{margin:0;padding:.6rem 1rem;background:#ffd84d;color:#3a2e00;text-align:center;font-weight:700}
main{max-width:26rem;margin:0 auto;padding:1rem}
header{display:flex;flex-direction:column;gap:.1rem;margin-bottom:1.1rem;padding:1.2rem;border-radius:16px;background:#2b3467;color:#fff}
header span{opacity:.8;font-size:.92rem}
header b{font-size:1.9rem;line-height:1.25;overflow-wrap:anywhere}
form{margin:0 0 .6rem}
button{width:100%;padding:.85rem 1rem;border:1px solid #c5cae0;border-radius:12px;background:#fff;color:#2b3467;font:inherit;font-weight:600;cursor:pointer}
button:hover{background:#f5f6fc}
button.main{border-color:#3d4fc4;background:#3d4fc4;color:#fff;font-size:1.1rem}
button.main:hover{background:#3343ab}
button:focus-visible,input:focus-visible{outline:3px solid #a9b4f5;outline-offset:1px}
.row{display:flex;gap:.6rem}
.row input{flex:1;min-width:0;padding:.8rem;border:1px solid #c5cae0;border-radius:12px;font:inherit;background:#fff}
.row button{width:auto;white-space:nowrap}
.list{display:grid;gap:.6rem}
h2{margin:1.5rem 0 .6rem;font-size:.95rem;color:#5a6080}
section{margin-top:1rem;padding:1rem;border-radius:14px;background:#fff;border:1px solid #dfe2ef}
section form{margin-top:.7rem}
small{color:#7a80a0;overflow-wrap:anywhere}
.note{padding:1rem;border-radius:12px;background:#fff;font-weight:600}
a{color:#3d4fc4;font-weight:600}
`.trim();
