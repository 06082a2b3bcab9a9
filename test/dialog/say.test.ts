import { describe, expect, test } from '@jest/globals';
import { createSay, disclosesDebt, optionNamed } from '../../src/dialog/say.ts';
import type { Slots } from '../../src/dialog/state.ts';
import { loadTexts } from '../../src/dialog/texts.ts';
import { longDay, shortDay } from '../../src/dialog/wording.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import { smsSegments, toGsm7 } from '../../src/kernel/gsm7.ts';
import type { Locale } from '../../src/kernel/locale.ts';
import { money } from '../../src/kernel/money.ts';
import { ANA, say, talk } from './talk.ts';

const DAY = civilDate('2026-11-27');

test.each<[Locale, string, string]>([
  ['es-MX', 'viernes 27 de noviembre de 2026', 'vie 27 nov'],
  ['es-CL', 'viernes 27 de noviembre de 2026', 'vie 27 nov'],
  ['es-CO', 'viernes 27 de noviembre de 2026', 'vie 27 nov'],
  ['en-US', 'Friday, November 27, 2026', 'Fri, Nov 27'],
  ['pt-BR', 'sexta-feira, 27 de novembro de 2026', 'sex 27 nov'],
])('days in %s', (locale, long, short) => {
  expect([longDay(DAY, locale), shortDay(DAY, locale)]).toEqual([long, short]);
});

describe('what is said', () => {
  const amount = (minor: bigint, currency: 'MXN' | 'CLP' | 'COP' | 'USD') => ({
    type: 'money' as const,
    value: money(minor, currency),
  });
  const promise = (value: ReturnType<typeof amount>): Slots => ({
    amount: value,
    pay_date: { type: 'date', value: DAY },
  });

  test.each<[Locale, Slots, string]>([
    ['es-MX', promise(amount(120050n, 'MXN')), '¿Confirmas $1,200.50 para el viernes 27 de noviembre de 2026?'],
    ['es-CL', promise(amount(80000n, 'CLP')), '¿Confirmas $80.000 para el viernes 27 de noviembre de 2026?'],
    ['es-CO', promise(amount(8000000n, 'COP')), '¿Confirmas $80.000 para el viernes 27 de noviembre de 2026?'],
    ['en-US', promise(amount(120050n, 'USD')), 'Do you confirm US$1,200.50 for Friday, November 27, 2026?'],
  ])('money and days as people of %s write them', (locale, params, text) => {
    expect(say({ key: 'promise.sure_short', params, options: [], kind: 'reply' }, locale).text).toBe(text);
  });

  test('debts, one a line, late and coming', () => {
    const [debt] = ANA.debts;
    if (!debt) throw new Error('Ana owes something');
    const debts = [
      debt,
      { ...debt, concept: 'Tarjeta', daysLate: 1 },
      { ...debt, concept: 'Seguro', daysLate: 0 },
      { ...debt, concept: 'Otro', daysLate: 0, dueDate: null },
    ];
    const { text } = say(
      {
        key: 'balance.owed',
        params: {
          debts: { type: 'debts', value: debts },
          creditor: { type: 'text', value: 'Luna' },
          total: { type: 'money', value: ANA.total },
        },
        options: [],
        kind: 'reply',
      },
      'es-MX',
    );
    expect(text.split('\n')).toEqual([
      'Esto es lo que debes a Luna:',
      '• Crédito personal: $1,200.00, venció el domingo 15 de noviembre de 2026 (8 días de atraso)',
      '• Tarjeta: $1,200.00, venció el domingo 15 de noviembre de 2026 (1 día de atraso)',
      '• Seguro: $1,200.00, vence el domingo 15 de noviembre de 2026',
      '• Otro: $1,200.00',
      'Total: $1,200.00.',
      'Escribe PAGAR para recibir un enlace, o dime qué día puedes pagar.',
    ]);
  });

  const texts = loadTexts([
    { name: 'locales/es/t.yaml', text: 'a: "base"\nb: "base"' },
    { name: 'locales/es-CL/t.yaml', text: 'a: "Chile"' },
    { name: 'locales/en/t.yaml', text: 'a: "English"' },
  ]);
  test.each<[Locale, string, string]>([
    ['es-CL', 't.a', 'Chile'],
    ['es-CL', 't.b', 'base'],
    ['es-MX', 't.a', 'base'],
    ['en-US', 't.a', 'English'],
    ['pt-BR', 't.a', 'base'],
  ])('%s %s falls back to its language, then to Spanish', (locale, key, text) => {
    expect(createSay(texts)({ key, params: {}, options: [], kind: 'reply' }, locale).text).toBe(text);
  });

  test('a key without words is our mistake', () => {
    expect(() => createSay(texts)({ key: 't.none', params: {}, options: [], kind: 'reply' }, 'es-MX')).toThrow(
      'no text for t.none',
    );
  });

  test('words of a debtor are never read as a message format', () => {
    const odd = { type: 'text' as const, value: "{total} '{' <b>Ana</b>" };
    const { text } = say(
      { key: 'neutral.identity_ok', params: { first_name: odd }, options: [], kind: 'reply' },
      'es-MX',
    );
    expect(text).toBe("Gracias, {total} '{' <b>Ana</b>.");
  });
});

test.each([
  ['neutral.hello', false],
  ['balance.owed', true],
  ['menu.what', true],
])('%s discloses a debt: %s', (key, discloses) => expect(disclosesDebt(key)).toBe(discloses));

test.each([
  ['El día', 1],
  ['el dia.', 1],
  ['LA CANTIDAD', 2],
  ['la cantidad, por favor', 2],
  ['el día y la cantidad', null],
  ['otra cosa', null],
  ['', null],
])('"%s" names option %s', (text, number) => {
  const ana = talk();
  ana.hears({ day: '2026-11-27', amount: 500 });
  ana.hears({ no: true });
  expect(optionNamed(text, ana.state, say, 'es-MX')).toBe(number);
});

test('nothing is named while nothing is offered', () => {
  const ana = talk();
  ana.hears({ intents: ['balance'] });
  expect(optionNamed('Pagar', ana.state, say, 'es-MX')).toBeNull();
});

test.each<[string, string, 'gsm7' | 'ucs2', number]>([
  ['a'.repeat(160), 'a'.repeat(160), 'gsm7', 1],
  ['a'.repeat(161), 'a'.repeat(161), 'gsm7', 2],
  ['€'.repeat(80), '€'.repeat(80), 'gsm7', 1],
  ['€'.repeat(81), '€'.repeat(81), 'gsm7', 2],
  ['¿Mañana pagarás aquí?', '¿Mañana pagaras aqui?', 'gsm7', 1],
  ['«todo» — “sí”…', '"todo" - "si"...', 'gsm7', 1],
  [`${'a'.repeat(70)}😀`, `${'a'.repeat(70)}😀`, 'ucs2', 2],
  ['你'.repeat(70), '你'.repeat(70), 'ucs2', 1],
])('SMS of %s', (text, written, encoding, segments) => {
  expect(toGsm7(text)).toBe(written);
  expect(smsSegments(written)).toEqual({ encoding, segments });
});
