import { byId, make } from './dom.js';
import {
  civilText,
  FOLLOWUPS,
  lateText,
  longDay,
  momentText,
  PROMISE_STATES,
  placeOf,
  SILENCES,
  timeText,
} from './words.js';

const PHRASES = [
  'hola',
  '¿cuánto debo?',
  'el viernes te deposito 500',
  'no, mejor el lunes',
  'sí',
  'quiero pagar',
  'quiero hablar con una persona',
  'BAJA',
];

/** What the visitor of the demo sees beside the phone. `detail` is one debtor as the API gives it. */
export function showDetail(detail, nowMs, onType) {
  showHints(detail, onType);
  showBalance(detail);
  showPromises(detail.promises);
  showFollowups(detail, nowMs);
}

export function showClock(nowMs, zone, canMove) {
  byId('clock-time').textContent = timeText(nowMs, zone);
  byId('clock-time').dateTime = new Date(nowMs).toISOString();
  byId('clock-day').textContent = longDay(nowMs, zone);
  byId('clock-zone').textContent = canMove
    ? `Hora de ${placeOf(zone)}. Adelántalo y llegarán los recordatorios.`
    : `Hora de ${placeOf(zone)}. Este servicio va con el reloj de verdad.`;
  byId('clock-buttons').hidden = !canMove;
  byId('status-time').textContent = timeText(nowMs, zone);
}

function showHints({ documentHint, documentDigits }, onType) {
  const hint = byId('document-hint');
  const shown = hint.dataset.digits ?? '';
  if (documentHint === null) hint.replaceChildren();
  else if (shown !== documentHint) {
    const digits = make(
      'button',
      { type: 'button', id: 'document-digits', title: 'Escribirlos en el chat' },
      documentHint,
    );
    digits.addEventListener('click', () => onType(documentHint));
    hint.replaceChildren(
      make('p', { className: 'hint' }, make('span', {}, `Últimos ${documentDigits} dígitos de su documento`), digits),
    );
  }
  hint.dataset.digits = documentHint ?? '';
  const phrases = byId('phrases');
  if (phrases.childElementCount > 0) return;
  for (const phrase of PHRASES) {
    const button = make('button', { type: 'button' }, phrase);
    button.addEventListener('click', () => onType(phrase));
    phrases.append(button);
  }
}

function showBalance(detail) {
  const debts = detail.debts
    .filter((debt) => debt.dueDate !== null)
    .map((debt) =>
      make(
        'li',
        {},
        make('span', {}, debt.concept),
        make('b', {}, debt.owed),
        make('span', { className: 'small' }, debtLine(debt)),
      ),
    );
  byId('balance').replaceChildren(
    make(
      'p',
      { className: 'total' },
      make('span', { id: 'total-owed' }, detail.isPaid ? 'Nada' : detail.owed),
      make('small', {}, detail.isOverdue ? `${detail.overdue} vencido` : ''),
    ),
    make('p', { className: 'faint' }, `A ${detail.creditor}`),
    make('ul', { className: 'rows' }, ...debts),
    ...(detail.credit ? [make('p', { className: 'faint' }, `A su favor: ${detail.credit}`)] : []),
  );
}

function debtLine({ dueDate, daysLate, overdue, owed }) {
  if (daysLate === 0) return `vence el ${civilText(dueDate)}`;
  const part = overdue !== owed ? `${overdue} vencido, ` : '';
  return `${part}venció el ${civilText(dueDate)}: ${lateText({ daysLate })}`;
}

function showPromises(promises) {
  byId('promises-card').hidden = promises.length === 0;
  byId('promises').replaceChildren(
    ...promises.map((promise) =>
      make(
        'li',
        {},
        make('span', {}, make('b', {}, promise.amount), ` el ${civilText(promise.date)}`),
        make('span', { className: `chip is-${promise.state}` }, PROMISE_STATES[promise.state]),
        make(
          'span',
          { className: 'small' },
          `folio ${promise.folio}`,
          promise.state === 'partial' ? `, pagó ${promise.fulfilled}` : '',
        ),
      ),
    ),
  );
}

function showFollowups({ followups, zone }, nowMs) {
  const rows = followups.map(({ dueAt, flow, why, silencedBy }) =>
    make(
      'li',
      { title: why },
      make('span', {}, FOLLOWUPS[flow] ?? flow),
      make('b', {}, make('time', { dateTime: dueAt }, momentText(Date.parse(dueAt), zone, nowMs))),
      silencedBy ? make('span', { className: 'small' }, `No saldrá: ${SILENCES[silencedBy] ?? silencedBy}`) : null,
    ),
  );
  byId('followups').replaceChildren(
    ...(rows.length > 0 ? rows : [make('li', { className: 'none' }, 'Ninguno por ahora.')]),
  );
}
