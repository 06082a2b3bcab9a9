import { createChat } from './chat.js';
import { showDebtors } from './debtors.js';
import { byId, make, toast } from './dom.js';
import { showClock, showDetail } from './panel.js';
import {
  fetchClock,
  fetchDebtor,
  fetchDebtors,
  markRead,
  moveClock,
  newMessageId,
  openStream,
  sendMessage,
} from './requests.js';
import { firstNameOf, initialsOf } from './words.js';

const CLOCK_DRAW_MS = 1000;
const CLOCK_ASK_MS = 20_000; // another tab may have moved it
const DETAIL_WAIT_MS = 350;
const RETRY_MS = 2000; // after an answer that was no stream: the service is starting or its database is away

/** The reasons that flows give for asking for a person. */
const REASONS = {
  asked_for_person: 'lo pidió',
  identity_failed: 'no pudo identificarse',
  not_understood: 'no entendimos sus mensajes',
  cannot_agree: 'no hubo acuerdo en la fecha o la cantidad',
  refusal: 'no quiere pagar',
  extension: 'pide más plazo',
  plan: 'pide un plan de pagos',
  hardship: 'pasa por un momento difícil',
  dispute: 'no reconoce la deuda',
};
const clock = { nowMs: 0, readAt: 0, canMove: false };
let debtors = [];
/** The phone that is open: its debtor, chat and stream. */
let open = null;

const now = () => clock.nowMs + (performance.now() - clock.readAt);

async function start() {
  byId('search').addEventListener('input', drawDebtors);
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send(byId('text').value);
  });
  byId('text').addEventListener('input', drawComposer);
  byId('text').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(byId('text').value);
  });
  byId('back').addEventListener('click', () => {
    location.hash = '';
  });
  byId('to-end').addEventListener('click', () => {
    byId('log').scrollTop = byId('log').scrollHeight;
  });
  byId('show-panel').addEventListener('click', () => setPanel(true));
  byId('hide-panel').addEventListener('click', () => setPanel(false));
  byId('shade').addEventListener('click', () => setPanel(false));
  document.addEventListener('keydown', (event) => event.key === 'Escape' && setPanel(false));
  document.addEventListener('visibilitychange', () => !document.hidden && open?.chat.shownAgain());
  for (const button of document.querySelectorAll('[data-advance]'))
    button.addEventListener('click', () => advance(button));
  byId('person-copy').addEventListener('click', copyCommand);
  window.addEventListener('hashchange', () => attempt(route));

  await attempt(async () => {
    readClock(await fetchClock());
    debtors = await fetchDebtors();
    drawDebtors();
    await route();
  });
  setInterval(drawClock, CLOCK_DRAW_MS);
  setInterval(() => fetchClock().then(readClock, () => {}), CLOCK_ASK_MS);
}

async function attempt(work) {
  try {
    await work();
  } catch (error) {
    byId('debtors-note').textContent = debtors.length === 0 ? error.message : '';
    toast(error.message);
  }
}

async function route() {
  const id = decodeURIComponent(location.hash.replace(/^#\/?/, ''));
  if (id === (open?.detail.id ?? '')) return;
  close();
  if (id !== '') await openPhone(id);
  drawDebtors();
}

async function openPhone(id) {
  const detail = await fetchDebtor(id);
  const { zone, name, creditor } = detail;
  open = { detail, detailTimer: 0 };
  document.body.dataset.view = 'chat';
  document.title = `${firstNameOf(name)} · Acuerdo`;
  byId('welcome').hidden = true;
  byId('phone').hidden = false;
  byId('panel').hidden = false;
  byId('creditor').textContent = creditor;
  byId('owner').textContent = `Teléfono de ${name}`;
  byId('avatar').textContent = initialsOf(creditor);
  open.chat = createChat({
    zone,
    firstName: firstNameOf(name),
    now,
    onSend: send,
    onShown: (ids) => markRead(id, ids).catch(() => {}), // a tick less: it is told again when the page opens again
  });
  drawDetail();
  drawClock();
  follow(id, open);
  byId('text').value = '';
  drawComposer();
  if (matchMedia('(min-width: 721px)').matches) byId('text').focus();
}

function follow(id, phone) {
  phone.stream = openStream(id);
  phone.stream.addEventListener('lines', ({ data }) => {
    phone.chat.receive(JSON.parse(data));
    refreshSoon(phone);
  });
  phone.stream.addEventListener('conversation', ({ data }) => {
    const conversation = JSON.parse(data);
    phone.chat.setMode(conversation?.mode ?? 'bot');
    drawPerson(conversation);
  });
  phone.stream.addEventListener('open', () => {
    byId('offline').hidden = true;
  });
  phone.stream.addEventListener('error', () => {
    byId('offline').hidden = false;
    if (phone.stream.readyState !== EventSource.CLOSED) return; // it connects again by itself
    setTimeout(() => open === phone && follow(id, phone), RETRY_MS);
  });
}

function close() {
  if (open) {
    clearTimeout(open.detailTimer);
    open.stream?.close();
    open.chat?.close();
  }
  open = null;
  document.body.dataset.view = 'list';
  document.title = 'Acuerdo · simulador';
  byId('welcome').hidden = false;
  byId('phone').hidden = true;
  byId('panel').hidden = true;
  byId('person').hidden = true;
  byId('offline').hidden = true;
  setPanel(false);
}

async function send(text) {
  if (!open || text.trim() === '') return;
  const { chat, detail } = open;
  const messageId = newMessageId();
  const lineId = `simulator:${messageId}`;
  byId('text').value = '';
  drawComposer();
  chat.sending(lineId, text);
  try {
    await sendMessage(detail.id, text, messageId);
  } catch (error) {
    chat.notSent(lineId);
    if (byId('text').value === '') byId('text').value = text;
    drawComposer();
    toast(error.message);
  }
}

async function advance(button) {
  const buttons = [...document.querySelectorAll('[data-advance]')];
  for (const one of buttons) one.disabled = true;
  await attempt(async () => {
    readClock(await moveClock(Number(button.dataset.advance)));
    open?.chat.redraw();
    if (open) refreshSoon(open);
    debtors = await fetchDebtors();
    drawDebtors();
  });
  for (const one of buttons) one.disabled = false;
}

/** The facts in the panel, a moment after something happened; several things at once are asked for once. */
function refreshSoon(phone) {
  clearTimeout(phone.detailTimer);
  phone.detailTimer = setTimeout(async () => {
    const detail = await fetchDebtor(phone.detail.id).catch(() => null);
    if (!detail || open !== phone) return;
    phone.detail = detail;
    drawDetail();
    debtors = debtors.map((debtor) => (debtor.id === detail.id ? { ...debtor, ...summaryOf(detail) } : debtor));
    drawDebtors();
  }, DETAIL_WAIT_MS);
}

const summaryOf = ({ daysLate, owed, isPaid, isOverdue }) => ({ daysLate, owed, isPaid, isOverdue });

function drawDebtors() {
  showDebtors(debtors, {
    search: byId('search').value,
    chosenId: open?.detail.id,
    onChoose: (id) => {
      location.hash = `/${encodeURIComponent(id)}`;
    },
  });
}

function drawDetail() {
  showDetail(open.detail, now(), (text) => {
    byId('text').value = text;
    drawComposer();
    setPanel(false);
    byId('text').focus();
  });
}

function drawPerson(conversation) {
  const box = byId('person');
  box.hidden = conversation?.mode !== 'pending' && conversation?.mode !== 'human';
  if (box.hidden) return;
  const isPending = conversation.mode === 'pending';
  byId('person-title').textContent = isPending ? 'Pendiente de una persona' : 'La atiende una persona';
  byId('person-why').replaceChildren(
    `${reasonText(conversation.reason)}Conversación `,
    make('b', {}, conversation.id),
    '. Contesta como el equipo desde una terminal:',
  );
  const command = `npm run acuerdo -- conversation ${conversation.id} --reply "Hola, soy Laura"`;
  byId('person-command').replaceChildren(...command.split(' ').flatMap((word) => [make('span', {}, word), ' ']));
}

const reasonText = (reason) => (reason ? `Motivo: ${REASONS[reason] ?? reason.replaceAll('_', ' ')}. ` : '');

async function copyCommand() {
  const text = byId('person-command').textContent.trim();
  const isCopied = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  toast(isCopied ? 'Copiado.' : 'No se pudo copiar; selecciónalo con el ratón.');
}

function drawComposer() {
  byId('send').disabled = byId('text').value.trim() === '';
}

function readClock({ now: instant, canMove }) {
  Object.assign(clock, { nowMs: Date.parse(instant), readAt: performance.now(), canMove });
  drawClock();
}

function drawClock() {
  if (open) showClock(now(), open.detail.zone, clock.canMove);
}

function setPanel(isOpen) {
  byId('panel').classList.toggle('is-open', isOpen);
  byId('shade').hidden = !isOpen;
  byId('show-panel').setAttribute('aria-expanded', String(isOpen));
  if (isOpen) byId('hide-panel').focus();
}

start();
