import { describe, expect, test } from '@jest/globals';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { checkDialog } from '../../src/dialog/check.ts';
import { createSay } from '../../src/dialog/say.ts';
import type { Slots } from '../../src/dialog/state.ts';
import { loadTemplates } from '../../src/dialog/templates.ts';
import { loadTexts } from '../../src/dialog/texts.ts';
import { folderOfTemplates } from '../../src/dialog/yaml-file.ts';

const SID = `HX${'0a'.repeat(16)}`;
const given = readDataFiles(PACKAGE_ROOT);
const withTemplates = (text: string, folder = 'es') => ({
  ...given,
  locales: [
    ...given.locales.filter((file) => folderOfTemplates(file) === null),
    { name: `locales/${folder}/templates.yaml`, text },
  ],
});
const mapped = (key: string, variables = '{"1": first_name, "2": creditor}', sid = SID) =>
  `${key}:\n  content_sid: ${sid}\n  variables: ${variables}\n`;
const PROACTIVE = mapped('neutral.proactive');

test('the files that are shipped map nothing, so that no message names an account of somebody else', () => {
  const shipped = given.locales.filter((file) => folderOfTemplates(file) !== null);
  expect(shipped.map(({ name }) => name)).toEqual(
    ['en', 'es', 'pt'].map((folder) => `locales/${folder}/templates.yaml`),
  );
  const { count, faults } = loadTemplates(shipped, loadTexts(given.locales));
  expect([count, faults]).toEqual([0, []]);
});

test('a mapping that is right is no fault', () => {
  expect(checkDialog(withTemplates(PROACTIVE)).faults.filter(({ file }) => file.endsWith('templates.yaml'))).toEqual(
    [],
  );
});

describe('acuerdo check names what is wrong with a template', () => {
  test.each<[string, string, string, string]>([
    ['a text that does not exist', mapped('neutral.nothing'), 'neutral.nothing', 'is no text of this locale'],
    [
      'a parameter that the text does not fill in',
      mapped('neutral.proactive', '{"1": amount}'),
      'neutral.proactive',
      'fills in {amount}, which the text does not',
    ],
    [
      'by which the text chooses',
      mapped('reminder.before', '{"1": tone}'),
      'reminder.before',
      'by which the text chooses its words',
    ],
    [
      'a SID of another kind',
      mapped('neutral.proactive', '{}', `MG${'0a'.repeat(16)}`),
      'neutral.proactive',
      'has no content_sid of the right form',
    ],
    [
      'a SID that was cut',
      mapped('neutral.proactive', '{}', 'HX12'),
      'neutral.proactive',
      'has no content_sid of the right form',
    ],
    ['no SID', 'neutral.proactive: {}', 'neutral.proactive', 'has no content_sid of the right form'],
    [
      'variables by name',
      mapped('neutral.proactive', '{name: first_name}'),
      'neutral.proactive',
      'does not number its variables',
    ],
    [
      'a gap in the numbers',
      mapped('neutral.proactive', '{"1": first_name, "3": creditor}'),
      'neutral.proactive',
      'does not number its variables',
    ],
    ['a field of another kind', `${PROACTIVE}  body: "Hola"\n`, 'neutral.proactive', 'has the field body'],
    [
      'a text that ends with what is filled in',
      mapped('pay.link', '{"1": amount, "2": url}'),
      'pay.link',
      'begins or ends with what is filled in',
    ],
    ['no mapping at all', '- neutral.proactive', 'templates', 'holds no templates'],
    ['no YAML', 'neutral.proactive: {', 'YAML', ''],
  ])('%s', (_name, text, where, problem) => {
    const faults = checkDialog(withTemplates(text)).faults.filter(({ file }) => file === 'locales/es/templates.yaml');
    expect(faults[0]).toMatchObject({ where, line: expect.any(Number), problem: expect.stringContaining(problem) });
  });
});

describe('a saying that has a template', () => {
  const data = withTemplates(PROACTIVE);
  const texts = loadTexts(data.locales);
  const say = createSay(texts, loadTemplates(data.locales, texts));
  const text = (value: string) => ({ type: 'text' as const, value });
  const proactive = (params: Slots) => ({ key: 'neutral.proactive', params, options: [], kind: 'reminder' as const });

  test('is filled in like the text, in the debtor’s language and its countries', () => {
    const params = { first_name: text('Ana'), creditor: text('Banco  Uno,\n S.A.') };
    const variables = { '1': 'Ana', '2': 'Banco Uno,; S.A.' };
    expect(say(proactive(params), 'es-MX').template).toEqual({ id: SID, variables });
    expect(say(proactive(params), 'es-AR').template).toEqual({ id: SID, variables });
    expect(say(proactive(params), 'en-US').template).toBeNull();
  });

  test('is none when a gap would stay empty, which Twilio refuses', () => {
    expect(say(proactive({ first_name: text('Ana') }), 'es-MX').template).toBeNull();
  });

  test('is none for another text', () => {
    expect(say({ ...proactive({}), key: 'neutral.person' }, 'es-MX').template).toBeNull();
  });
});
