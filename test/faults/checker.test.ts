import { describe, expect, test } from '@jest/globals';
import { check, type Kind } from './checker.ts';
import type { Evidence, InboxDoc, OutboxDoc, Received } from './evidence.ts';

const PHONE = '+525510000000';
const NOON = Date.parse('2026-03-02T18:00:00Z'); // Monday 12:00 in Mexico City
const NIGHT = Date.parse('2026-03-03T05:00:00Z'); // Monday 23:00 there

const message = (n: number, more: Partial<InboxDoc> = {}): InboxDoc => ({
  _id: `twilio:${n}`,
  conversationId: 'c',
  incoming: { kind: 'message', text: `text ${n}` },
  receivedAt: new Date(NOON),
  seq: String(n),
  state: 'done',
  notBefore: new Date(NOON),
  ...more,
});

const answer = (n: number, more: Partial<OutboxDoc> = {}): OutboxDoc => ({
  _id: `twilio:${n}:0`,
  conversationId: 'c',
  address: PHONE,
  kind: 'reply',
  key: `key.${n}`,
  seq: String(n),
  state: 'accepted',
  rule: null,
  attempts: 1,
  notBefore: new Date(NOON),
  createdAt: new Date(NOON),
  ...more,
});

const arrived = (n: number, more: Partial<Received> = {}): Received => ({
  outboxId: `twilio:${n}:0`,
  to: PHONE,
  body: '',
  validityPeriod: 3600,
  at: NOON + n * 1000,
  ...more,
});

const posted = (n: number, more = {}) => ({
  id: `twilio:${n}`,
  phone: PHONE,
  text: `text ${n}`,
  firstAt: NOON + n * 100,
  ackedAt: NOON + n * 100 + 50,
  ...more,
});

/** Two messages, asked and answered, by day. */
function allWell(): Evidence {
  return {
    posted: [posted(1), posted(2)],
    inbox: [message(1), message(2)],
    outbox: [answer(1), answer(2)],
    followups: [{ _id: 'f', debtorId: 'banco/d0', dueAt: new Date(NOON), state: 'done' }],
    conversations: [{ _id: 'c', address: PHONE, mode: 'bot', consent: null }],
    received: [arrived(1), arrived(2)],
    debtors: [{ debtorId: 'banco/d0', phone: PHONE, zone: 'America/Mexico_City', reminded: true, owner: 'test' }],
    replay: new Map([['text 1\u0001text 2', ['key.1', 'key.2']]]),
    at: NOON + 60_000,
    lateMs: 10_000,
  };
}

const timer = (due: string): InboxDoc =>
  message(9, { _id: `timer:f@${due}`, incoming: { kind: 'event', flow: 'reminder_after', followupId: 'f' } });
const reminder = (due: string): OutboxDoc => answer(9, { _id: `timer:f@${due}:0`, kind: 'reminder' });
const reminded = (due: string, more: Partial<Received> = {}): Received =>
  arrived(9, { outboxId: `timer:f@${due}:0`, ...more });

test('finds nothing where all is well', () => {
  expect(check(allWell())).toEqual([]);
});

test('a message that was never acknowledged and never stored is the provider’s, not ours', () => {
  const evidence = allWell();
  expect(check({ ...evidence, posted: [...evidence.posted, posted(3, { ackedAt: null })] })).toEqual([]);
});

test('messages of one burst have one answer, and are replayed as one', () => {
  const evidence = allWell();
  const burst = [message(1, { takenWith: 'twilio:1' }), message(2, { takenWith: 'twilio:1' })];
  const replay = new Map([['text 1\ntext 2', ['key.1']]]);
  const one = { ...evidence, inbox: burst, outbox: [answer(1)], received: [arrived(1)], replay };
  expect(check(one)).toEqual([]);
});

test('a flood is answered as its replay is, as far as it is answered at all', () => {
  const evidence = allWell();
  const told = [answer(1), answer(2, { key: 'neutral.flooded' })];
  expect(check({ ...evidence, outbox: told })).toEqual([]);
  const wrong = check({ ...evidence, outbox: [answer(1, { key: 'neutral.stale' }), ...told.slice(1)] });
  expect(wrong).toEqual([{ kind: 'reordered', phone: PHONE, what: expect.stringContaining('differ from the replay') }]);
});

test('what the law puts off is not unfinished, and may be overtaken', () => {
  const evidence = allWell();
  const later = { ...reminder('a'), state: 'ready', notBefore: new Date(NOON + 3_600_000) };
  const waiting = { ...evidence, inbox: [timer('a'), ...evidence.inbox], outbox: [later, ...evidence.outbox] };
  expect(check(waiting)).toEqual([]);
});

test('a second copy that its row owns up to, and a demand that was let go, are flagged: no violations', () => {
  const evidence = allWell();
  const twice = [arrived(1), arrived(1, { at: NOON + 1500 }), arrived(2)];
  expect(check({ ...evidence, outbox: [answer(1, { mayBeTwice: true }), answer(2)], received: twice })).toEqual([]);
  const letGo = { ...reminder('a'), state: 'unknown', rule: 'sender_died', checkAt: null };
  expect(check({ ...evidence, inbox: [...evidence.inbox, timer('a')], outbox: [...evidence.outbox, letGo] })).toEqual(
    [],
  );
});

describe('a violation of each kind is found, and named', () => {
  const violations: [Kind, string, (evidence: Evidence) => Partial<Evidence>][] = [
    [
      'lost',
      'acknowledged and is not stored',
      ({ inbox }) => ({ inbox: inbox.slice(0, 1), outbox: [answer(1)], received: [arrived(1)] }),
    ],
    ['lost', 'is a dead letter', () => ({ inbox: [message(1), message(2, { state: 'dead' })] })],
    ['lost', 'nothing was answered', () => ({ outbox: [answer(1)], received: [arrived(1)], replay: new Map() })],
    ['lost', 'counts as sent and nobody received it', () => ({ received: [arrived(1)] })],
    [
      'lost',
      'did not go: blocked',
      () => ({ outbox: [answer(1), answer(2, { state: 'blocked', rule: 'x' })], received: [arrived(1)] }),
    ],
    [
      'duplicated',
      'was received 2 times',
      () => ({ received: [arrived(1), arrived(2), arrived(2, { at: NOON + 2500 })] }),
    ],
    ['duplicated', 'is in no outbox', ({ received }) => ({ received: [...received, arrived(7)] })],
    ['reordered', 'was received after', () => ({ received: [arrived(2), arrived(1)] })],
    ['reordered', 'overtook', () => ({ posted: [posted(2), posted(1, { firstAt: NOON + 900, ackedAt: NOON + 950 })] })],
    ['reordered', 'differ from the replay', () => ({ outbox: [answer(1), answer(2, { key: 'neutral.stale' })] })],
    ['late', 'was answered after 59800 ms', () => ({ received: [arrived(1), arrived(2, { at: NOON + 60_050 })] })],
    ['out_of_hours', 'Mon 23:00', (e) => withReminder(e, 'a', { at: NIGHT })],
    ['out_of_hours', 'may be delivered after hours', (e) => withReminder(e, 'a', { validityPeriod: 36_001 })],
    ['out_of_hours', 'may be delivered after hours', (e) => withReminder(e, 'a', { validityPeriod: null })],
    [
      'after_opt_out',
      'after the debtor opted out',
      (e) => ({
        ...withReminder(e, 'a', { at: NOON + 30_000 }),
        conversations: [{ _id: 'c', address: PHONE, mode: 'bot', consent: { state: 'out', at: new Date(NOON) } }],
      }),
    ],
    [
      'unknown',
      'nobody knows of',
      () => ({ outbox: [answer(1), answer(2, { state: 'unknown', rule: 'sender_died' })] }),
    ],
    ['unfinished', 'still waits for its turn', () => ({ inbox: [message(1), message(2, { state: 'new' })] })],
    ['unfinished', 'is still sending', () => ({ outbox: [answer(1), answer(2, { state: 'sending' })] })],
    [
      'unfinished',
      'is still unknown',
      (e) => {
        const doubted = { ...reminder('a'), state: 'unknown', checkAt: new Date(NOON) };
        return { inbox: [...e.inbox, timer('a')], outbox: [...e.outbox, doubted] };
      },
    ],
    ['unfinished', 'is still ready', () => ({ outbox: [answer(1), answer(2, { state: 'ready' })] })],
    [
      'unfinished',
      'is still fired',
      ({ followups }) => ({ followups: followups.map((row) => ({ ...row, state: 'fired' })) }),
    ],
    [
      'unfinished',
      'is still scheduled',
      ({ followups }) => ({ followups: followups.map((row) => ({ ...row, state: 'scheduled' })) }),
    ],
    [
      'repeated',
      'spoke 2 times',
      (e) => {
        const twice = withReminder(e, 'a', {});
        return {
          inbox: [...twice.inbox, timer('b')],
          outbox: [...twice.outbox, reminder('b')],
          received: [...twice.received, reminded('b')],
        };
      },
    ],
  ];

  test.each(violations)('%s: %s', (kind, words, spoil) => {
    const evidence = allWell();
    const found = check({ ...evidence, ...spoil(evidence) });
    expect(found).toEqual(expect.arrayContaining([{ kind, phone: PHONE, what: expect.stringContaining(words) }]));
    expect(new Set(found.map((finding) => finding.kind))).toEqual(new Set([kind]));
  });

  test('there is one for each kind', () => {
    expect(new Set(violations.map(([kind]) => kind)).size).toBe(9);
  });
});

function withReminder({ inbox, outbox, received }: Evidence, due: string, more: Partial<Received>) {
  return {
    inbox: [...inbox, timer(due)],
    outbox: [...outbox, reminder(due)],
    received: [...received, reminded(due, more)],
  };
}
