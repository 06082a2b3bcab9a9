/** How the page writes times, days and what became of a message. Every time is the debtor's own, never the visitor's. */

const PLACES = { 'America/Mexico_City': 'Ciudad de México', 'America/Bogota': 'Bogotá' };
const DAY_MS = 86_400_000;
const formats = new Map();

function format(zone, options) {
  const key = `${zone}${JSON.stringify(options)}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat('es-MX', { timeZone: zone, ...options });
  formats.set(key, made);
  return made;
}

export const timeText = (ms, zone) =>
  format(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(ms));

/** `2026-11-23`: two instants are on one day when these are equal. */
export const dayKey = (ms, zone) =>
  format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(ms));

/** Hoy, Ayer, or "lunes 23 de noviembre". */
export function dayText(ms, zone, nowMs) {
  if (dayKey(ms, zone) === dayKey(nowMs, zone)) return 'Hoy';
  if (dayKey(ms, zone) === dayKey(nowMs - DAY_MS, zone)) return 'Ayer';
  return longDay(ms, zone);
}

export const longDay = (ms, zone) =>
  format(zone, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(ms)).replace(',', '');

export function momentText(ms, zone, nowMs) {
  if (dayKey(ms, zone) === dayKey(nowMs, zone)) return `hoy ${timeText(ms, zone)}`;
  if (dayKey(ms, zone) === dayKey(nowMs + DAY_MS, zone)) return `mañana ${timeText(ms, zone)}`;
  const near = ms > nowMs && ms - nowMs < 6 * DAY_MS;
  const day = near
    ? format(zone, { weekday: 'long' }).format(new Date(ms))
    : format(zone, { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(ms)).replaceAll(',', '');
  return `${day} ${timeText(ms, zone)}`;
}

/** A day of the calendar, `2026-11-27`: the same everywhere. */
export const civilText = (day) =>
  format('UTC', { day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(`${day}T12:00:00Z`));

export const placeOf = (zone) => PLACES[zone] ?? zone.split('/').pop().replaceAll('_', ' ');

export const initialsOf = (name) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();

export const firstNameOf = (name) => name.split(/\s+/)[0] ?? name;

/** A steady colour for each name. */
export const hueOf = (text) => [...text].reduce((hue, letter) => (hue * 31 + letter.codePointAt(0)) % 360, 7);

export function lateText({ isPaid, daysLate }) {
  if (isPaid) return 'Pagado';
  if (daysLate === 0) return 'Al día';
  return daysLate === 1 ? '1 día de atraso' : `${daysLate} días de atraso`;
}

/** The tick of a line of ours, and its name for those who cannot see it. */
export const STATUS = {
  sending: { tick: 'clock', name: 'enviando' },
  waiting: { tick: 'clock', name: 'en cola' },
  accepted: { tick: 'one', name: 'enviado' },
  sent: { tick: 'one', name: 'enviado' },
  delivered: { tick: 'two', name: 'entregado' },
  read: { tick: 'read', name: 'leído' },
  failed: { tick: 'failed', name: 'no se pudo entregar' },
  unknown: { tick: 'doubt', name: 'sin confirmar: se pregunta al proveedor' },
};

export const PROMISE_STATES = {
  open: 'abierta',
  kept: 'cumplida',
  partial: 'en parte',
  broken: 'incumplida',
  replaced: 'cambiada',
  cancelled: 'cancelada',
};

/** What is to come, by the flow that will say it. */
export const FOLLOWUPS = {
  reminder_before: 'Recordatorio antes de vencer',
  reminder_after: 'Recordatorio de atraso',
  promise_eve: 'Víspera de la promesa',
  promise_day: 'Día de la promesa',
  promise_check: 'Revisión de la promesa',
};

/** Why a follow-up would be skipped as things stand. */
export const SILENCES = {
  paid: 'ya está pagado',
  promise_open: 'hay una promesa abierta',
  promise_settled: 'la promesa ya se resolvió',
  opted_out: 'pidió no recibir mensajes',
  claim_open: 'dice que ya pagó',
  human: 'lo atiende una persona',
  late: 'ya no es oportuno',
};
