import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/dialog/facts.ts';
import { knownOf } from '../../src/dialog/known.ts';
import { understand } from '../../src/language/understand.ts';
import { ANA, flows, talk } from './talk.ts';

const MONDAY_10H = new Date('2026-11-23T16:00:00Z');

/** Talks as the house does: what is heard depends on what was asked. */
function chat(facts: Facts) {
  const debtor = talk(facts);
  return (text: string): string[] => {
    const options = debtor.state.stack.at(-1)?.options.length ?? 0;
    const heard = understand(text, {
      now: MONDAY_10H,
      zone: facts.zone,
      locale: debtor.facts.locale,
      currency: facts.currency,
      expecting: debtor.last?.expecting ?? 'nothing',
      ...(options > 0 ? { optionCount: options } : {}),
      facts: knownOf(debtor.facts, debtor.state, flows),
    });
    return debtor.turn({ kind: 'heard', heard });
  };
}

describe('ear and dialog together', () => {
  test.each<[string, Partial<Facts>, [string, string[]][]]>([
    [
      'the whole way',
      { verified: false },
      [
        ['hola', ['neutral.hello', 'neutral.identity_ask']],
        ['4521', ['neutral.identity_ok', 'menu.what']],
        ['¿cuánto debo?', ['balance.owed']],
        ['el viernes te deposito 500', ['promise.sure']],
        ['¿cuánto debo?', ['balance.owed', 'promise.sure_short']],
        ['si', ['promise.written']],
        ['mejor el jueves', ['change.sure']],
        ['sí', ['change.written']],
        ['mándame el link', ['pay.link']],
        ['gracias', ['neutral.thanks']],
      ],
    ],
    [
      'day first, then half, in two messages',
      {},
      [
        ['en tres días', ['promise.sum']],
        ['la mitad', ['promise.sure']],
        ['va', ['promise.written']],
      ],
    ],
    [
      'the rest of what is not confirmed yet, and the same on another day',
      {},
      [
        ['el viernes te doy 300', ['promise.sure']],
        ['y el resto el 15', ['promise.parts_sure']],
        ['sí', ['promise.parts_written']],
        ['lo del viernes lo paso al jueves', ['change.parts_sure']],
        ['sí', ['change.parts_written']],
      ],
    ],
    [
      'a share that cannot be told, asked for',
      {},
      [
        ['el viernes te doy casi todo', ['promise.sum']],
        ['lo de siempre', ['promise.sure']],
      ],
    ],
    [
      'Monday said on a Monday',
      {},
      [
        ['el lunes te pago 500', ['promise.which_day']],
        ['2', ['promise.sure']],
        ['no', ['promise.change']],
        ['2', ['promise.sum']],
        ['300', ['promise.sure']],
        ['sí por favor', ['promise.written']],
      ],
    ],
    [
      'two instalments',
      {},
      [
        ['te doy 300 el viernes y 400 el sábado', ['promise.parts_sure']],
        ['mejor 350 el viernes', ['promise.parts_sure']],
        ['sí', ['promise.parts_written']],
      ],
    ],
    [
      'a promise withdrawn',
      {},
      [
        ['el viernes 500', ['promise.sure']],
        ['sí', ['promise.written']],
        ['quiero cancelar la promesa', ['change.cancel_sure']],
        ['sí', ['change.cancelled']],
      ],
    ],
    [
      'stop and back',
      {},
      [
        ['BAJA', ['neutral.opted_out']],
        ['baja', []],
        ['ALTA', ['neutral.opted_in']],
      ],
    ],
    [
      'a hard time',
      {},
      [
        ['perdí mi trabajo, no puedo pagar', ['neutral.hardship']],
        ['no', ['neutral.later']],
        ['quiero hablar con una persona', ['neutral.person']],
      ],
    ],
    [
      'it is paid already, in the middle of a promise',
      {},
      [
        ['el viernes te deposito', ['promise.sum']],
        ['ya pagué ayer', ['neutral.claim']],
      ],
    ],
    ['somebody else', { verified: false }, [['se equivocó de número', ['neutral.wrong_person']]]],
    [
      'in English',
      { locale: 'en-US' },
      [
        ['hi', ['neutral.hello', 'menu.what']],
        ['how much do I owe?', ['balance.owed']],
        ['I can pay 500 on Friday', ['promise.sure']],
        ['yes', ['promise.written']],
        ['speak to an agent', ['neutral.person']],
      ],
    ],
  ])('%s', (_name, facts, lines) => {
    const says = chat({ ...ANA, ...facts });
    for (const [text, keys] of lines) expect([text, says(text)]).toEqual([text, keys]);
  });
});
