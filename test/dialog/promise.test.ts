import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/dialog/facts.ts';
import { money } from '../../src/kernel/money.ts';
import type { Words } from './debtor-words.ts';
import { ANA, inWords, type Turns, talk } from './talk.ts';

const FRIDAY = '2026-11-27';
const MONDAY = '2026-11-30';
const OWES_NOTHING: Partial<Facts> = { total: money(0n, 'MXN'), overdue: money(0n, 'MXN'), debts: [], daysLate: 0 };
const both: Words = { intents: ['promise'], day: FRIDAY, amount: 500 };

describe('a promise', () => {
  test.each<[string, Partial<Facts>, Turns, unknown]>([
    [
      'day and amount at once need only the confirmation',
      {},
      [
        [both, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 50000`,
    ],
    [
      'the missing amount is asked, and may be half of what is overdue',
      {},
      [
        [{ day: FRIDAY, intents: ['promise'] }, ['promise.sum']],
        [{ share: 'half' }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 60000`,
    ],
    [
      '"all" is everything overdue',
      { overdue: money(70000n, 'MXN') },
      [
        [{ day: FRIDAY, share: 'all' }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 70000`,
    ],
    [
      '"all" is everything owed when nothing is overdue',
      { overdue: money(0n, 'MXN') },
      [
        [{ day: FRIDAY, share: 'all' }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 120000`,
    ],
    [
      'a percentage is rounded up',
      { overdue: money(33335n, 'MXN') },
      [
        [{ day: FRIDAY, share: { percent: 30 } }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 10001`,
    ],
    [
      'the missing day is asked',
      {},
      [
        [{ amount: 300, intents: ['promise'] }, ['promise.when']],
        [{ day: MONDAY }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${MONDAY} 30000`,
    ],
    [
      'an ambiguous day is offered, and picked by number',
      {},
      [
        [{ days: [FRIDAY, '2026-12-04'], amount: 500 }, ['promise.which_day']],
        [{ choice: 2 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      'make_promise 2026-12-04 50000',
    ],
    [
      'an ambiguous day may be answered with another day',
      {},
      [
        [{ days: [FRIDAY, '2026-12-04'], amount: 500 }, ['promise.which_day']],
        [{ day: MONDAY }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${MONDAY} 50000`,
    ],
    [
      '"another day" asks again',
      {},
      [
        [{ days: [FRIDAY, '2026-12-04'], amount: 500 }, ['promise.which_day']],
        [{ choice: 3 }, ['promise.when']],
        [{ day: MONDAY }, ['promise.sure']],
      ],
      undefined,
    ],
    [
      'a day too far is explained',
      {},
      [
        [{ day: '2027-03-01', amount: 500 }, ['promise.date_too_far']],
        [{ day: FRIDAY }, ['promise.sure']],
      ],
      undefined,
    ],
    [
      'a day that is over is explained',
      {},
      [[{ day: '2026-11-20', amount: 500, kind: 'past' }, ['promise.date_past']]],
      undefined,
    ],
    [
      'too little is explained',
      {},
      [
        [{ day: FRIDAY, amount: 50 }, ['promise.amount_too_small']],
        [{ amount: 120 }, ['promise.sure']],
      ],
      undefined,
    ],
    [
      'too much is explained',
      {},
      [
        [{ day: FRIDAY, amount: 1200.01 }, ['promise.amount_too_big']],
        [{ amount: 1200 }, ['promise.sure']],
      ],
      undefined,
    ],
    [
      'another currency is explained',
      {},
      [[{ day: FRIDAY, amount: 50, currency: 'USD' }, ['promise.amount_currency']]],
      undefined,
    ],
    [
      '"no, better Monday" is confirmed anew',
      {},
      [
        [both, ['promise.sure']],
        [{ no: true, correction: true, day: MONDAY }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${MONDAY} 50000`,
    ],
    [
      '"yes, but 600" is a correction, not a yes',
      {},
      [
        [both, ['promise.sure']],
        [{ yes: true, amount: 600 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 60000`,
    ],
    [
      '"yes, Friday" is a yes',
      {},
      [
        [both, ['promise.sure']],
        [{ yes: true, day: FRIDAY }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 50000`,
    ],
    [
      'a correction that is ambiguous is asked back',
      {},
      [
        [both, ['promise.sure']],
        [{ correction: true, days: [MONDAY, '2026-12-07'] }, ['promise.which_day']],
        [{ choice: 1 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${MONDAY} 50000`,
    ],
    [
      'the day is corrected while the amount is asked',
      {},
      [
        [{ day: FRIDAY }, ['promise.sum']],
        [{ correction: true, day: MONDAY }, ['promise.sum']],
        [{ amount: 500 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${MONDAY} 50000`,
    ],
    [
      'no: the amount is changed',
      {},
      [
        [both, ['promise.sure']],
        [{ no: true }, ['promise.change']],
        [{ choice: 2 }, ['promise.sum']],
        [{ amount: 400 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 40000`,
    ],
    [
      'no: nothing is promised',
      {},
      [
        [both, ['promise.sure']],
        [{ no: true }, ['promise.change']],
        [{ choice: 3 }, ['promise.left']],
      ],
      undefined,
    ],
    [
      'the balance in between, and back to the question, shorter',
      {},
      [
        [{ intents: ['promise'] }, ['promise.when']],
        [{ intents: ['balance'] }, ['balance.owed', 'promise.when_short']],
        [{ day: FRIDAY }, ['promise.sum']],
        [{ intents: ['who_are_you'] }, ['neutral.who_are_you', 'promise.sum_short']],
        [{ intents: ['pay'] }, ['pay.link', 'promise.sum_short']],
        [{ amount: 500 }, ['promise.sure']],
        [{ intents: ['balance'] }, ['balance.owed', 'promise.sure_short']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 50000`,
    ],
    [
      'a question that names a day is no answer',
      {},
      [
        [{ intents: ['promise'] }, ['promise.when']],
        [{ intents: ['balance'], day: FRIDAY, kind: 'none' }, ['balance.owed', 'promise.when_short']],
      ],
      undefined,
    ],
    [
      '"I paid on Friday" is a claim, not a day',
      {},
      [
        [{ intents: ['promise'] }, ['promise.when']],
        [{ intents: ['already_paid'], day: FRIDAY, kind: 'already_paid' }, ['neutral.claim']],
      ],
      'record_claim',
    ],
    [
      'an amount while a day is picked waits for the day',
      {},
      [
        [{ days: [FRIDAY, '2026-12-04'], amount: 500 }, ['promise.which_day']],
        [{ amount: 400 }, ['promise.which_day']],
        [{ choice: 1 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${FRIDAY} 40000`,
    ],
    [
      '"not Friday, Monday" is an offer',
      {},
      [[{ intents: ['promise', 'refusal'], day: MONDAY, amount: 500 }, ['promise.sure']]],
      undefined,
    ],
    [
      '"I cannot" leaves it, and a person is offered',
      {},
      [
        [both, ['promise.sure']],
        [{ intents: ['refusal'], kind: 'refusal', day: FRIDAY }, ['neutral.refusal']],
        [{ no: true }, ['neutral.later']],
      ],
      undefined,
    ],
    ['who owes nothing promises nothing', OWES_NOTHING, [[both, ['balance.nothing']]], undefined],
    [
      'not understood twice: days are offered',
      {},
      [
        [{ intents: ['promise'] }, ['promise.when']],
        [{}, ['promise.when_again']],
        [{}, ['promise.when_options']],
        [{ choice: 2 }, ['promise.sum']],
      ],
      undefined,
    ],
    [
      'a word of leaving drops it',
      {},
      [
        [both, ['promise.sure']],
        [{ intents: ['cancel'], text: 'olvídalo' }, ['neutral.dropped']],
      ],
      undefined,
    ],
  ])('%s', (_name, facts, turns, action) => {
    const ana = talk({ ...ANA, ...facts });
    for (const [words, keys] of turns) expect([words, ana.hears(words)]).toEqual([words, keys]);
    const [last] = ana.actions
      .filter((call) => call.action !== 'issue_pay_link')
      .map(inWords)
      .reverse();
    expect(last).toBe(action);
  });

  test('is said back in full before it is confirmed, and after it is written', () => {
    const ana = talk();
    ana.hears(both);
    expect(ana.words()).toEqual([
      'Anoto: $500.00 para el viernes 27 de noviembre de 2026, con tu enlace de pago. Si ese día no llega el pago, te escribiremos de nuevo. ¿Lo confirmas?',
    ]);
    ana.hears({ yes: true });
    expect(ana.words()[0]).toMatch(/Folio K7M2QP/);
  });

  test('keeps the words of the day, the rule that read them and where they stand', () => {
    const ana = talk();
    ana.hears({ day: FRIDAY, intents: ['promise'], text: 'el viernes te deposito 500' });
    ana.hears({ amount: 600, text: 'mejor 600' });
    ana.hears({ yes: true, text: 'si' });
    expect(ana.actions[0]?.slots).toMatchObject({
      source: { type: 'source', value: { text: 'el viernes te deposito 500', rule: 'weekday', span: [0, 1] } },
    });
  });

  test('refused by the ledger is explained and asked again, a few times', () => {
    const ana = talk({ ...ANA }, undefined, () => ({
      outcome: 'refused',
      slots: { reason: { type: 'text', value: 'date_too_far' } },
    }));
    ana.hears(both);
    expect(ana.hears({ yes: true })).toEqual(['promise.refused', 'promise.when']);
    expect(ana.words()[0]).toBe('Ese día queda demasiado lejos para anotarlo. Veámoslo otra vez.');
  });

  test('an endless correction ends with a person', () => {
    const ana = talk();
    ana.hears(both);
    for (let i = 0; i < 9 && !ana.last?.handoff; i += 1) ana.hears({ correction: true, day: i % 2 ? FRIDAY : MONDAY });
    expect(ana.last?.handoff).toEqual({ queue: 'collections', reason: 'cannot_agree' });
  });
});
