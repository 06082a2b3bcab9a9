import { timingSafeEqual } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { qrPicture, spacedCode } from '../channels/whatsapp-code.ts';
import type { Problem } from '../channels/whatsapp-reconnect.ts';
import type { LinkView, StateStore } from '../channels/whatsapp-state-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type Html, html, renderPage } from '../kernel/html.ts';
import { maskPhone } from '../kernel/phone.ts';
import { PAY_STYLE } from './pay-style.ts';
import { isCrossSite } from './same-site.ts';
import { card, soft } from './warm-page.ts';

const PATH = '/whatsapp';
const COOKIE = 'whatsapp_key';
const REFRESH_SECONDS = 3; // a QR lives for 20 s
const HOLDER_GONE_MS = 30_000; // twice the lease
const STYLE = `${PAY_STYLE}
.qr svg{display:block;width:100%;max-width:20rem;margin:1rem auto 0;background:#fff}
.code{font:700 2.2rem/1.2 ui-monospace,monospace;letter-spacing:.12em;text-align:center;margin:1rem 0}
ol{padding-left:1.2rem}`;

export interface WhatsappPageInput {
  /** Ours, E.164. */
  number: string;
  /** Opens the page from afar: `/whatsapp?key=…`. Whoever has it may tie a phone to the service. */
  key: string;
  /** A browser of this machine needs no key. Only where nobody else reaches us: a proxy on this machine may look the same. */
  isOpenHere: boolean;
  states: Pick<StateStore, 'find' | 'ask'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * Where a person pairs the phone and sees how it stands; `health` says the same to a monitor, in one word. It takes the key that is
 * printed at the start, which is kept in a cookie so that it leaves the address at once; with `isOpenHere`, this machine's own browser needs none.
 * @throws AppError not_found to everybody else
 */
export function createWhatsappPage({ number, key, isOpenHere, states, clock }: WhatsappPageInput): Router {
  const router = Router();

  const read = async (): Promise<LinkView | null> => {
    const view = await states.find(number);
    return view && clock.now().getTime() - view.seenAt.getTime() < HOLDER_GONE_MS ? view : null;
  };

  router.get('/health', async (_req, res) => {
    const view = await read();
    const state = view?.state ?? 'nobody_holds_it';
    const isWell = view?.state === 'open' && view.unreadable === 0;
    const more = {
      problem: view?.problem ?? null,
      unreadable: view?.unreadable ?? 0,
      coldPausedUntil: view?.coldPausedUntil ?? null,
      newChats: view?.newChats ?? null,
    };
    res.status(isWell ? 200 : 503).json({ state, ...more });
  });

  router.use((req, res, next) => {
    if (typeof req.query['key'] === 'string' && isSame(req.query['key'], key)) {
      res.cookie(COOKIE, key, { httpOnly: true, sameSite: 'strict', secure: req.secure, path: PATH });
      return res.redirect(303, PATH);
    }
    if ((isOpenHere && isFromHere(req)) || isSame(cookieOf(req), key)) return next();
    throw new AppError('not_found', 'There is nothing here.');
  });

  router.get('/', async (_req, res) => {
    send(res, await bodyOf(await read(), number));
  });
  router.post('/again', async (req, res) => {
    if (isCrossSite(req)) throw new AppError('request_invalid', 'This form was sent from another site.');
    await states.ask(number, clock.now());
    res.redirect(303, PATH);
  });
  return router;
}

async function bodyOf(view: LinkView | null, number: string): Promise<Html> {
  const phone = soft(`Número ${maskPhone(number)}`);
  if (view === null)
    return card(
      'wait',
      'Nadie tiene la conexión',
      soft('Ningún proceso con la función «whatsapp» está en marcha.'),
      phone,
    );
  if (view.state === 'stopped')
    return card('no', 'Conexión detenida', soft(PROBLEMS[view.problem ?? 'refused']), AGAIN, phone);
  if (view.state === 'pairing') return pairing(view);
  if (view.state !== 'open') return card('wait', 'Conectando con WhatsApp', soft('Suele tardar unos segundos.'), phone);
  const limits = view.coldPausedUntil
    ? [soft('WhatsApp limita por ahora los mensajes a quien nunca ha escrito. Las respuestas siguen saliendo.')]
    : [];
  const chats = view.newChats
    ? [soft(`Personas que nunca escribieron, en este ciclo de WhatsApp: ${view.newChats.used} de ${view.newChats.of}.`)]
    : [];
  const unreadable = view.unreadable > 0 ? [soft(`Mensajes que no se pueden leer todavía: ${view.unreadable}.`)] : [];
  return card('ok', 'WhatsApp conectado', ...limits, ...chats, ...unreadable, phone);
}

async function pairing({ qr, pairingCode }: LinkView): Promise<Html> {
  const shown = pairingCode
    ? html`<p class="code">${spacedCode(pairingCode)}</p>`
    : html`<div class="qr">${{ markup: qr ? await qrPicture(qr) : '' }}</div>`;
  const last = pairingCode ? 'Toca «Vincular con el número de teléfono» y escribe el código.' : 'Escanea este código.';
  return html`<section class="card"><h1>Vincula el teléfono</h1><ol><li>Abre WhatsApp en el teléfono de la empresa.</li><li>Ve a «Dispositivos vinculados».</li><li>${last}</li></ol>${shown}</section>`;
}

const AGAIN = html`<form method="post" action="${PATH}/again"><button>Intentar de nuevo</button></form>`;

const PROBLEMS: Record<Problem, string> = {
  replaced: 'Otra sesión abrió este mismo número. Ciérrala antes de intentar de nuevo: dos a la vez dañan las claves.',
  banned: 'WhatsApp bloqueó este número. Revisa el aviso en el teléfono.',
  outdated: 'WhatsApp pide una versión más nueva del programa.',
  refused: 'WhatsApp no acepta esta sesión. Intenta de nuevo para vincular el teléfono otra vez.',
  bad_session:
    'La sesión falla una y otra vez. Si al intentar de nuevo no mejora, desvincula el dispositivo en el teléfono.',
  other_number:
    'El teléfono vinculado tiene otro número. Desvincula este dispositivo en ese teléfono, intenta de nuevo y vincula el correcto.',
  not_paired: 'Nadie escaneó el código a tiempo.',
};

function send(res: Response, body: Html): void {
  const { markup, policy } = renderPage({
    lang: 'es',
    title: 'WhatsApp',
    description: 'Conexión de WhatsApp',
    style: STYLE,
    body: html`<main>${body}</main>`,
    refreshSeconds: REFRESH_SECONDS,
  });
  res.set('Content-Security-Policy', policy).type('html').send(markup);
}

const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** A browser on this machine: not a proxy here that speaks for somebody else, and not a page that only calls itself ours. */
function isFromHere(req: Request): boolean {
  const name = (req.get('host') ?? '').replace(/:\d+$/, '');
  const isForwarded = FORWARDED.some((header) => req.get(header) !== undefined);
  return LOOPBACK.includes(req.socket.remoteAddress ?? '') && LOCAL_NAMES.includes(name) && !isForwarded;
}

function cookieOf(req: Request): string {
  const pairs = (req.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? '';
}

function isSame(given: string, key: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(key)];
  return one.length === other.length && timingSafeEqual(one, other);
}
