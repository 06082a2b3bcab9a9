import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/dialog/facts.ts';
import { money } from '../../src/kernel/money.ts';
import type { Words } from './debtor-words.ts';
import { ANA, inWords, promised, type Turns, talk } from './talk.ts';

const FRIDAY = '2026-11-27';
const MONDAY = '2026-11-30';
const FIFTEENTH = '2026-12-15';
const two: Words = { intents: ['promise'], day: FRIDAY, amount: 300, more: [{ day: FIFTEENTH, amount: 200 }] };
const TWO = `${FRIDAY} 30000 ${FIFTEENTH} 20000`;
const PROMISED: Partial<Facts> = { openPromise: promised('K7M2QP', [FRIDAY, 30000n], [FIFTEENTH, 20000n]) };
const MISSED: Partial<Facts> = {
  openPromise: {
    ...promised('K7M2QP', [FIFTEENTH, 20000n]),
    missed: promised('K7M2QP', ['2026-11-20', 30000n]).parts,
  },
};
const confirmed: Turns = [[{ yes: true }, ['promise.parts_written']]];
const changed: Turns = [[{ yes: true }, ['change.parts_written']]];
const sure = ['promise.parts_sure'];

describe('several payments in one message', () => {
  test.each<[string, Partial<Facts>, Turns, unknown]>([
    ['need only the confirmation', {}, [[two, sure], ...confirmed], `make_promise ${TWO}`],
    [
      'are said in the order of their days, two on one day as one',
      {},
      [
        [
          {
            day: FIFTEENTH,
            amount: 100,
            more: [
              { day: FRIDAY, amount: 300 },
              { day: FIFTEENTH, amount: 100 },
            ],
          },
          sure,
        ],
        ...confirmed,
      ],
      `make_promise ${TWO}`,
    ],
    [
      '"the rest" is what the others leave',
      {},
      [[{ day: FRIDAY, amount: 300, more: [{ day: FIFTEENTH, share: 'rest' }] }, sure], ...confirmed],
      `make_promise ${FRIDAY} 30000 ${FIFTEENTH} 90000`,
    ],
    [
      'while one day is being promised',
      {},
      [[{ day: MONDAY, intents: ['promise'] }, ['promise.sum']], [two, sure], ...confirmed],
      `make_promise ${TWO}`,
    ],
    [
      'a day that may be two is asked',
      {},
      [
        [{ day: FRIDAY, amount: 300, more: [{ days: [MONDAY, '2026-12-07'], amount: 200 }] }, ['promise.which_day']],
        [{ choice: 2 }, sure],
        ...confirmed,
      ],
      `make_promise ${FRIDAY} 30000 2026-12-07 20000`,
    ],
    [
      'or another one is said for it',
      {},
      [
        [{ day: FRIDAY, amount: 300, more: [{ days: [MONDAY, '2026-12-07'], amount: 200 }] }, ['promise.which_day']],
        [{ choice: 3 }, ['promise.part_day']],
        [{ day: FIFTEENTH }, sure],
        ...confirmed,
      ],
      `make_promise ${TWO}`,
    ],
    [
      'amounts that are missing are asked one by one',
      {},
      [
        [{ day: FRIDAY, intents: ['promise'], more: [{ day: FIFTEENTH }] }, ['promise.part_sum']],
        [{ amount: 300 }, ['promise.part_sum']],
        [{ share: 'rest' }, sure],
        ...confirmed,
      ],
      `make_promise ${FRIDAY} 30000 ${FIFTEENTH} 90000`,
    ],
    [
      'more than is owed is said, and all of it asked again',
      {},
      [
        [{ day: FRIDAY, amount: 700, more: [{ day: FIFTEENTH, amount: 501 }] }, ['promise.parts_too_big']],
        [two, sure],
        ...confirmed,
      ],
      `make_promise ${TWO}`,
    ],
    [
      'too little in all',
      {},
      [[{ day: FRIDAY, amount: 60, more: [{ day: FIFTEENTH, amount: 59 }] }, ['promise.parts_too_small']]],
      undefined,
    ],
    [
      'each may be less than the least that can be promised at once',
      {},
      [[{ day: FRIDAY, amount: 60, more: [{ day: FIFTEENTH, amount: 60 }] }, sure], ...confirmed],
      `make_promise ${FRIDAY} 6000 ${FIFTEENTH} 6000`,
    ],
    [
      'nothing on one day',
      {},
      [[{ day: FRIDAY, amount: 600, more: [{ day: FIFTEENTH, amount: 0 }] }, ['promise.parts_too_small']]],
      undefined,
    ],
    ['in another currency', {}, [[{ ...two, currency: 'USD' }, ['promise.parts_currency']]], undefined],
    [
      'a day too far is asked again, the others stay',
      {},
      [
        [{ ...two, more: [{ day: '2027-01-15', amount: 200 }] }, ['promise.part_too_far']],
        [{ day: FIFTEENTH }, sure],
        ...confirmed,
      ],
      `make_promise ${TWO}`,
    ],
    [
      'a day that is over too',
      {},
      [
        [{ ...two, day: '2026-11-20' }, ['promise.part_past']],
        [{ day: FRIDAY }, sure],
      ],
      undefined,
    ],
    [
      'seven are a plan',
      {},
      [
        [
          { ...two, more: ['01', '02', '03', '04', '05', '06'].map((day) => ({ day: `2026-12-${day}`, amount: 50 })) },
          ['promise.parts_too_many'],
        ],
      ],
      undefined,
    ],
    [
      'a new amount for one of the days',
      {},
      [[two, sure], [{ correction: true, day: FRIDAY, amount: 400 }, sure], ...confirmed],
      `make_promise ${FRIDAY} 40000 ${FIFTEENTH} 20000`,
    ],
    [
      'a new day: of which payment is asked',
      {},
      [
        [two, sure],
        [{ no: true, correction: true, day: MONDAY }, ['promise.part_place']],
        [{ choice: 1 }, sure],
        ...confirmed,
      ],
      `make_promise ${MONDAY} 30000 ${FIFTEENTH} 20000`,
    ],
    [
      'and the new day may be two',
      {},
      [
        [two, sure],
        [{ correction: true, days: [MONDAY, '2026-12-07'] }, ['promise.part_place']],
        [{ choice: 2 }, ['promise.which_day']],
        [{ choice: 2 }, sure],
        ...confirmed,
      ],
      `make_promise ${FRIDAY} 30000 2026-12-07 20000`,
    ],
    [
      'one payment instead of all of them',
      {},
      [
        [two, sure],
        [{ correction: true, day: MONDAY, amount: 500 }, ['promise.part_place']],
        [{ choice: 3 }, sure],
        ...confirmed,
      ],
      `make_promise ${MONDAY} 50000`,
    ],
    [
      'others instead of all of them',
      {},
      [[{ ...two, amount: 100 }, sure], [two, sure], ...confirmed],
      `make_promise ${TWO}`,
    ],
    [
      '"yes, the 500" is a yes',
      {},
      [
        [two, sure],
        [{ yes: true, amount: 500 }, ['promise.parts_written']],
      ],
      `make_promise ${TWO}`,
    ],
    [
      'no: they are said again, or only one',
      {},
      [
        [two, sure],
        [{ no: true }, ['promise.parts']],
        [{ day: MONDAY, amount: 500 }, ['promise.sure']],
        [{ yes: true }, ['promise.written']],
      ],
      `make_promise ${MONDAY} 50000`,
    ],
    [
      'the balance in between',
      {},
      [[two, sure], [{ intents: ['balance'] }, ['balance.owed', 'promise.parts_sure_short']], ...confirmed],
      `make_promise ${TWO}`,
    ],
  ])('%s', (_name, facts, turns, action) => expectTalk(facts, turns, action));
});

describe('an arrangement that is written', () => {
  test.each<[string, Partial<Facts>, Turns, unknown]>([
    [
      'one of its days is changed, the others stay',
      PROMISED,
      [[{ correction: true, day: MONDAY }, ['promise.part_place']], [{ choice: 1 }, ['change.parts_sure']], ...changed],
      `replace_promise ${MONDAY} 30000 ${FIFTEENTH} 20000`,
    ],
    [
      'one of its amounts',
      PROMISED,
      [[{ intents: ['promise'], day: FIFTEENTH, amount: 250 }, ['change.parts_sure']], ...changed],
      `replace_promise ${FRIDAY} 30000 ${FIFTEENTH} 25000`,
    ],
    [
      'other payments take its place',
      PROMISED,
      [
        [{ intents: ['promise'] }, ['change.what']],
        [{ choice: 1 }, ['promise.parts']],
        [{ ...two, day: MONDAY }, ['change.parts_sure']],
        ...changed,
      ],
      `replace_promise ${MONDAY} 30000 ${FIFTEENTH} 20000`,
    ],
    [
      'several take the place of one',
      { openPromise: promised('K7M2QP', [MONDAY, 50000n]) },
      [[two, ['change.parts_sure']], ...changed],
      `replace_promise ${TWO}`,
    ],
    [
      'the change is not confirmed',
      PROMISED,
      [
        [{ ...two, amount: 100 }, ['change.parts_sure']],
        [{ no: true }, ['change.kept']],
      ],
      undefined,
    ],
    [
      'it is withdrawn',
      PROMISED,
      [
        [{ intents: ['cancel'], text: 'quiero cancelar la promesa' }, ['change.cancel_sure']],
        [{ yes: true }, ['change.cancelled']],
      ],
      'cancel_promise',
    ],
    [
      'a payment that was missed gets a new day, and those to come stay',
      MISSED,
      [
        [{ intents: ['promise'], day: MONDAY, amount: 300 }, ['promise.part_place']],
        [{ choice: 1 }, ['change.parts_sure']],
        ...changed,
      ],
      `replace_promise ${MONDAY} 30000 ${FIFTEENTH} 20000`,
    ],
  ])('%s', (_name, facts, turns, action) => expectTalk(facts, turns, action));

  test('is said in full wherever it is said', () => {
    const both = '$300.00 para el viernes 27 de noviembre de 2026 y $200.00 para el martes 15 de diciembre de 2026';
    const ana = talk();
    ana.hears(two);
    expect(ana.words()[0]).toContain(`Anoto: ${both}. En total son $500.00.`);
    ana.hears({ yes: true });
    expect(ana.words()[0]).toContain(`${both}. Folio K7M2QP.`);
    ana.hears({ intents: ['balance'] });
    expect(ana.words()[1]).toBe(`Tienes una promesa de ${both}, folio K7M2QP.`);
    ana.hears({ intents: ['promise'] });
    expect(ana.words()[0]).toContain(both);
  });

  test('each payment keeps the words that it was read from', () => {
    const ana = talk();
    ana.hears({ ...two, text: '300 el viernes y 200 el 15' });
    ana.hears({ correction: true, day: FRIDAY, amount: 350, text: 'mejor 350 el viernes' });
    ana.hears({ yes: true });
    expect(ana.actions[0]?.slots.parts).toMatchObject({
      value: [
        { amount: money(35000n, 'MXN'), source: { text: 'mejor 350 el viernes', rule: 'weekday', span: [0, 1] } },
        { amount: money(20000n, 'MXN'), source: { text: '300 el viernes y 200 el 15' } },
      ],
    });
  });
});

function expectTalk(facts: Partial<Facts>, turns: Turns, action: unknown): void {
  const ana = talk({ ...ANA, ...facts });
  for (const [words, keys] of turns) expect([words, ana.hears(words)]).toEqual([words, keys]);
  const [last] = ana.actions
    .filter((call) => call.action !== 'issue_pay_link')
    .map(inWords)
    .reverse();
  expect(last).toBe(action);
}
