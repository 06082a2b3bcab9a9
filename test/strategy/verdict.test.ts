import fs from 'node:fs';
import { expect, test } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/calendar.ts';
import { planFollowups } from '../../src/strategy/cadence.ts';
import type { FollowupKind } from '../../src/strategy/followup.ts';
import { loadStrategy } from '../../src/strategy/strategy.ts';
import { type FollowupSituation, weighFollowup } from '../../src/strategy/verdict.ts';
import { aDebt, anAccount, aPromise } from './an-account.ts';

const strategy = loadStrategy(fs.readFileSync('strategies/default.yaml', 'utf8'), 'strategies/default.yaml');
const account = anAccount(
  [aDebt('a', [['2026-11-20', 100n]])],
  [aPromise('AB23CD', '2026-11-27', '2026-11-21T18:00:00Z')],
);
const plans = planFollowups({ account, strategy, now: new Date('2026-11-22T12:00:00-06:00') });

function weigh(kind: FollowupKind, change: Partial<FollowupSituation>, lateHours = 0) {
  const plan = plans.find((one) => one.kind === kind);
  if (!plan) throw new Error(`no ${kind} planned`);
  const verdict = weighFollowup(plan, {
    now: new Date(plan.dueAt.getTime() + lateHours * HOUR_MS),
    owedMinor: 100n,
    promiseState: kind === 'due_reminder' ? null : 'open',
    hasOpenPromise: kind !== 'due_reminder',
    mode: 'bot',
    optedOut: false,
    claimOpen: false,
    ...change,
  });
  return verdict.act === 'skip' ? verdict.reason : 'contact';
}

test.each<[FollowupKind, Partial<FollowupSituation>, number, string]>([
  ['due_reminder', {}, 0, 'contact'],
  ['due_reminder', {}, 36, 'contact'],
  ['due_reminder', {}, 36.1, 'late'],
  ['due_reminder', { owedMinor: 0n }, 0, 'paid'],
  ['due_reminder', { itemOwedMinor: 0n }, 0, 'paid'],
  ['due_reminder', { hasOpenPromise: true }, 0, 'promise_open'],
  ['due_reminder', { optedOut: true }, 0, 'opted_out'],
  ['due_reminder', { mode: 'human' }, 0, 'human'],
  ['due_reminder', { mode: 'pending' }, 0, 'human'],
  ['due_reminder', { mode: 'resolved' }, 0, 'contact'],
  ['due_reminder', { claimOpen: true }, 0, 'claim_open'],
  ['promise_eve', {}, 0, 'contact'],
  ['promise_eve', {}, 7.1, 'late'],
  ['promise_eve', { promiseState: 'kept', hasOpenPromise: false }, 0, 'promise_settled'],
  ['promise_eve', { promiseState: 'replaced' }, 0, 'promise_settled'],
  ['promise_eve', { promiseState: null }, 0, 'promise_settled'],
  ['promise_day', {}, 0, 'contact'],
  ['promise_day', {}, 14.6, 'late'],
  ['promise_day', { promiseState: 'cancelled' }, 0, 'promise_settled'],
  ['promise_check', { promiseState: 'broken', hasOpenPromise: false }, 0, 'contact'],
  ['promise_check', { promiseState: 'partial', hasOpenPromise: false }, 0, 'contact'],
  ['promise_check', { promiseState: 'kept', hasOpenPromise: false }, 0, 'contact'],
  ['promise_check', { promiseState: 'broken', hasOpenPromise: false }, 200, 'contact'],
  ['promise_check', { promiseState: 'open' }, -1, 'promise_open'],
  ['promise_check', { promiseState: 'broken', hasOpenPromise: true }, 0, 'promise_open'],
  ['promise_check', { promiseState: 'replaced' }, 0, 'promise_settled'],
  ['promise_check', { promiseState: 'broken', hasOpenPromise: false, owedMinor: 0n }, 0, 'paid'],
  ['promise_check', { promiseState: 'broken', hasOpenPromise: false, mode: 'human' }, 0, 'human'],
])('%s, %o, %d hours late: %s', (kind, change, lateHours, expected) => {
  expect(weigh(kind, change, lateHours)).toBe(expected);
});
