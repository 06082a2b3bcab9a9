import { expect, test } from '@jest/globals';
import { foldPattern, foldText } from '../../src/compliance/plain-text.ts';

test.each([
  ['Cárcel', 'iremos a la CÁRCEL', true],
  ['c[aá]rcel', 'cárcel', true],
  ['\\bCONDUSEF\\b', 'en nombre de la Condusef', true],
  ['\\bJuez\\b', 'el juezgado', false],
  ['[A-Z]{3}-\\d', 'folio abc-1', true],
  ['\\S+@\\S+', 'a b', false], // an escape is no letter: \S is not \s
  ['^\\p{L}+Ño$', 'NIÑO', true], // ñ is n in folded text, and in the pattern
  ['\\P{L}', 'sol', false],
])('%s is found in "%s": %s', (source, text, isThere) => {
  expect(new RegExp(foldPattern(source), 'u').test(foldText(text))).toBe(isThere);
});
