import { describe, expect, test } from '@jest/globals';
import { addDays, type CivilDate, civilDate, civilDateIn } from '../../src/kernel/calendar.ts';
import type { Locale } from '../../src/kernel/locale.ts';
import { type Money, money } from '../../src/kernel/money.ts';
import { inCorpusFormat } from '../../src/language/corpus.ts';
import type { Heard, KnownFacts, ListeningContext, Standing } from '../../src/language/heard.ts';
import { understand } from '../../src/language/understand.ts';
import { contextOf, readCorpus } from '../conformance/score.ts';

const pesos = (sum: number): Money => money(BigInt(Math.round(sum * 100)), 'MXN');
const stands = (day: string, sum: number): Standing => ({ date: civilDate(day), amount: pesos(sum) });

/** Wednesday 4 November 2026, 10:30 in Mexico City. */
const hear = (text: string, locale: Locale, facts?: KnownFacts, expecting: ListeningContext['expecting'] = 'nothing') =>
  understand(text, {
    now: new Date('2026-11-04T16:30:00Z'),
    zone: 'America/Mexico_City',
    locale,
    currency: 'MXN',
    expecting,
    ...(facts ? { facts } : {}),
  });

/** `2026-11-06 350.01, 2026-11-15 350.00`: days that are one, sums in pesos, `-` for what is to be asked. */
const inShort = ({ offers }: Heard): string =>
  offers
    .map(({ date, amount }) => {
      const day = date?.candidates.join('/') || '-';
      return `${day} ${amount?.money ? (Number(amount.money.amountMinor) / 100).toFixed(2) : '-'}`;
    })
    .join(', ');

/** Owes 1,200, of which 700.01 is late; pays in instalments of 350; promised 500 for Monday the 9th. */
const KNOWN: KnownFacts = {
  balance: pesos(1200),
  overdue: pesos(700.01),
  minimum: pesos(70),
  instalment: pesos(350),
  dueDate: civilDate('2026-11-20'),
  standing: [stands('2026-11-09', 500)],
};

describe('shares come to sums', () => {
  test.each<[Locale, string, string]>([
    ['es-MX', 'la mitad el viernes y el resto el 15', '2026-11-06 350.01, 2026-11-15 350.00'],
    ['es-MX', 'el viernes te doy la mitad y el 15 la otra mitad', '2026-11-06 350.01, 2026-11-15 350.00'],
    ['es-MX', 'la mitad el viernes y la mitad el 20', '2026-11-06 350.01, 2026-11-20 350.00'],
    ['es-MX', '300 el viernes y lo demás el 20', '2026-11-06 300.00, 2026-11-20 400.01'],
    ['es-MX', 'el 30% el viernes', '2026-11-06 210.01'],
    ['es-MX', 'el 33.5% el viernes', '2026-11-06 234.51'],
    ['es-MX', 'el viernes pago todo', '2026-11-06 700.01'],
    ['es-MX', 'pago toda la deuda el viernes', '2026-11-06 1200.00'],
    ['es-MX', 'la mitad de la deuda el viernes', '2026-11-06 600.00'],
    ['es-MX', 'el 30% del saldo el viernes', '2026-11-06 360.00'],
    ['es-MX', 'mañana el mínimo', '2026-11-05 70.00'],
    ['es-MX', 'lo atrasado el viernes', '2026-11-06 700.01'],
    ['es-MX', 'te pago la cuota el 15', '2026-11-15 350.00'],
    ['es-MX', 'lo de siempre el viernes', '2026-11-06 350.00'],
    ['pt-BR', 'metade na sexta e o resto dia 15', '2026-11-06 350.01, 2026-11-15 350.00'],
    ['pt-BR', 'a parcela na sexta', '2026-11-06 350.00'],
    ['pt-BR', 'o atrasado na sexta', '2026-11-06 700.01'],
    ['en-US', 'half on Friday and the rest on the 15th', '2026-11-06 350.01, 2026-11-15 350.00'],
    ['en-US', 'half tomorrow, half on Friday', '2026-11-05 350.01, 2026-11-06 350.00'],
    ['en-US', 'pay the full balance Friday', '2026-11-06 1200.00'],
    ['en-US', 'one installment Friday', '2026-11-06 350.00'],
    ['en-US', 'the past due amount on Friday', '2026-11-06 700.01'],
  ])('%s: %s', (locale, text, wanted) => {
    expect(inShort(hear(text, locale, KNOWN))).toBe(wanted);
  });

  test('the symbol stays beside its sum, among the offers and among the amounts', () => {
    const { offers, amounts } = hear('la mitad el viernes y el resto el 15', 'es-MX', KNOWN);
    expect(amounts).toMatchObject([
      { kind: 'symbolic', of: 'half', money: pesos(350.01) },
      { kind: 'symbolic', of: 'rest', money: pesos(350) },
    ]);
    expect(offers.map(({ amount }) => amount)).toEqual(amounts);
  });

  test('nothing late: shares are of everything owed', () => {
    expect(inShort(hear('la mitad el viernes', 'es-MX', { balance: pesos(1200), overdue: pesos(0) }))).toBe(
      '2026-11-06 600.00',
    );
  });

  test('the minimum is never more than is owed', () => {
    const { offers } = hear('mañana el mínimo', 'es-MX', { balance: pesos(40), minimum: pesos(70) });
    expect(offers[0]?.amount?.money).toEqual(pesos(40));
  });

  test.each([
    'casi todo el viernes',
    'más de la mitad el viernes',
    'al menos el mínimo el viernes',
    'todo menos 100 el viernes',
    'la mitad de la cuota el viernes',
    'el 30% de mi sueldo el viernes',
    'el 150% el viernes',
    'la cuota más recargos el viernes',
    'ya deposité 300, el resto el viernes',
  ])('%s: no sum is taken from it', (text) => {
    expect(inShort(hear(text, 'es-MX', KNOWN))).toBe('2026-11-06 -');
  });

  test('of what is not known of every payment, the rest is asked', () => {
    expect(inShort(hear('unos 300 el viernes y el resto el 20', 'es-MX', KNOWN))).toBe('2026-11-06 -, 2026-11-20 -');
    expect(inShort(hear('todo en 2 pagos, el viernes y el 20', 'es-MX', KNOWN))).toBe('2026-11-06 -, 2026-11-20 -');
  });
});

describe('what stands', () => {
  test.each<[Locale, string, string]>([
    ['es-MX', 'lo mismo el viernes', '2026-11-06 500.00'],
    ['es-MX', 'la misma cantidad el 20', '2026-11-20 500.00'],
    ['es-MX', 'mejor el viernes', '2026-11-06 500.00'],
    ['es-MX', 'muévelo al viernes por favor', '2026-11-06 500.00'],
    ['es-MX', '¿lo podemos mover al viernes?', '2026-11-06 500.00'],
    ['es-MX', 'lo del lunes te lo pago el viernes', '2026-11-06 500.00'],
    ['es-MX', 'el mismo día pero 300', '2026-11-09 300.00'],
    ['es-MX', 'un día después', '2026-11-10 500.00'],
    ['es-MX', 'y el resto el 20', '2026-11-09 500.00, 2026-11-20 200.01'],
    ['pt-BR', 'o mesmo valor na sexta', '2026-11-06 500.00'],
    ['pt-BR', 'quero adiar para sexta', '2026-11-06 500.00'],
    ['pt-BR', 'adiantar para sexta', '2026-11-06 500.00'],
    ['pt-BR', 'o pagamento de segunda eu faço na sexta', '2026-11-06 500.00'],
    ['pt-BR', 'uma semana depois', '2026-11-16 500.00'],
    ['en-US', 'same amount on Friday', '2026-11-06 500.00'],
    ['en-US', 'can we move it to Friday?', '2026-11-06 500.00'],
    ['en-US', 'the payment for Monday I will make on Friday', '2026-11-06 500.00'],
  ])('%s: %s', (locale, text, wanted) => {
    expect(inShort(hear(text, locale, KNOWN))).toBe(wanted);
  });

  test.each([
    ['muévelo al viernes', true], // it says so by itself
    ['lo paso al viernes', false],
    ['un día después', false],
  ])('%s: it replaces what stands', (text, byItself) => {
    expect(hear(text, 'es-MX', KNOWN).isCorrection).toBe(true);
    expect(hear(text, 'es-MX').isCorrection).toBe(byItself);
  });

  test.each<[Locale, string]>([
    ['es-MX', 'ya te deposité lo del lunes'],
    ['pt-BR', 'já depositei o de segunda'],
    ['en-US', 'I already sent the one for Monday'],
  ])('%s: %s: that payment is claimed, and no day is offered', (locale, text) => {
    const heard = hear(text, locale, KNOWN);
    expect(heard).toMatchObject({ kind: 'already_paid', dates: [], action: 'verify_payment' });
    expect(heard.amounts).toMatchObject([{ of: 'same', money: pesos(500) }]);
  });

  test('of two payments, the one that is named moves and the other stays', () => {
    const facts = { ...KNOWN, standing: [stands('2026-11-09', 500), stands('2026-11-20', 200)] };
    expect(inShort(hear('lo del lunes te lo pago el viernes', 'es-MX', facts))).toBe(
      '2026-11-20 200.00, 2026-11-06 500.00',
    );
    expect(inShort(hear('muévelo al viernes', 'es-MX', facts))).toBe('2026-11-06 -'); // which one is asked
    expect(inShort(hear('lo mismo el viernes', 'es-MX', facts))).toBe('2026-11-06 -');
    expect(hear('el mismo día', 'es-MX', facts).offers).toEqual([]);
  });

  test('the rest, asked for one payment of several, is what the others leave', () => {
    const facts = { ...KNOWN, standing: [stands('2026-11-09', 500), { date: civilDate('2026-11-20'), amount: null }] };
    expect(inShort(hear('el resto', 'es-MX', facts, 'amount'))).toBe('- 200.01');
  });

  test('more than is owed by now is not taken up again', () => {
    const facts = { balance: pesos(300), overdue: pesos(300), standing: [stands('2026-11-09', 500)] };
    expect(inShort(hear('lo mismo el viernes', 'es-MX', facts))).toBe('2026-11-06 -');
    expect(inShort(hear('muévelo al viernes', 'es-MX', facts))).toBe('2026-11-06 -');
  });

  test.each(['lo de siempre', 'lo mismo', 'lo prometido'])(
    '%s: with nothing that it could stand for it is asked back',
    (text) => {
      const heard = hear(text, 'es-MX', { balance: pesos(1200) });
      expect(heard).toMatchObject({ kind: 'vague', action: 'ask_back' });
      expect(heard.amounts.some((amount) => amount.money)).toBe(false);
    },
  );

  test.each(['me da lo mismo', 'es lo mismo', '¿cuánto es la cuota?', 'la cuota está muy alta'])(
    '%s: no sum is named',
    (text) => {
      expect(hear(text, 'es-MX', KNOWN).amounts).toEqual([]);
    },
  );
});

describe('the due day', () => {
  test.each<[Locale, string, string]>([
    ['es-MX', 'el vencimiento', '2026-11-20'],
    ['es-MX', 'el día del vencimiento pago todo', '2026-11-20'],
    ['es-MX', 'cuando venza te pago', '2026-11-20'],
    ['es-MX', 'antes de que venza', '2026-11-19'],
    ['es-MX', 'pago antes de la fecha límite', '2026-11-19'],
    ['pt-BR', 'no vencimento', '2026-11-20'],
    ['pt-BR', 'antes de vencer', '2026-11-19'],
    ['en-US', 'by the due date', '2026-11-20'],
    ['en-US', "before it's due", '2026-11-19'],
  ])('%s: %s', (locale, text, day) => {
    expect(hear(text, locale, KNOWN).offers[0]?.date?.candidates).toEqual([day]);
    expect(hear(text, locale).dates).toEqual([]);
  });

  test.each(['¿cuándo es el vencimiento?', 'no sabía del vencimiento', 'antes de que venza mi contrato de renta'])(
    '%s: no day is offered',
    (text) => {
      expect(hear(text, 'es-MX', KNOWN).offers).toEqual([]);
    },
  );

  test('none to come, or a payday, which nobody told the house: it is asked', () => {
    const { dueDate, ...others } = KNOWN;
    expect(dueDate).toBe('2026-11-20');
    expect(hear('antes de que venza', 'es-MX', others).offers).toEqual([]);
    expect(hear('antes de que venza', 'es-MX', { ...others, dueDate: civilDate('2026-11-02') }).offers).toEqual([]);
    expect(hear('el día de pago', 'es-MX', KNOWN)).toMatchObject({ kind: 'vague', offers: [] });
  });
});

test.each<[string, string, string[]]>([
  ['habla Julio Domingo, el viernes pago', 'Julio Domingo Pérez', ['2026-11-06']],
  ['mañana voy a Caja 15 de Mayo y pago', 'Caja 15 de Mayo', ['2026-11-05']],
  ['el 234567 te lo pago el viernes', '234567', ['2026-11-06']],
])('%s: a name holds no day and no sum', (text, name, days) => {
  const heard = hear(text, 'es-MX', { names: [name] });
  expect(heard.dates.flatMap(({ candidates }) => candidates)).toEqual(days);
  expect(heard.amounts).toEqual([]);
});

test('a day that is a name as well stays a day where no other word of the name is said', () => {
  const days = (text: string, names: string[]): CivilDate[] =>
    hear(text, 'es-MX', { names }).dates.flatMap(({ candidates }) => candidates);
  expect(days('el domingo te pago', ['Julio Domingo Pérez', 'Domingo'])).toEqual(['2026-11-08']);
  expect(days('te pago el 15 de noviembre', ['15 de Noviembre'])).toEqual(['2026-11-15']);
});

test('no labelled message reads otherwise because something is known', () => {
  for (const row of readCorpus(new URL('../conformance/promises.own.jsonl', import.meta.url))) {
    const { ref, tz, lang, currency } = contextOf(row);
    const context = { now: new Date(ref), zone: tz, locale: lang, currency, expecting: 'nothing' as const };
    const today = civilDateIn(tz, context.now);
    const sum = (minor: bigint) => money(minor, currency);
    const facts: KnownFacts = {
      balance: sum(50_000_000n),
      overdue: sum(0n),
      minimum: sum(5_000_000n),
      instalment: sum(12_500_000n),
      dueDate: addDays(today, 17),
      standing: [{ date: addDays(today, 5), amount: sum(7_000_000n) }],
      names: ['Ana Domingo Julio', 'Tiendas Luna', 'Crédito personal', 'K7M2QP'],
    };
    const reads = (heard: Heard) => [row.text, inCorpusFormat(heard)];
    expect(reads(understand(row.text, { ...context, facts }))).toEqual(reads(understand(row.text, context)));
  }
});
