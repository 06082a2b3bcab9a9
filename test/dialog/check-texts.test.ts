import { describe, expect, test } from '@jest/globals';
import { faultOf, faultsWith } from './broken-data.ts';

describe('a text', () => {
  test.each<[string, string, string | RegExp | null, string, string, string]>([
    ['missing in a language', 'locales/en/plan.yaml', /one_date.*\n/, '', 'plan.one_date', 'is missing'],
    [
      'of a locale that is unknown',
      'locales/xx/plan.yaml',
      null,
      'offer: "?"',
      'xx',
      'is no locale that Acuerdo knows',
    ],
    [
      'in a language that has begun and lacks the rest',
      'locales/pt/plan.yaml',
      null,
      'offer: "Como prefere seguir?"',
      'plan.one_date',
      'is missing',
    ],
    [
      'that fills in something else',
      'locales/en/pay.yaml',
      '{url}',
      '{link}',
      'pay.link',
      'fills in {amount} {link}, and es fills in {amount} {url}',
    ],
    [
      'that fills in something else in a country',
      'locales/es-CO/promise.yaml',
      'Debes {basis}. ',
      '',
      'promise.sum',
      'fills in nothing, and es fills in {basis}',
    ],
    ['that is no ICU message', 'locales/es/pay.yaml', '{url}', '{url', 'pay.link', 'cannot be read as an ICU message'],
    ['that is no text', 'locales/es/plan.yaml', /one_date.*/, 'one_date: [a, b]', 'plan.one_date', 'is not a text'],
    ['that no flow says', 'locales/es/plan.yaml', null, 'old: "Nadie lo dice"', 'plan.old', 'is said by no flow'],
    [
      'neutral, with a debt',
      'locales/es/neutral.yaml',
      'Con gusto te ayudo.',
      'Es por tu adeudo.',
      'neutral.hello',
      'says "adeud" to people who did not show who they are',
    ],
    [
      'neutral, with a balance in English',
      'locales/en/neutral.yaml',
      'I have a message for you.',
      'It is about your balance.',
      'neutral.proactive',
      'says "balance" to people who did not show who they are',
    ],
    [
      'neutral, with money',
      'locales/es/neutral.yaml',
      'Con gusto te ayudo.',
      'Son {total}.',
      'neutral.hello',
      'fills in {total}',
    ],
    [
      'neutral, with a day',
      'locales/es/neutral.yaml',
      'Con gusto te ayudo.',
      'Es para el {next_due}.',
      'neutral.hello',
      'fills in {next_due}',
    ],
    [
      'that costs too many SMS',
      'locales/es/followup.yaml',
      'BAJA detiene',
      `${'Muchas palabras. '.repeat(25)}BAJA detiene`,
      'followup.eve',
      'costs 5 SMS (gsm7), and the flow allows 3',
    ],
    [
      'that no SMS alphabet holds',
      'locales/es/neutral.yaml',
      '¡Con gusto!',
      `¡Con gusto! ${'😀'.repeat(150)}`,
      'neutral.thanks',
      'SMS (ucs2)',
    ],
    [
      'an option that is an opt-out word',
      'locales/es/plan.yaml',
      '"Decir una fecha"',
      '"Baja"',
      'plan.one_date',
      'is the option "Baja", which providers take for an opt-out word',
    ],
    [
      'an option that is an English opt-out word',
      'locales/en/plan.yaml',
      '"Say a date"',
      '"Cancel"',
      'plan.one_date',
      'opt-out word',
    ],
    [
      'an option that fits no button',
      'locales/es/plan.yaml',
      '"Decir una fecha"',
      '"Decir una fecha para pagar"',
      'plan.one_date',
      'is an option of 26 letters',
    ],
  ])('%s', (_name, file, old, changed, where, problem) => {
    const faults = faultsWith(file, old, changed);
    expect(faults).toContainEqual(faultOf(where, problem));
  });

  test('that the law forbids', () => {
    const rules = { forbid: [{ id: 'ask_reason', re: /(motivo|por que|razon).*(no (ha )?pag|atras)/i }] };
    const faults = faultsWith('locales/es-CO/promise.yaml', 'Debes', '¿Por qué no pagaste? Debes', rules);
    expect(faults).toContainEqual(
      expect.objectContaining({ where: 'promise.sum', problem: 'has wording that the policy rule ask_reason forbids' }),
    );
  });

  test('two keys of one name are a fault of the file', () => {
    expect(faultsWith('locales/es/plan.yaml', null, 'offer: "otra vez"')).toContainEqual(
      expect.objectContaining({ file: 'locales/es/plan.yaml', where: 'YAML', line: 4 }),
    );
  });
});
