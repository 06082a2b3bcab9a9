import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/dialog/facts.ts';
import { ANA, inWords, promised, type Turns, talk } from './talk.ts';

const FRIDAY = '2026-11-27';
const MONDAY = '2026-11-30';
const PROMISED: Partial<Facts> = {
  openPromise: promised('K7M2QP', [FRIDAY, 50000n]),
};

describe('a promise that is written', () => {
  test.each<[string, Partial<Facts>, Turns, unknown]>([
    [
      '"no, better Monday" replaces it',
      PROMISED,
      [
        [{ no: true, correction: true, day: MONDAY, intents: ['no'] }, ['change.sure']],
        [{ yes: true }, ['change.written']],
      ],
      `replace_promise ${MONDAY} 50000`,
    ],
    [
      'another amount replaces it too',
      PROMISED,
      [
        [{ intents: ['promise'], amount: 300 }, ['change.sure']],
        [{ yes: true }, ['change.written']],
      ],
      `replace_promise ${FRIDAY} 30000`,
    ],
    [
      'the change is not confirmed: it stays',
      PROMISED,
      [
        [{ intents: ['promise'], amount: 300 }, ['change.sure']],
        [{ no: true }, ['change.kept']],
      ],
      undefined,
    ],
    [
      'a second promise asks what to do with the first',
      PROMISED,
      [
        [{ intents: ['promise'] }, ['change.what']],
        [{ choice: 1 }, ['promise.when']],
        [{ day: MONDAY }, ['change.sure']],
        [{ yes: true }, ['change.written']],
      ],
      `replace_promise ${MONDAY} 50000`,
    ],
    [
      'it is withdrawn',
      PROMISED,
      [
        [{ intents: ['cancel'], text: 'Quiero cancelar la promesa' }, ['change.cancel_sure']],
        [{ yes: true }, ['change.cancelled']],
      ],
      'cancel_promise',
    ],
    [
      'it is not withdrawn after all',
      PROMISED,
      [
        [{ intents: ['cancel'], text: 'cancela mi acuerdo' }, ['change.cancel_sure']],
        [{ no: true }, ['change.kept']],
      ],
      undefined,
    ],
    [
      'there is none to withdraw',
      {},
      [[{ intents: ['cancel'], text: 'cancelar promesa' }, ['change.none']]],
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
});
