import type { AgentNote, TranscriptLine } from '../conversations/conversations.ts';
import type { Mode } from '../conversations/holder.ts';
import { civilDateIn, HOUR_MS, wallTimeIn } from '../kernel/calendar.ts';
import { escapeHtml } from '../kernel/html.ts';
import { formatMoney, type Money } from '../kernel/money.ts';
import { reasonInWords } from './words.ts';

const LINE_LENGTH_MAX = 160; // ten lines, notes and figures stay under the 4,096 characters of a message
const FROM = { debtor: '💬', bot: '🤖', agent: '👤' } as const;
const STATES: Record<string, string> = { open: 'vigente', kept: 'cumplida', broken: 'incumplida', partial: 'en parte' };

/** What an agent must know of a conversation at a glance. */
export interface CardView {
  /** Null: an address that belongs to nobody we know. */
  name: string | null;
  contact: string;
  channel: string;
  mode: Mode;
  reason: string | null;
  holder: string | null;
  since: Date | null;
  windowUntil: Date | null;
  account: { total: Money; overdue: Money; daysLate: number; promises: PromiseLine[] } | null;
  /** Oldest first. */
  lines: TranscriptLine[];
  notes: AgentNote[];
  zone: string;
  locale: string;
  now: Date;
}

export interface PromiseLine {
  amount: Money;
  date: string;
  state: string;
}

/** `Ana P.`: enough to know whom one speaks of, too little to look them up. */
export function maskedName(name: string | null): string {
  const [first = '', ...rest] = (name ?? '').trim().split(/\s+/);
  const last = rest.at(-1)?.[0];
  if (first === '') return 'Desconocido';
  return last ? `${first} ${last}.` : first;
}

/** `Ana P. · …01`, at most the 128 characters that a topic's name may have. */
export const topicName = ({ name, contact }: Pick<CardView, 'name' | 'contact'>): string =>
  `${maskedName(name).slice(0, 100)} · ${contact}`;

/** The card as HTML of Telegram: names and words of others are escaped. */
export function cardText(view: CardView): string {
  const head = `<b>${escapeHtml(topicName(view))}</b> · ${escapeHtml(view.channel)}`;
  const parts = [head, stateOf(view), ...moneyOf(view), windowOf(view), ...notesOf(view), ...turnsOf(view)];
  return parts.filter((part) => part !== null).join('\n');
}

function stateOf({ mode, reason, holder, since, zone }: CardView): string {
  const why = reason === null ? '' : `: ${escapeHtml(reasonInWords(reason))}`;
  const from = since === null ? '' : ` · desde ${moment(since, zone)}`;
  if (mode === 'pending') return `⏳ Espera a una persona${why}${from}`;
  if (mode === 'human')
    return `👤 La tiene ${escapeHtml(holder === 'phone' ? 'el teléfono' : (holder ?? 'una persona'))}${why}${from}`;
  return mode === 'resolved' ? '✅ Cerrada' : '🤖 La atiende el asistente';
}

function moneyOf({ account, locale }: CardView): string[] {
  if (account === null) return ['Sin deudor conocido en este número'];
  const { total, overdue, daysLate, promises } = account;
  const late = overdue.amountMinor > 0n ? ` · vencido ${formatMoney(overdue, locale)}, ${daysLate} días` : '';
  const told = promises.map(
    ({ amount, date, state }) => `Promesa ${STATES[state] ?? state}: ${formatMoney(amount, locale)} para ${date}`,
  );
  return [`Saldo ${formatMoney(total, locale)}${late}`, ...told];
}

function windowOf({ windowUntil, now }: CardView): string | null {
  if (windowUntil === null) return null;
  const hours = (windowUntil.getTime() - now.getTime()) / HOUR_MS;
  if (hours <= 0) return '🔒 Ventana cerrada: no recibe texto libre hasta que vuelva a escribir';
  return `🕐 La ventana para escribirle cierra en ${hours < 1 ? `${Math.ceil(hours * 60)} min` : `${Math.floor(hours)} h`}`;
}

const notesOf = ({ notes }: CardView): string[] =>
  notes.map(({ by, text }) => `📝 ${escapeHtml(by.name)}: ${escapeHtml(short(text))}`);

function turnsOf({ lines, zone }: CardView): string[] {
  if (lines.length === 0) return [];
  const told = lines.map(({ from, at, text }) => `${wallTimeIn(zone, at)} ${FROM[from]} ${escapeHtml(short(text))}`);
  return ['', `<blockquote expandable>${told.join('\n')}</blockquote>`];
}

const moment = (at: Date, zone: string): string => `${civilDateIn(zone, at)} ${wallTimeIn(zone, at)}`;

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LINE_LENGTH_MAX ? line : `${line.slice(0, LINE_LENGTH_MAX - 1)}…`;
}
