import { describe, expect, test } from '@jest/globals';
import type { Words } from './debtor-words.ts';
import { ANA, STRANGER, talk } from './talk.ts';

const UNKNOWN_YET = { ...ANA, verified: false };

/** Places in which a debtor may be when they say something else. */
const PLACES: [string, Words[]][] = [
  ['nowhere', []],
  ['asked for a day', [{ intents: ['promise'] }]],
  ['asked for an amount', [{ intents: ['promise'], day: '2026-11-27' }]],
  ['asked to confirm', [{ intents: ['promise'], day: '2026-11-27', amount: 500 }]],
  ['offered days', [{ intents: ['promise'], days: ['2026-11-27', '2026-12-04'] }]],
  ['offered a menu', [{ intents: ['greeting'] }]],
];

describe.each(PLACES)('%s', (_place, before) => {
  function there(facts = ANA) {
    const debtor = talk(facts);
    for (const words of before) debtor.hears(words);
    return debtor;
  }

  test.each([ANA, UNKNOWN_YET])('a person is always to be had', (facts) => {
    const ana = there(facts);
    expect(ana.hears({ intents: ['promise', 'person'], day: '2026-11-27', yes: true })).toEqual(['neutral.person']);
    expect(ana.last?.handoff).toEqual({ queue: 'collections', reason: 'asked_for_person' });
    expect(ana.state.stack).toEqual([]);
  });

  test.each([ANA, UNKNOWN_YET])('an opt-out is acknowledged once, then met with silence', (facts) => {
    const ana = there(facts);
    expect(ana.hears({ intents: ['opt_out'] })).toEqual(['neutral.opted_out']);
    expect(ana.last?.sayings[0]?.kind).toBe('opt_out_ack');
    expect(ana.state.stack).toEqual([]);
    expect(ana.hears({ intents: ['opt_out'] })).toEqual([]);
    expect(ana.actions.filter((call) => call.action === 'opt_out')).toHaveLength(1);
    expect(ana.hears({ intents: ['opt_in'] })).toEqual(['neutral.opted_in']);
    expect(ana.facts.optedOut).toBe(false);
  });

  test.each([ANA, UNKNOWN_YET])('a wrong person is untied and told nothing', (facts) => {
    const ana = there(facts);
    expect(ana.hears({ intents: ['wrong_person'] })).toEqual(['neutral.wrong_person']);
    expect(ana.actions.map((call) => call.action)).toContain('unlink');
    expect(ana.state.stack).toEqual([]);
    expect(ana.hears({ intents: ['balance'] })).toEqual(['neutral.stranger']);
  });

  test('a dispute is recorded and a person looks at it', () => {
    const ana = there();
    expect(ana.hears({ intents: ['dispute'] })).toEqual(['neutral.dispute']);
    expect(ana.last?.handoff).toEqual({ queue: 'disputes', reason: 'dispute' });
  });

  test('the third miss in a row is a person', () => {
    const ana = there();
    ana.hears({});
    ana.hears({});
    expect(ana.last?.handoff).toBeNull();
    ana.hears({});
    expect(ana.last?.handoff).not.toBeNull();
  });

  test('misses that are not in a row call no person yet', () => {
    const ana = there();
    for (const words of [{}, {}, { intents: ['thanks' as const] }, {}]) {
      ana.hears(words);
      expect(ana.last?.handoff).toBeNull();
    }
  });
});

describe('anywhere', () => {
  test.each<[string, Words, string[], string | null]>([
    [
      'already paid: believed, reminders wait',
      { intents: ['already_paid'], kind: 'already_paid' },
      ['neutral.claim'],
      'record_claim',
    ],
    ['hardship: a person is offered, no reason asked', { intents: ['hardship'] }, ['neutral.hardship'], null],
    ['refusal', { intents: ['refusal'], kind: 'refusal' }, ['neutral.refusal'], null],
    ['instalments are a person’s', { intents: ['plan'] }, ['plan.offer'], null],
    ['more time', { intents: ['extension'] }, ['plan.more_time'], null],
    ['who are you', { intents: ['who_are_you'] }, ['neutral.who_are_you'], null],
    ['help', { intents: ['help'] }, ['menu.help'], null],
    ['thanks', { intents: ['thanks'] }, ['neutral.thanks'], null],
    ['abuse', { intents: ['abuse'] }, ['neutral.abuse'], null],
    ['a greeting with a wish is the wish', { intents: ['greeting', 'balance'] }, ['balance.owed'], null],
    ['thanks with a wish is the wish', { intents: ['thanks', 'pay'] }, ['pay.link'], 'issue_pay_link'],
    ['a yes to nothing', { yes: true }, ['neutral.acknowledge'], null],
    ['"cancelar" alone is asked back', { intents: ['cancel'], text: 'CANCELAR' }, ['change.cancel_which'], null],
    ['another language', { intents: ['language'], language: 'en' }, ['neutral.language_done'], 'set_language'],
    [
      'a language that is not spoken yet',
      { intents: ['language'], language: 'pt' },
      ['neutral.language_unavailable'],
      'set_language',
    ],
    ['a promise without a day, in words', { text: 'Quiero hacer una promesa' }, ['promise.when'], null],
    [
      'to pay now is a link, not a promise',
      { intents: ['promise', 'pay'], kind: 'vague' },
      ['pay.link'],
      'issue_pay_link',
    ],
    ['a word that we taught: SALDO', { text: 'SALDO' }, ['balance.owed'], null],
    ['a word that we taught: AGENTE', { text: 'agente, por favor' }, ['neutral.person'], null],
    [
      '"cancelar" that the ear takes for a promise is asked back',
      { intents: ['promise'], text: 'Cancelar', kind: 'vague' },
      ['change.cancel_which'],
      null,
    ],
    ['a day without a word of promising', { day: '2026-11-27', kind: 'vague' }, ['promise.sum'], null],
    ['a number out of nowhere', { choice: 2 }, ['menu.not_understood', 'menu.what'], null],
  ])('%s', (_name, words, keys, action) => {
    const ana = talk();
    expect(ana.hears(words)).toEqual(keys);
    expect(ana.actions[0]?.action ?? null).toBe(action);
  });

  test('"cancelar" of somebody unknown is asked back without a word of a debt', () => {
    expect(talk(UNKNOWN_YET).hears({ intents: ['cancel'], text: 'cancelar' })).toEqual(['neutral.cancel_which']);
  });

  test.each<[number, string[]]>([
    [1, ['pay.link']],
    [2, ['neutral.dropped']],
    [3, ['neutral.opted_out']],
  ])('"cancelar", option %i', (choice, keys) => {
    const ana = talk();
    ana.hears({ intents: ['cancel'], text: 'cancelar' });
    expect(ana.hears({ choice })).toEqual(keys);
  });

  test('what is said in between is answered in another language', () => {
    const ana = talk();
    ana.hears({ intents: ['language'], language: 'en' });
    expect(ana.words()).toEqual(['Done, we go on in English.']);
  });

  test('the menu is answered by number or by word, and gives way', () => {
    const ana = talk();
    ana.hears({ intents: ['greeting'] });
    expect(ana.hears({ choice: 2 })).toEqual(['pay.link']);
    ana.hears({ intents: ['greeting'] });
    expect(ana.hears({ intents: ['balance'] })).toEqual(['balance.owed']);
    expect(ana.state.stack).toEqual([]);
  });

  test('hardship: yes is a person, no is peace', () => {
    const ana = talk(UNKNOWN_YET);
    ana.hears({ intents: ['hardship'] });
    expect(ana.hears({ no: true })).toEqual(['neutral.later']);
    ana.hears({ intents: ['hardship'] });
    expect(ana.hears({ yes: true })).toEqual(['neutral.person']);
    expect(ana.last?.handoff?.reason).toBe('hardship');
  });

  test('repeat says the last texts again, with their options, and waits for the same answer', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'], days: ['2026-11-27', '2026-12-04'], amount: 500 });
    const before = ana.last;
    expect(ana.hears({ intents: ['repeat'] })).toEqual(['promise.which_day']);
    expect(ana.last?.sayings[0]?.options).toHaveLength(3);
    expect(ana.last?.expecting).toBe(before?.expecting);
    expect(ana.hears({ choice: 1 })).toEqual(['promise.sure']);
  });

  test('a stranger who says they paid is told that nobody knows them', () => {
    const nobody = talk(STRANGER, undefined, () => ({ outcome: 'refused', slots: {} }));
    expect(nobody.hears({ intents: ['already_paid'] })).toEqual(['neutral.stranger']);
  });

  test('a refusal that no step answers is a person’s', () => {
    const ana = talk(ANA, undefined, () => ({ outcome: 'refused', slots: {} }));
    expect(ana.hears({ intents: ['opt_in'] })).toEqual(['neutral.lost']);
    expect(ana.last?.handoff?.reason).toBe('not_understood');
  });
});
