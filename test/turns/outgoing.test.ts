import { expect, test } from '@jest/globals';
import type { Say } from '../../src/dialog/say.ts';
import { type Clock, standingClock } from '../../src/kernel/clock.ts';
import { sortableIds } from '../../src/kernel/ids.ts';
import type { Draft } from '../../src/turns/draft.ts';
import { createOutgoing } from '../../src/turns/outgoing.ts';

const NOON = new Date('2026-03-02T18:00:00Z');
const say = (() => ({ text: 'Hola', options: [], template: null })) as unknown as Say;
const saying = { key: 'test.text', params: {}, options: [], kind: 'reply' as const };

/** What a worker would write for a turn of one line and another. */
function written(machine: Clock, { saidSeq, now = NOON }: { saidSeq?: string; now?: Date } = {}) {
  const draft = {
    row: { _id: 'twilio:SM1', receivedAt: NOON, incoming: { kind: 'message', text: 'hola' } },
    conversation: { _id: 'c-1', locale: 'es-MX', ...(saidSeq && { saidSeq }) },
    ...{ account: null, now, agentLine: null, sayings: [saying, saying], actions: [] },
  } as unknown as Draft;
  return createOutgoing(say, machine)(draft);
}

const at = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

test('what is said comes after what was said before, though by a worker whose clock was five minutes ahead', () => {
  const ahead = sortableIds()(at(5));
  const [first, second] = written(standingClock(NOON), { saidSeq: ahead });
  const [third] = written(standingClock(at(1)), { saidSeq: second?.seq ?? '' });
  const later = sortableIds()(at(6));
  const seqs = [ahead, first?.seq, second?.seq, third?.seq, later];
  expect(seqs.toSorted()).toEqual(seqs);
  expect(new Set(seqs).size).toBe(5);
});

test('an answer may go from when the debtor wrote: the sender’s clock may be behind that of the worker', () => {
  for (const row of written(standingClock(at(5)), { now: at(5) })) expect(row.notBefore).toEqual(NOON);
  for (const row of written(standingClock(at(-5)), { now: at(-5) })) expect(row.notBefore).toEqual(at(-5));
});
