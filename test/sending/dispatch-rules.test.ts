import { describe, expect, test } from '@jest/globals';
import type { Channel, Found, Pace } from '../../src/channels/channel.ts';
import { isTooFast, isUnanswered, isUnreachable } from '../../src/channels/provider-codes.ts';
import type { ConversationId, OutboxId } from '../../src/kernel/ids.ts';
import { fallbackIdOf } from '../../src/kernel/ids.ts';
import type { MessageKind } from '../../src/kernel/medium.ts';
import { LANES, type Lane, laneOf } from '../../src/outbox/lane.ts';
import { HOLD_MS, type OutboxRow } from '../../src/outbox/outbox-store.ts';
import { dutyOf, weighDoubt } from '../../src/sending/ambiguity.ts';
import { afterAnswer, afterFailure, type Breaker, closedBreaker, stateOf } from '../../src/sending/breaker.ts';
import { choose } from '../../src/sending/dispatch.ts';
import { mayBeSaidElsewhere } from '../../src/sending/fallback.ts';
import { isLate, isOvertaken, LATE_MS } from '../../src/sending/lateness.ts';
import { placeOf } from '../../src/sending/order.ts';
import { draw, type Wish } from '../../src/sending/pacer.ts';
import { type Bucket, opensAt, rateOfRecipient, rateOfSender, roomIn, takeFrom } from '../../src/sending/pacing.ts';

const NOW = new Date('2026-03-02T16:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);
const conversation = (name: string) => name as ConversationId;

describe('lanes', () => {
  test.each<[MessageKind, (typeof LANES)[number]]>([
    ['reply', 'reply'],
    ['receipt', 'receipt'],
    ['opt_out_ack', 'receipt'],
    ['info_requested', 'receipt'],
    ['promise_followup', 'reminder'],
    ['reminder', 'reminder'],
    ['preventive', 'bulk'],
    ['demand', 'bulk'],
    ['offer', 'bulk'],
  ])('%s goes in the lane of %ss', (kind, lane) => expect(LANES[laneOf(kind)]).toBe(lane));

  const due = (...rows: [string, Lane][]) => rows.map(([id, lane]) => ({ conversationId: conversation(id), lane }));
  test.each([
    ['all, where there is room', { urgent: 9, calm: 9 }, 'abcd'],
    ['the first, where there is little', { urgent: 2, calm: 9 }, 'ab'],
    ['answers alone, where what can wait has no room', { urgent: 9, calm: 0 }, 'ab'],
    ['one that can wait, behind the answers', { urgent: 9, calm: 1 }, 'abc'],
    ['nobody', { urgent: 0, calm: 9 }, ''],
  ])('there is chosen: %s', (_what, free, expected) => {
    const rows = due(['a', 0], ['a', 0], ['b', 1], ['c', 2], ['d', 3], ['a', 3]);
    expect(
      choose(rows, free)
        .map(({ conversationId }) => conversationId)
        .join(''),
    ).toBe(expected);
  });
});

describe('buckets', () => {
  const sender = rateOfSender({ perSecond: 2, recipientSpacingMs: 0 }); // holds 2, answers borrow 20
  const bucket = (tokens: number, changes: Partial<Bucket> = {}): Bucket => ({
    tokens,
    at: NOW,
    closedUntil: null,
    ...changes,
  });

  test.each<[string, Bucket | null, Lane, number, number, number]>([
    // what, bucket, lane, seconds later → room, seconds until it opens
    ['a new one is full', null, 2, 0, 2, 0],
    ['it does not hold more than a second', bucket(2), 2, 3600, 2, 0],
    ['it is refilled by time', bucket(0), 2, 0.5, 1, 0.5],
    ['an empty one lets no reminder go', bucket(0), 2, 0, 0, 0.001],
    ['but an answer', bucket(0), 0, 0, 20, 0],
    ['and a receipt', bucket(0), 1, 0, 20, 0],
    ['what is overdrawn is paid back first', bucket(-3), 2, 0, 0, 1.501],
    ['an answer cannot overdraw it for ever', bucket(-20), 0, 0, 0, 0.001],
    ['the provider closed it', bucket(2, { closedUntil: at(30) }), 0, 0, 0, 30],
    ['and it opens by itself', bucket(2, { closedUntil: at(30) }), 0, 30, 22, 30],
    ['a closure from a clock that ran ahead is no closure', bucket(2, { closedUntil: at(90_000) }), 0, 0, 22, 0],
    ['a clock behind the last writer gives nothing back', bucket(1, { at: at(60) }), 2, 0, 1, 0],
  ])('%s', (_what, given, lane, later, room, opens) => {
    expect(roomIn(given, sender, lane, at(later))).toBe(room);
    expect(opensAt(given, sender, lane, at(later))).toEqual(at(Math.max(later, opens)));
  });

  test('over an hour no mix of sizes exceeds the pace by more than one message and what answers borrow', () => {
    const rate = rateOfSender({ perSecond: 1, recipientSpacingMs: 0 });
    let given: Bucket | null = null;
    let sent = 0;
    for (let second = 0; second < 3600; second += 1) {
      for (const [units, lane] of [
        [3, 3],
        [1, 0],
        [7, 2],
      ] as [number, Lane][]) {
        const next = takeFrom(given, rate, { units, lane, now: at(second) });
        if (!next) continue;
        given = next;
        sent += units;
      }
    }
    expect(sent).toBeGreaterThanOrEqual(3600);
    expect(sent).toBeLessThanOrEqual(3600 + 1 + 10 + 7);
  });

  test('a recipient gets a reminder, then the spacing; an answer of four messages at once', () => {
    const rate = rateOfRecipient({ perSecond: 1, recipientSpacingMs: 6000 });
    if (!rate) throw new Error('there is no rate');
    const first = takeFrom(null, rate, { units: 1, lane: 2, now: NOW });
    expect(takeFrom(first, rate, { units: 1, lane: 2, now: NOW })).toBeNull();
    expect(opensAt(first, rate, 2, NOW)).toEqual(at(0.001));
    let given = first;
    for (let n = 0; n < 3; n += 1) given = takeFrom(given, rate, { units: 1, lane: 0, now: NOW });
    expect(given?.tokens).toBe(-3);
    expect(takeFrom(given, rate, { units: 1, lane: 0, now: NOW })).toBeNull();
    expect(opensAt(given, rate, 2, NOW)).toEqual(at(18.001));
    expect(rateOfRecipient({ perSecond: 1, recipientSpacingMs: 0 })).toBeNull();
  });

  test('of many at one moment those go that there are tokens for, and each conversation is spaced on its own', () => {
    const channel = (id: string, pace?: Pace): Channel => ({
      ...{ id, medium: 'sms', capabilities: { buttons: false, lengthMax: 1600 } },
      send: async () => ({ outcome: 'unknown', code: 'never_called' }),
      ...(pace && { pace }),
    });
    const slow = channel('slow', { perSecond: 2, recipientSpacingMs: 60_000 });
    const free = channel('free');
    const wish = (on: Channel, to: string, units = 1): Wish => ({
      channel: on,
      conversationId: conversation(to),
      lane: 2,
      units,
    });
    const wishes = [wish(slow, 'a'), wish(slow, 'a'), wish(slow, 'b', 3), wish(slow, 'c'), wish(free, 'd', 99)];
    const { grants, buckets } = draw(wishes, new Map(), NOW);
    expect(wishes.map((each) => grants.get(each))).toEqual([
      { granted: true },
      { granted: false, who: 'recipient', until: at(0.001) },
      { granted: true },
      { granted: false, who: 'sender', until: at(1.001) },
      { granted: true },
    ]);
    expect([...buckets].map(([key, { tokens }]) => [key, tokens])).toEqual([
      ['sender:slow', -2],
      ['to:a', 0],
      ['to:b', 0],
    ]);
  });
});

describe('the breaker of a provider', () => {
  const called = (calls: string, from: Breaker = closedBreaker, now = NOW) =>
    [...calls].reduce((breaker, call) => (call === 'x' ? afterFailure(breaker, now) : afterAnswer(breaker, now)), from);
  const opened = called('xxxxx');

  test.each([
    ['xxxx', 'closed'],
    ['xxxx.xxxx', 'closed'],
    ['xxxxx', 'open'],
    ['xxxxx.', 'open'], // an answer to a call from before says nothing of now
  ])('after %s it is %s', (calls, state) => expect(stateOf(called(calls), NOW)).toBe(state));

  test.each([
    [9.999, 'open'],
    [10, 'half_open'],
  ])('%d s after it opened it is %s', (later, state) => expect(stateOf(opened, at(later))).toBe(state));

  test('one answer closes it, one failure opens it again for twice as long, up to five minutes', () => {
    expect(called('.', opened, at(10))).toEqual(closedBreaker);
    let breaker = opened;
    const lengths: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const now = breaker.until ?? NOW;
      breaker = afterFailure(breaker, now);
      lengths.push(((breaker.until?.getTime() ?? 0) - now.getTime()) / 1000);
    }
    expect(lengths).toEqual([20, 40, 80, 160, 300, 300, 300, 300]);
  });

  test('calls that were under way when it opened do not lengthen it', () => {
    expect(called('xxx', opened, at(5)).until).toEqual(opened.until);
  });
});

describe('a send that nobody knows of', () => {
  const found: Found = { outcome: 'found', providerId: 'SM1', status: 'sent' };
  const absent: Found = { outcome: 'absent' };
  const unsure: Found = { outcome: 'unsure', code: '503' };
  const [first, last] = [1, 6];

  test.each<[MessageKind, Found | null, number, number, boolean, string, 'late'?]>([
    // kind, the provider's word, checks, attempts, nothing after it has gone → verdict
    ['reminder', found, first, 1, true, 'accept'],
    ['reminder', found, last, 1, false, 'accept'],
    ['reminder', absent, first, 1, true, 'flag'],
    ['reminder', null, first, 1, true, 'flag'],
    ['reminder', unsure, first, 1, true, 'ask_again'],
    ['reminder', unsure, last, 1, false, 'flag'],
    ['promise_followup', absent, first, 1, true, 'flag'],
    ['demand', null, first, 1, true, 'flag'],
    ['reply', found, first, 1, true, 'accept'],
    ['reply', absent, first, 1, true, 'resend, proven'],
    ['reply', absent, 4, 1, true, 'resend, proven'],
    ['reply', absent, last, 2, true, 'resend, proven'],
    ['reply', absent, 4, 1, false, 'flag'], // what came after it went: the order would break
    ['reply', absent, 4, 1, true, 'flag', 'late'],
    ['reply', found, 4, 1, true, 'accept', 'late'],
    ['receipt', absent, 4, 1, false, 'resend, proven', 'late'],
    ['reply', absent, first, 3, true, 'flag'],
    ['reply', null, first, 1, true, 'flag'],
    ['reply', unsure, first, 1, true, 'ask_again'],
    ['reply', unsure, last, 1, false, 'flag'],
    ['receipt', found, first, 1, true, 'accept'],
    ['receipt', absent, first, 1, true, 'resend, proven'],
    ['receipt', absent, 4, 2, false, 'resend, proven'],
    ['receipt', null, first, 1, true, 'resend, perhaps twice'],
    ['receipt', null, first, 3, true, 'flag'],
    ['receipt', unsure, first, 1, true, 'ask_again'],
    ['receipt', unsure, last, 1, false, 'resend, perhaps twice'],
    ['opt_out_ack', null, first, 1, true, 'resend, perhaps twice'],
    ['opt_out_ack', absent, first, 1, true, 'resend, proven'],
  ])('%s, %j, look %d, call %d: in order %s → %s', (kind, said, checks, attempts, isInOrder, expected, ...[late]) => {
    const isLate = late === 'late';
    const verdict = weighDoubt({ duty: dutyOf(kind), found: said, checks, attempts, isInOrder, isLate });
    const proof = verdict.act === 'resend' ? (verdict.proven ? ', proven' : ', perhaps twice') : '';
    expect(`${verdict.act}${proof}`).toBe(expected);
  });

  test('it is looked at ever more seldom, three times while it holds its conversation, six in all', () => {
    const waits: number[] = [];
    for (let checks = 1; ; checks += 1) {
      const asked = { duty: 'if_absent', found: unsure, checks, attempts: 1, isInOrder: true, isLate: false } as const;
      const verdict = weighDoubt(asked);
      if (verdict.act !== 'ask_again') break;
      waits.push(verdict.inMs / 1000);
    }
    expect(waits).toEqual([25, 25, 190, 600, 2700]);
    expect(60 + 25 + 25).toBeLessThan(HOLD_MS / 1000);
  });
});

describe('the order of a conversation', () => {
  const row = (changes: Partial<OutboxRow>) =>
    placeOf({ state: 'ready', notBefore: NOW, sendingAt: null, attempts: 0, ...changes }, NOW, at(1000));
  test.each<[string, Partial<OutboxRow>, ReturnType<typeof placeOf>]>([
    ['what may go goes', {}, { act: 'go' }],
    ['what the law defers is overtaken', { notBefore: at(60), waits: 'law' }, { act: 'pass' }],
    ['what a provider delays is not', { notBefore: at(60), waits: 'order' }, { act: 'stop', until: at(60) }],
    ['its time has come', { notBefore: at(-1), waits: 'order' }, { act: 'go' }],
    ['what nobody knows of holds', { state: 'unknown', holdsUntil: at(90) }, { act: 'stop', until: at(90) }],
    ['but not for ever', { state: 'unknown', holdsUntil: at(0) }, { act: 'pass' }],
    ['a flagged one does not', { state: 'unknown', holdsUntil: null }, { act: 'pass' }],
    ['a dead sender holds two minutes', { state: 'sending', sendingAt: at(1000 - 50) }, { act: 'stop', until: at(70) }],
    ['and no longer', { state: 'sending', sendingAt: at(1000 - 120) }, { act: 'pass' }],
  ])('%s', (_what, changes, place) => expect(row(changes)).toEqual(place));
});

describe('a late answer', () => {
  const answers = { at: NOW, seq: 7 };
  const ten = LATE_MS / 1000;
  test.each<[string, OutboxRow['answers'] | undefined, number, boolean]>([
    ['in time', answers, ten, false],
    ['late', answers, ten + 1, true],
    ['nobody asked', null, 10 * ten, false],
    ['of before there was a memory of it', undefined, 10 * ten, false],
  ])('%s', (_what, of, later, late) => expect(isLate(of === undefined ? {} : { answers: of }, at(later))).toBe(late));

  const still = { conversation: { updatedAt: at(1) }, lastHeardAt: NOW, seq: 7 };
  test.each([
    ['nothing has changed', still, false],
    ['another turn came', { ...still, conversation: { updatedAt: at(2) } }, true],
    ['the debtor wrote again, and nobody has read it yet', { ...still, lastHeardAt: at(0.5) }, true],
    ['money came', { ...still, seq: 8 }, true],
    ['the address is nobody’s now', { ...still, seq: null }, true],
  ])('%s', (_what, since, overtaken) => expect(isOvertaken({ answers, createdAt: at(1) }, since)).toBe(overtaken));
});

describe('a failure', () => {
  test.each<[string | null, MessageKind, OutboxRow['state'], number, boolean]>([
    ['30005', 'reminder', 'refused', 60, true],
    ['63024', 'reply', 'refused', 60, true],
    ['window_closed', 'receipt', 'refused', 60, true],
    ['smtp_550', 'receipt', 'refused', 60, true],
    ['21610', 'reminder', 'refused', 60, false], // they opted out
    ['30007', 'reminder', 'refused', 60, false], // the words were filtered: they would be elsewhere
    ['30004', 'reminder', 'refused', 60, false], // they blocked us
    ['undelivered', 'reminder', 'refused', 60, false],
    [null, 'reminder', 'refused', 60, false],
    ['30005', 'opt_out_ack', 'refused', 60, false],
    ['30005', 'reminder', 'accepted', 60, false],
    ['30005', 'reminder', 'refused', -1, false],
  ])('%s of a %s that is %s: %d s left → said elsewhere %s', (rule, kind, state, left, expected) => {
    expect(mayBeSaidElsewhere({ rule, kind, state, expiresAt: at(left) }, NOW)).toBe(expected);
  });

  test('its name on the next channel follows from its own', () => {
    const names = ['timer:x@2026:0', 'timer:x@2026:0~1'].map((id) => fallbackIdOf(id as OutboxId));
    expect(names).toEqual(['timer:x@2026:0~1', 'timer:x@2026:0~2']);
  });

  test.each([
    ['429', true, false],
    ['20429', true, false],
    ['http_429', true, false],
    ['130429', true, false],
    ['63018', true, false],
    ['smtp_450', false, false],
    ['20003', false, false],
    ['ECONNREFUSED', false, true],
    ['EAI_AGAIN', false, true],
  ])('%s: too fast %s, nobody there %s', (code, tooFast, unanswered) => {
    expect([isTooFast(code), isUnanswered(code), isUnreachable(code)]).toEqual([tooFast, unanswered, false]);
  });
});
