import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mongo } from 'mongoose';
import type { Facts } from '../../src/dialog/facts.ts';
import { knownOf } from '../../src/dialog/known.ts';
import { play } from '../../src/dialog/play.ts';
import { disclosesDebt } from '../../src/dialog/say.ts';
import {
  type ActionCall,
  type DialogEvent,
  type DialogState,
  emptyDialog,
  type Slots,
} from '../../src/dialog/state.ts';
import { addDays, civilDate } from '../../src/kernel/calendar.ts';
import { LOCALES } from '../../src/kernel/locale.ts';
import { money } from '../../src/kernel/money.ts';
import { INTENTS } from '../../src/language/heard.ts';
import { hear, type Words } from './debtor-words.ts';
import { ANA, flows, perform, STRANGER, say } from './talk.ts';

const KNOWN = knownOf(ANA, emptyDialog(), flows);
const TODAY = civilDate('2026-11-23');
const day = fc.integer({ min: -10, max: 60 }).map((days) => String(addDays(TODAY, days)));

/** Mostly what people say; sometimes anything at all. */
const words: fc.Arbitrary<Words> = fc.record(
  {
    text: fc.oneof(fc.string(), fc.constantFrom('cancelar', 'quiero cancelar mi promesa', '🙂', '')),
    intents: fc.uniqueArray(fc.constantFrom(...INTENTS), { maxLength: 3 }),
    day,
    days: fc.uniqueArray(day, { minLength: 2, maxLength: 5 }),
    amount: fc.oneof(fc.integer({ min: -5, max: 3000 }), fc.constant(1e9)),
    currency: fc.constantFrom('MXN', 'MXN', 'USD', 'CLP'),
    share: fc.oneof(
      fc.constantFrom('all' as const, 'half' as const, 'rest' as const, 'minimum' as const),
      fc.record({ percent: fc.integer({ min: 0, max: 200 }) }),
    ),
    yes: fc.boolean(),
    no: fc.boolean(),
    choice: fc.integer({ min: 0, max: 12 }),
    digits: fc.constantFrom('4521', '1111', '123'),
    correction: fc.boolean(),
    kind: fc.constantFrom('promise', 'ambiguous', 'vague', 'past', 'already_paid', 'refusal', 'none'),
    language: fc.constantFrom('es', 'pt', 'en'),
    more: fc.array(
      fc.record(
        {
          day,
          days: fc.uniqueArray(day, { minLength: 2, maxLength: 5 }),
          amount: fc.integer({ min: -1, max: 900 }),
          share: fc.constantFrom('rest' as const, 'half' as const),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 7 },
    ),
  },
  { requiredKeys: [] },
);

const startSlots: Slots = {
  tone: { type: 'text', value: 'firm' },
  folio: { type: 'text', value: 'K7M2QP' },
  amount: { type: 'money', value: money(50000n, 'MXN') },
  balance: { type: 'money', value: money(70000n, 'MXN') },
  date: { type: 'date', value: TODAY },
};
const STARTED = [
  'reminder_before',
  'reminder_after',
  'promise_eve',
  'promise_day',
  'promise_check',
  'receipt',
  'payment_reversed',
  'after_agent',
  'handed_over',
];

const event: fc.Arbitrary<DialogEvent> = fc.oneof(
  { weight: 6, arbitrary: words.map((said) => ({ kind: 'heard' as const, heard: hear(said, KNOWN) })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ flow: fc.constantFrom(...STARTED), result: fc.constantFrom('kept', 'partial', 'broken') })
      .map(({ flow, result }) => ({
        kind: 'start' as const,
        flow,
        slots: { ...startSlots, result: { type: 'text' as const, value: result } },
        messageKind: 'reminder' as const,
      })),
  },
);

const move = fc.record({
  event,
  isRefused: fc.boolean(),
  forgets: fc.integer({ max: 9, min: 0 }),
  locale: fc.constantFrom(...LOCALES),
});
const facts: fc.Arbitrary<Facts> = fc.oneof(
  fc.constantFrom(ANA, { ...ANA, verified: false }, STRANGER),
  fc
    .record({ rest: fc.bigInt(0n, 200000n), overdue: fc.bigInt(0n, 200000n), verified: fc.boolean() })
    .map(({ rest, overdue, verified }) => ({
      ...ANA,
      verified,
      total: money(overdue + rest, 'MXN'),
      overdue: money(overdue, 'MXN'),
    })),
);

/** As the conversation keeps it. */
const stored = (state: DialogState): DialogState =>
  mongo.BSON.deserialize(mongo.BSON.serialize(state), { useBigInt64: true, promoteValues: true }) as DialogState;

test('any talk: bounded, never silent by accident, nothing of a debt to whoever is unknown, and the state is plain data', () => {
  fc.assert(
    fc.property(facts, fc.array(move, { minLength: 1, maxLength: 20, size: 'max' }), (before, moves) => {
      let known = before;
      let state = emptyDialog();
      for (const { event, isRefused, forgets, locale } of moves) {
        if (forgets === 0) known = { ...known, verified: false };
        const frozen = structuredClone(state);
        const calls: ActionCall[] = [];
        const wasOut = known.optedOut;
        const isEverVerified = [known.verified];
        const game = play({ flows, state, event, facts: known });
        let step = game.next();
        while (!step.done) {
          calls.push(step.value);
          const result = isRefused ? { outcome: 'refused', slots: {} } : perform(step.value, known);
          if (result.facts) known = result.facts;
          isEverVerified.push(known.verified);
          step = game.next(result);
        }
        const played = step.value;
        expect(state).toEqual(frozen);
        expect(played.visited.length).toBeLessThanOrEqual(20);
        expect(played.handoff?.reason).not.toBe('flow_too_long');
        expect(played.state.stack.length).toBeLessThanOrEqual(8);
        const isDeliberatelySilent = wasOut && played.visited.at(-1) === 'opt_out.silent';
        if (!isDeliberatelySilent) expect(played.sayings.length).toBeGreaterThan(0);
        for (const saying of played.sayings) {
          if (disclosesDebt(saying.key)) expect(isEverVerified).toContain(true);
          const said = say(saying, locale);
          expect(said.text.trim()).not.toBe('');
          expect(new Set(said.options).size).toBe(saying.options.length);
        }
        for (const call of calls)
          if (call.action.endsWith('_promise') || call.action === 'issue_pay_link')
            expect(isEverVerified).toContain(true);
        if (played.handoff) expect(played.state.stack).toEqual([]);
        expect(stored(played.state)).toEqual(played.state);
        state = stored(played.state);
      }
    }),
    { numRuns: 300 },
  );
});
