import { describe, expect, test } from '@jest/globals';
import { play } from '../../src/dialog/play.ts';
import { emptyDialog } from '../../src/dialog/state.ts';
import { hear, type Words } from './debtor-words.ts';
import { ANA, flows, STRANGER, talk } from './talk.ts';

const UNKNOWN_YET = { ...ANA, verified: false };
const RIGHT: Words = { digits: '4521' };

describe('before anything of a debt is said', () => {
  test.each<[string, [Words, string[]][]]>([
    [
      'a greeting',
      [
        [{ intents: ['greeting'] }, ['neutral.hello', 'neutral.identity_ask']],
        [RIGHT, ['neutral.identity_ok', 'menu.what']],
      ],
    ],
    [
      'a balance is remembered',
      [
        [{ intents: ['balance'] }, ['neutral.identity_ask']],
        [RIGHT, ['neutral.identity_ok', 'balance.owed']],
      ],
    ],
    [
      'a promise is remembered, with its day and amount',
      [
        [{ intents: ['promise'], day: '2026-11-27', amount: 500 }, ['neutral.identity_ask']],
        [RIGHT, ['neutral.identity_ok', 'promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
    ],
    [
      'a promise with an ambiguous day is remembered',
      [
        [{ intents: ['promise'], days: ['2026-11-27', '2026-12-04'], amount: 500 }, ['neutral.identity_ask']],
        [RIGHT, ['neutral.identity_ok', 'promise.which_day']],
      ],
    ],
    [
      'what is wanted meanwhile comes first',
      [
        [{ intents: ['greeting'] }, ['neutral.hello', 'neutral.identity_ask']],
        [{ intents: ['balance'] }, ['neutral.identity_again']],
        [RIGHT, ['neutral.identity_ok', 'balance.owed']],
      ],
    ],
    [
      'two wishes are both answered',
      [
        [{ intents: ['balance'] }, ['neutral.identity_ask']],
        [{ intents: ['promise'], day: '2026-11-27', amount: 500 }, ['neutral.identity_again']],
        [RIGHT, ['neutral.identity_ok', 'promise.sure']],
        [{ yes: true }, ['promise.written', 'balance.owed', 'balance.promise']],
      ],
    ],
    [
      'a neutral question is answered, then the identity is asked again',
      [
        [{ intents: ['balance'] }, ['neutral.identity_ask']],
        [{ intents: ['who_are_you'] }, ['neutral.who_are_you', 'neutral.identity_again']],
        [RIGHT, ['neutral.identity_ok', 'balance.owed']],
      ],
    ],
    ['digits out of the blue are an identity', [[RIGHT, ['neutral.identity_ok', 'menu.what']]]],
    [
      'wrong digits out of the blue are asked again',
      [
        [{ digits: '9999' }, ['neutral.identity_wrong', 'neutral.identity_ask']],
        [RIGHT, ['neutral.identity_ok', 'menu.what']],
      ],
    ],
    [
      'what is not understood offers neutral ways',
      [
        [{}, ['neutral.not_understood']],
        [{ choice: 1 }, ['neutral.identity_ask']],
        [RIGHT, ['neutral.identity_ok', 'menu.what']],
      ],
    ],
    [
      'the way through help keeps what was wanted',
      [
        [{ intents: ['balance'] }, ['neutral.identity_ask']],
        [{ intents: ['help'] }, ['neutral.help', 'neutral.identity_again']],
        [RIGHT, ['neutral.identity_ok', 'menu.what']],
      ],
    ],
  ])('%s', (_name, turns) => {
    const ana = talk(UNKNOWN_YET);
    for (const [words, keys] of turns) expect([words, ana.hears(words)]).toEqual([words, keys]);
    expect(ana.facts.verified).toBe(true);
  });

  test('a flow that waits for another one begins anew when it is wanted again', () => {
    const ana = talk(UNKNOWN_YET);
    ana.hears({ text: 'cancelar' });
    expect(ana.hears({ yes: true })).toEqual(['neutral.identity_ask']);
    expect(ana.hears({ text: 'cancelar' })).toEqual(['neutral.cancel_which']);
  });

  test('three wrong answers, then a person', () => {
    const ana = talk(UNKNOWN_YET);
    ana.hears({ intents: ['balance'] });
    expect(ana.hears({ digits: '1111' })).toEqual(['neutral.identity_wrong', 'neutral.identity_ask']);
    expect(ana.hears({ digits: '2222' })).toEqual(['neutral.identity_wrong', 'neutral.identity_ask']);
    expect(ana.hears({ digits: '3333' })).toEqual(['neutral.identity_wrong', 'neutral.identity_failed']);
    expect(ana.last?.handoff).toEqual({ queue: 'collections', reason: 'identity_failed' });
    expect(ana.state.stack).toEqual([]);
  });

  test('three answers that are no digits, then a person', () => {
    const ana = talk(UNKNOWN_YET);
    ana.hears({ intents: ['balance'] });
    expect([ana.hears({}), ana.hears({}), ana.hears({})]).toEqual([
      ['neutral.identity_retry'],
      ['neutral.identity_last'],
      ['neutral.identity_failed'],
    ]);
    expect(ana.last?.handoff?.reason).toBe('identity_failed');
  });

  test('an identity that ran out is asked again in the middle of a promise, which goes on', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'] });
    ana.facts = UNKNOWN_YET;
    expect(ana.hears({ day: '2026-11-27' })).toEqual(['neutral.identity_ask']);
    expect(ana.hears(RIGHT)).toEqual(['neutral.identity_ok', 'promise.sum']);
  });

  test('a confirmation is not carried out before the identity is known again', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'], day: '2026-11-27', amount: 500 });
    ana.facts = UNKNOWN_YET;
    expect(ana.hears({ yes: true })).toEqual(['neutral.identity_ask']);
    expect(ana.actions).toEqual([]);
    expect(ana.hears(RIGHT)).toEqual(['neutral.identity_ok', 'promise.written']);
  });

  test('"repeat" says nothing of a debt once the identity ran out', () => {
    const ana = talk();
    ana.hears({ intents: ['balance'] });
    expect(ana.hears({ intents: ['repeat'] })).toEqual(['balance.owed']);
    ana.facts = UNKNOWN_YET;
    expect(ana.hears({ intents: ['repeat'] })).toEqual(['neutral.not_understood']);
  });

  test.each<[Words]>([
    [{ intents: ['greeting'] }],
    [{ intents: ['balance'] }],
    [{}],
    [{ intents: ['promise'], day: '2026-11-27' }],
    [{ intents: ['who_are_you'] }],
    [{ intents: ['help'] }],
    [{ digits: '4521' }],
  ])('a number that belongs to nobody is told so: %j', (words) => {
    const nobody = talk(STRANGER);
    expect(nobody.hears(words)).toEqual(['neutral.stranger']);
    expect(nobody.state).toMatchObject({ stack: [] });
  });

  test('a step that was renamed is found through migrate', () => {
    const promise = flows.byName.get('promise');
    if (!promise) throw new Error('there is a flow promise');
    const renamed = {
      ...flows,
      byName: new Map([...flows.byName, ['promise', { ...promise, migrate: { quand: 'when' } }]]),
    };
    const ana = talk();
    ana.hears({ intents: ['promise'] });
    const stack = ana.state.stack.map((frame) => ({ ...frame, hash: 'older', step: 'quand' }));
    const event = { kind: 'heard' as const, heard: hear({ day: '2026-11-27' }) };
    const turn = play({ flows: renamed, state: { ...ana.state, stack }, event, facts: ANA }).next();
    expect(turn.value).toMatchObject({
      visited: ['promise.when', 'promise.sum'],
      state: { stack: [{ hash: promise.hash }] },
    });
  });

  test('a frame from which a database took what was empty is taken up', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'] });
    const stack = ana.state.stack.map(({ slots: _slots, tries: _tries, ...frame }) => frame);
    ana.state = { ...ana.state, stack: stack as typeof ana.state.stack };
    expect(ana.hears({ day: '2026-11-27' })).toEqual(['promise.sum']);
  });

  test('a state from before a flow changed is taken up where the step was renamed to, or begun anew', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'] });
    const [frame] = ana.state.stack;
    if (!frame) throw new Error('a promise is under way');
    ana.state = { ...emptyDialog(), stack: [{ ...frame, hash: 'older' }] };
    expect(ana.hears({ day: '2026-11-27' })).toEqual(['promise.sum']);
    ana.state = { ...emptyDialog(), stack: [{ ...frame, hash: 'older', step: 'gone' }] };
    expect(ana.hears({})).toEqual(['neutral.stale']);
    ana.state = { ...emptyDialog(), stack: [{ ...frame, hash: 'older', step: 'gone' }] };
    expect(ana.hears({ intents: ['balance'] })).toEqual(['balance.owed']);
  });
});
