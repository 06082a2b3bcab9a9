import { describe, expect, test } from '@jest/globals';
import { type CardView, cardText, maskedName, topicName } from '../../src/desk/card.ts';
import { pressData, readCommand, readPress } from '../../src/desk/commands.ts';
import type { Post } from '../../src/desk/desk-store.ts';
import { nextMessage } from '../../src/desk/posts.ts';
import { readUpdate, updateNumber } from '../../src/desk/updates.ts';
import { fateInWords } from '../../src/desk/words.ts';
import { conversationId } from '../../src/kernel/ids.ts';
import { money } from '../../src/kernel/money.ts';

const NOW = new Date('2026-03-02T16:00:00Z');
const VIEW: CardView = {
  name: 'Ana <Pérez> López',
  contact: '…01',
  channel: 'twilio-whatsapp',
  mode: 'pending',
  reason: 'asked_for_person',
  holder: null,
  since: NOW,
  windowUntil: null,
  account: {
    total: money(120_000n, 'MXN'),
    overdue: money(50_000n, 'MXN'),
    daysLate: 20,
    promises: [{ amount: money(50_000n, 'MXN'), date: '2026-03-06', state: 'open' }],
  },
  lines: [
    { id: '1', at: NOW, from: 'debtor', text: 'quiero <b>hablar</b>\ncon alguien', options: [], ...noFate() },
    { id: '2', at: NOW, from: 'bot', text: 'Claro.', options: [], ...noFate() },
  ],
  notes: [{ at: NOW, by: { id: 'tg:1', name: 'Marta' }, text: 'llamar el lunes' }],
  zone: 'America/Mexico_City',
  locale: 'es-MX',
  now: NOW,
};

function noFate() {
  return { status: null, rule: null, deferredUntil: null };
}

const hoursOn = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

test('a card says who, why, since when, what is owed and promised, and what was said last; nothing of others is markup', () => {
  expect(cardText(VIEW)).toBe(
    [
      '<b>Ana L. · …01</b> · twilio-whatsapp',
      '⏳ Espera a una persona: pidió una persona · desde 2026-03-02 10:00',
      'Saldo $1,200.00 · vencido $500.00, 20 días',
      'Promesa vigente: $500.00 para 2026-03-06',
      '📝 Marta: llamar el lunes',
      '',
      '<blockquote expandable>10:00 💬 quiero &lt;b&gt;hablar&lt;/b&gt; con alguien\n10:00 🤖 Claro.</blockquote>',
    ].join('\n'),
  );
});

describe('what a card says of', () => {
  test.each<[string, Partial<CardView>, string]>([
    ['a person who has it', { mode: 'human', holder: 'Marta' }, '👤 La tiene Marta: pidió una persona'],
    [
      'the phone',
      { mode: 'human', holder: 'phone', reason: 'typed_on_phone' },
      'La tiene el teléfono: alguien le escribió',
    ],
    ['the bot', { mode: 'bot', reason: null, since: null }, '🤖 La atiende el asistente'],
    ['one that is closed', { mode: 'resolved', reason: null, since: null }, '✅ Cerrada'],
    ['a reason without words', { reason: 'flow_too_long' }, 'persona: flow_too_long'],
    ['a window of hours', { windowUntil: hoursOn(3.5) }, 'cierra en 3 h'],
    ['a window of minutes', { windowUntil: hoursOn(0.25) }, 'cierra en 15 min'],
    ['a closed window', { windowUntil: hoursOn(-1) }, '🔒 Ventana cerrada'],
    ['a stranger', { name: null, account: null }, 'Sin deudor conocido'],
  ])('%s', (_of, change, expected) => {
    expect(cardText({ ...VIEW, ...change })).toContain(expected);
  });
});

test('a card of the longest lines, names and notes still is one message', () => {
  const long = {
    ...VIEW,
    name: `A ${'x'.repeat(300)}`,
    lines: Array(10).fill({ ...VIEW.lines[0], text: '&'.repeat(4096) }),
  };
  const visible = cardText(long)
    .replace(/<[^>]*>/g, '')
    .replace(/&\w+;/g, '_');
  expect(visible.length).toBeLessThan(4096);
});

test.each([
  ['Ana', 'Ana'],
  ['Ana Pérez', 'Ana P.'],
  ['  Ana  María  Pérez ', 'Ana P.'],
  ['', 'Desconocido'],
  [null, 'Desconocido'],
])('%j is shown as %s', (name, masked) => {
  expect(maskedName(name)).toBe(masked);
});

test('the name of a topic is never longer than Telegram takes', () => {
  expect(topicName({ name: 'x'.repeat(500), contact: '…01' }).length).toBeLessThanOrEqual(128);
});

test.each([
  ['hola Ana', { is: 'reply', text: 'hola Ana' }],
  ['son 2/3 del total', { is: 'reply', text: 'son 2/3 del total' }],
  ['/n llamar el lunes', { is: 'note', text: 'llamar el lunes' }],
  ['/n@acuerdo_bot dos\nlíneas', { is: 'note', text: 'dos\nlíneas' }],
  ['/nota algo', { is: 'note', text: 'algo' }],
  ['/n', { is: 'empty' }],
  ['   ', { is: 'empty' }],
  ['/ayuda', { is: 'help' }],
  ['/help@acuerdo_bot', { is: 'help' }],
  ['/tomar', { is: 'take' }],
  ['/bot', { is: 'return' }],
  ['/CERRAR', { is: 'close' }],
  ['/cerrar ya', { is: 'unknown' }],
  ['/nn algo', { is: 'unknown' }],
  ['/ hola', { is: 'unknown' }],
])('%j is read as %j', (text, command) => {
  expect(readCommand(text)).toEqual(command);
});

test('a button comes back as it was made, in at most 64 bytes; anything else is no button', () => {
  const press = { act: 'return' as const, handoffs: 123_456, conversationId: conversationId('simulator', '+52') };
  expect(readPress(pressData(press))).toEqual(press);
  expect(Buffer.byteLength(pressData(press))).toBeLessThanOrEqual(64);
  for (const data of [
    '',
    'return',
    'pay:1:c-0000000000000000',
    'take:-1:c-0000000000000000',
    'take:1:../x',
    `take:1:c-${'0'.repeat(60)}`,
  ])
    expect(readPress(data)).toBeNull();
});

const post = (what: Post['what'], text: string, n: number): Post => ({
  ...{ _id: `p${n}`, conversationId: conversationId('simulator', '+52'), seq: String(n), at: NOW, what, text },
  ...{ state: 'new', attempts: 0, dueAt: NOW, messages: [] },
});

test("a burst is one message under the name of who wrote it, and others' words stand between", () => {
  const posts = [
    post('debtor', 'hola', 1),
    post('debtor', '¿<hay> alguien?', 2),
    post('told', '✋ Marta', 3),
    post('debtor', 'sí', 4),
  ];
  expect(nextMessage(posts, 'Ana P.')).toEqual({
    ids: ['p1', 'p2', 'p3', 'p4'],
    html: '<b>Ana P.</b>\nhola\n¿&lt;hay&gt; alguien?\n✋ Marta\n<b>Ana P.</b>\nsí',
  });
});

test('what does not fit one message goes in the next; one that is too long alone is cut', () => {
  const posts = [post('debtor', 'a'.repeat(3000), 1), post('debtor', 'b'.repeat(3000), 2)];
  expect(nextMessage(posts, 'Ana').ids).toEqual(['p1']);
  const alone = nextMessage([post('debtor', 'c'.repeat(4096), 1)], 'Ana');
  expect(alone.ids).toEqual(['p1']);
  expect(alone.html.length).toBeLessThan(4096);
  expect(alone.html.endsWith('…')).toBe(true);
});

const our = { botId: '7001', groupId: -100 };
const from = { id: 5, is_bot: false, first_name: 'Marta' };
const inTopic = { chat: { id: -100 }, from, message_thread_id: 9, is_topic_message: true };

describe('of what Telegram tells', () => {
  test.each<[string, object, object | null]>([
    ['a line', { message: { ...inTopic, text: 'hola' } }, { topic: 9, what: { kind: 'text', text: 'hola' } }],
    [
      'a reply in General, whose number is no topic',
      { message: { ...inTopic, is_topic_message: undefined, text: 'x' } },
      { topic: null },
    ],
    [
      'a picture of an album',
      { message: { ...inTopic, photo: [], media_group_id: '7' } },
      { what: { kind: 'file', album: '7' } },
    ],
    ['an edit', { edited_message: { ...inTopic, text: 'otra' } }, { what: { kind: 'edited' } }],
    ['a topic that is closed', { message: { ...inTopic, forum_topic_closed: {} } }, { what: { kind: 'closed' } }],
    [
      'an anonymous administrator',
      { message: { ...inTopic, from: { ...from, id: 1_087_968_824, is_bot: true }, text: 'x' } },
      { isAnonymous: true },
    ],
    [
      'somebody who writes as a channel',
      { message: { ...inTopic, sender_chat: { id: -5 }, text: 'x' } },
      { isAnonymous: true },
    ],
    [
      'a button',
      { callback_query: { id: 'q', from, data: 'd', message: { chat: { id: -100 } } } },
      { what: { kind: 'press', press: 'q', data: 'd' } },
    ],
    ['another group', { message: { ...inTopic, chat: { id: -7 }, text: 'x' } }, null],
    [
      'a button in another group',
      { callback_query: { id: 'q', from, data: 'd', message: { chat: { id: -7 } } } },
      null,
    ],
    ['a bot', { message: { ...inTopic, from: { ...from, is_bot: true }, text: 'x' } }, null],
    ['a pinned message', { message: { ...inTopic, pinned_message: {} } }, null],
    ['something of tomorrow', { message_reaction_3: {} }, null],
  ])('%s', (_what, rest, expected) => {
    const told = readUpdate({ update_id: 3, ...rest }, our);
    if (expected === null) expect(told).toBeNull();
    else expect(told).toMatchObject({ key: 'tg:7001:3', from: { id: expect.any(Number) }, ...expected });
  });

  test.each([null, 'x', {}, { update_id: 'x' }, { update_id: 4, message: 'x' }])('%j is nothing', (update) => {
    expect(readUpdate(update, our)).toBeNull();
  });

  test('what cannot be read still has its number, so that polling goes past it', () => {
    expect(updateNumber({ update_id: 4, message: 'x' })).toBe(4);
    expect(updateNumber('x')).toBeNull();
  });
});

test.each([
  [
    'deferred',
    'hours',
    hoursOn(9.5),
    '⏸ «Hola» todavía no sale: está fuera del horario permitido. Saldrá en unas 10 h.',
  ],
  ['blocked', 'opt_out', null, '⚠️ «Hola» no le llegó: pidió no recibir mensajes.'],
  ['failed', '30003', null, '⚠️ «Hola» no le llegó: 30003.'],
  ['unknown', 'no_answer', null, '❓ «Hola»: el proveedor no respondió; no se sabe si llegó.'],
] as const)('a line that is %s by %s', (status, rule, deferredUntil, expected) => {
  const fate = { id: 'o', at: NOW, from: 'agent' as const, text: 'Hola', options: [], status, rule, deferredUntil };
  expect(fateInWords({ by: 'Marta', text: 'Hola' }, fate, NOW)).toBe(expected);
});
