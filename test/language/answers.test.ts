import { describe, expect, test } from '@jest/globals';
import type { Locale } from '../../src/kernel/locale.ts';
import type { Expecting, Intent } from '../../src/language/heard.ts';
import { understand } from '../../src/language/understand.ts';

/** Wednesday 4 November 2026, 10:30 in Mexico City. */
const hear = (text: string, expecting: Expecting = 'nothing', locale: Locale = 'es-MX', optionCount = 0) =>
  understand(text, {
    now: new Date('2026-11-04T16:30:00Z'),
    zone: 'America/Mexico_City',
    locale,
    currency: 'MXN',
    expecting,
    optionCount,
  });

describe('intents', () => {
  test.each<[string, Intent]>([
    ['BAJA', 'opt_out'],
    ['stop', 'opt_out'],
    ['¡Baja!', 'opt_out'],
    ['no más', 'opt_out'],
    ['no me escriban', 'opt_out'],
    ['por favor dejen de llamarme', 'opt_out'],
    ['stop texting me', 'opt_out'],
    ['parem de me ligar', 'opt_out'],
    ['ALTA', 'opt_in'],
    ['start', 'opt_in'],
    ['quiero hablar con una persona', 'person'],
    ['un asesor por favor', 'person'],
    ['I want to talk to a human', 'person'],
    ['quero falar com um atendente', 'person'],
    ['hola', 'greeting'],
    ['buenas tardes', 'greeting'],
    ['ayuda', 'help'],
    ['¿cuánto debo?', 'balance'],
    ['saldo', 'balance'],
    ['how much do I owe?', 'balance'],
    ['quiero pagar', 'pay'],
    ['pásame el link de pago', 'pay'],
    ['¿quién es?', 'who_are_you'],
    ['gracias', 'thanks'],
    ['número equivocado', 'wrong_person'],
    ['esa deuda no es mía', 'dispute'],
    ['me quedé sin trabajo', 'hardship'],
    ['¿puedo pagar en parcialidades?', 'plan'],
    ['necesito una prórroga', 'extension'],
    ['ya pagué', 'already_paid'],
    ['no voy a pagar', 'refusal'],
    ['el viernes te deposito 500', 'promise'],
    ['repita por favor', 'repeat'],
    ['olvídalo', 'cancel'],
    ['in English please', 'language'],
  ])('%s: %s', (text, intent) => {
    expect(hear(text).intents.map((hit) => hit.intent)).toContain(intent);
  });

  test.each([
    'no le des de baja a mi cuenta',
    'voy a parar en el banco',
    'el lunes hay alto riesgo',
    'stop by on Friday',
  ])('an opt-out word inside a sentence is none: %s', (text) => {
    expect(hear(text).intents.map((hit) => hit.intent)).not.toContain('opt_out');
  });

  test('a bare CANCELAR may mean to pay: it is neither an opt-out nor a cancellation', () => {
    const said = hear('CANCELAR').intents.map((hit) => hit.intent);
    expect(said).not.toContain('opt_out');
    expect(said).not.toContain('cancel');
  });
});

describe('short answers', () => {
  test.each<[string, 'yes' | 'no' | null]>([
    ['sí', 'yes'],
    ['si', 'yes'],
    ['claro que sí', 'yes'],
    ['👍', 'yes'],
    ['ok', 'yes'],
    ['sim', 'yes'],
    ['no', 'no'],
    ['no gracias', 'no'],
    ['não', 'no'],
    ['no, mejor el lunes', 'no'],
    ['sí pero el lunes', null],
    ['el lunes', null],
  ])('%s is %s', (text, yesNo) => {
    expect(hear(text, 'yes_no').yesNo).toBe(yesNo);
  });

  test.each<[string, number | null]>([
    ['2', 2],
    ['la 2', 2],
    ['la segunda', 2],
    ['opción 3', 3],
    ['el primero', 1],
    ['uno', 1],
    ['7', null],
    ['el 15', null],
  ])('of three options, %s is %s', (text, choice) => {
    expect(hear(text, 'choice', 'es-MX', 3).choice).toBe(choice);
  });

  test.each([
    ['1234', '1234'],
    ['son 1234', '1234'],
    ['12-34', '1234'],
    ['hola', null],
  ])('digits: %s', (text, digits) => {
    const heard = hear(text, 'digits');
    expect(heard.digits).toBe(digits);
    expect(heard.offers).toEqual([]);
  });

  test('a number alone is what was asked for', () => {
    expect(hear('15', 'date').offers[0]?.date?.candidates).toEqual(['2026-11-15']);
    expect(hear('15', 'amount').offers[0]?.amount).toMatchObject({
      kind: 'exact',
      money: { amountMinor: 1_500n, currency: 'MXN' },
    });
    expect(hear('2', 'choice', 'es-MX', 3).offers).toEqual([]);
  });
});

describe('offers', () => {
  test('a correction holds only the final offer, while every reading is kept for the audit', () => {
    const heard = hear('el jueves, no, perdón, el viernes te doy 300');
    expect(heard.isCorrection).toBe(true);
    expect(heard.dates).toHaveLength(2);
    expect(heard.offers).toMatchObject([
      { date: { candidates: ['2026-11-06'] }, amount: { money: { amountMinor: 30_000n } } },
    ]);
  });

  test('the span of a reading is where the words stand', () => {
    const heard = hear('  Buenas,  el VIERNES   te doy $500  ');
    const { date, amount } = heard.offers[0] ?? {};
    expect(heard.text.slice(...(date?.span ?? [0, 0]))).toBe('VIERNES');
    expect(heard.text.slice(...(amount?.span ?? [0, 0]))).toBe('$500');
  });

  test('what may mean two days is offered as two', () => {
    expect(hear('el miércoles').options).toEqual(['2026-11-04', '2026-11-11']);
    expect(hear('la próxima semana').options).toEqual(['2026-11-09', '2026-11-11', '2026-11-13']);
  });

  test.each([
    ['el viernes pago todo', 'all'],
    ['la mitad mañana', 'half'],
    ['mañana el mínimo', 'minimum'],
    ['el 30% el viernes', 'percent'],
  ])('%s: a share', (text, of) => {
    expect(hear(text).offers[0]?.amount).toMatchObject({ kind: 'symbolic', of });
  });
});
