import { byId, linked, make, reconcile, tickIcon } from './dom.js';
import { dayKey, dayText, momentText, STATUS, timeText } from './words.js';

const TYPING_MS = 15_000; // a turn takes well under a second; after this the dots would be a lie
const NEAR_END_PX = 90;
const LONG_TEXT = 1200;

/**
 * The conversation on the phone. Lines come from the stream, by id; a message that is on its way shows at once under the id it will have.
 * `now()` is the service's clock, `onSend(text)` answers a reply button, `onShown(ids)` is told which of our lines are on the screen.
 */
export function createChat({ zone, firstName, now, onSend, onShown }) {
  const log = byId('log');
  const lines = new Map();
  const nodes = new Map();
  const days = new Map();
  const told = new Set();
  const typing = make(
    'li',
    { className: 'message first typing', 'aria-label': 'Acuerdo está escribiendo' },
    make('div', { className: 'bubble' }, make('i'), make('i'), make('i')),
  );
  const empty = make('li', { className: 'empty' }, `Este es el teléfono de ${firstName}. Escribe “hola” para empezar.`);
  const resized = new ResizeObserver(() => stay());
  let isAtEnd = true;
  let isAnswering = true;
  let typingUntilMs = 0;
  let typingTimer = 0;
  let isLoaded = false;

  function receive(fresh) {
    const isFirst = !isLoaded;
    isLoaded = true;
    for (const line of fresh) {
      const ms = Date.parse(line.at);
      lines.set(line.id, { ...line, ms, day: dayKey(ms, zone), isNew: !isFirst && !lines.has(line.id) });
    }
    draw({ jump: isFirst });
    announceShown(isFirst);
  }

  function sending(id, text) {
    const ms = now();
    const day = dayKey(ms, zone);
    lines.set(id, { id, ms, day, from: 'debtor', text, options: [], status: 'sending', isNew: true });
    typingUntilMs = performance.now() + TYPING_MS;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => draw({}), TYPING_MS + 50);
    draw({ jump: true });
  }

  function notSent(id) {
    lines.delete(id);
    draw({});
  }

  function setMode(mode) {
    isAnswering = mode === 'bot' || mode === 'resolved';
    draw({});
  }

  function draw({ jump = false }) {
    const sorted = [...lines.values()].sort(inOrder);
    const wanted = sorted.flatMap((line, i) => {
      const before = sorted[i - 1];
      const isFirst = before?.from !== line.from || isNote(before) || before.day !== line.day;
      const isLast = i === sorted.length - 1;
      const node = nodeOf(line, isFirst, isLast);
      return before?.day === line.day ? [node] : [dayNode(line), node];
    });
    const last = sorted.at(-1);
    if (isLoaded && !last) wanted.push(empty);
    if (last?.from === 'debtor' && isAnswering && performance.now() < typingUntilMs) wanted.push(typing);
    reconcile(log, wanted);
    if (jump) isAtEnd = true;
    stay();
  }

  /** Keeps the last message in sight, unless the reader scrolled up. */
  function stay() {
    if (isAtEnd) log.scrollTop = log.scrollHeight;
    byId('to-end').hidden = isAtEnd;
  }

  function onScroll() {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    byId('to-end').hidden = isAtEnd;
  }

  /** What is on the screen is read; at first sight whatever was sent before, later what is reported delivered. */
  function announceShown(isFirst) {
    if (document.hidden) return;
    const shown = isFirst ? ['accepted', 'sent', 'delivered'] : ['delivered'];
    const ids = [...lines.values()]
      .filter((line) => line.from !== 'debtor' && shown.includes(line.status) && !told.has(line.id))
      .map((line) => line.id);
    for (const id of ids) told.add(id);
    if (ids.length > 0) onShown(ids);
  }

  function dayNode({ ms, day }) {
    const text = dayText(ms, zone, now());
    const node = days.get(day) ?? make('li', { className: 'day', role: 'separator' });
    if (node.textContent !== text) node.textContent = text;
    days.set(day, node);
    return node;
  }

  /** A change of status alone changes the tick in place: a new element would be read out again. */
  function nodeOf(line, isFirst, isLast) {
    const shape = isNote(line)
      ? ['note', line.status, line.rule, line.deferredUntil].join('|')
      : ['message', isFirst, isLast && line.options.length > 0, line.from === 'debtor' && line.status].join('|');
    const known = nodes.get(line.id);
    if (known?.shape !== shape) {
      const node = isNote(line) ? noteNode(line) : messageNode(line, isFirst, isLast, known === undefined);
      nodes.set(line.id, { shape, node });
      return node;
    }
    if (known.node.dataset.status !== (line.status ?? 'received')) {
      known.node.dataset.status = line.status ?? 'received';
      known.node.querySelector('.meta')?.replaceChildren(...metaOf(line));
    }
    return known.node;
  }

  function metaOf(line) {
    const own = line.status === 'sending' ? STATUS.sending : STATUS.delivered;
    const status = line.from === 'debtor' ? own : STATUS[line.status];
    return [make('time', {}, timeText(line.ms, zone)), ...(status ? [tickIcon(status)] : [])];
  }

  function messageNode(line, isFirst, isLast, isArriving) {
    const isMine = line.from === 'debtor';
    const classes = [
      'message',
      isMine ? 'mine' : line.from,
      isFirst ? 'first' : '',
      line.isNew && isArriving ? 'is-new' : '',
    ];
    const bubble = make(
      'div',
      { className: 'bubble' },
      make('span', { className: 'hidden' }, `${{ debtor: 'Tú', bot: 'Acuerdo', agent: 'Agente' }[line.from]}: `),
      line.from === 'agent' ? make('span', { className: 'who' }, 'Una persona del equipo') : null,
      make(
        'span',
        { className: line.text.length > LONG_TEXT ? 'words is-long' : 'words', dir: 'auto' },
        ...linked(line.text),
      ),
      make('span', { className: 'meta', 'aria-live': 'off' }, ...metaOf(line)),
    );
    const node = make('li', { className: classes.join(' ') }, bubble);
    node.dataset.status = line.status ?? 'received';
    if (isLast && line.options.length > 0) node.append(optionsOf(line));
    return node;
  }

  function optionsOf(line) {
    const group = make('div', { className: 'options', role: 'group', 'aria-label': 'Respuestas' });
    for (const label of line.options) {
      const button = make('button', { type: 'button' }, label);
      button.addEventListener('click', () => onSend(label));
      group.append(button);
    }
    return group;
  }

  function noteNode(line) {
    const rule = line.rule ? ` (regla ${line.rule})` : '';
    const summary =
      line.status === 'blocked'
        ? `Un mensaje no se envió${rule}`
        : `Un mensaje se enviará ${whenText(line.deferredUntil)}${rule}`;
    const node = make(
      'li',
      { className: line.status === 'blocked' ? 'note is-blocked' : 'note' },
      make('details', {}, make('summary', {}, summary), make('p', {}, line.text)),
    );
    node.dataset.status = line.status;
    return node;
  }

  function whenText(until) {
    if (!until) return 'más tarde';
    const text = momentText(Date.parse(until), zone, now());
    return /^(hoy|mañana)/.test(text) ? text : `el ${text}`;
  }

  reconcile(log, []);
  log.addEventListener('scroll', onScroll, { passive: true });
  resized.observe(log);
  return {
    receive,
    sending,
    notSent,
    setMode,
    /** Day names change when the clock moves. */
    redraw: () => draw({}),
    shownAgain: () => announceShown(false),
    close() {
      clearTimeout(typingTimer);
      log.removeEventListener('scroll', onScroll);
      resized.disconnect();
    },
  };
}

/** By time; what has not gone yet comes last, in the order in which it was said (the sort is stable). */
function inOrder(a, b) {
  if (isWaiting(a) !== isWaiting(b)) return isWaiting(a) ? 1 : -1;
  return isWaiting(a) ? 0 : a.ms - b.ms;
}

const isWaiting = (line) => line.status === 'sending' || line.status === 'waiting';
const isNote = (line) => line.status === 'deferred' || line.status === 'blocked';
