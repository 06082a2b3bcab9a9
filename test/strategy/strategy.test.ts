import fs from 'node:fs';
import { expect, test } from '@jest/globals';
import { AppError } from '../../src/kernel/errors.ts';
import type { PromiseRules } from '../../src/ledger/promise.ts';
import { loadStrategy } from '../../src/strategy/strategy.ts';

const NAME = 'strategies/default.yaml';
const text = fs.readFileSync(NAME, 'utf8');

test('what a promise may be is what the ledger asks for', () => {
  const rules: PromiseRules = loadStrategy(text, NAME).promise;
  expect(rules).toMatchObject({ promiseDaysMax: 30, graceDays: 1, toleranceMinor: 100n });
});

test.each<[string, (text: string) => string, RegExp]>([
  [
    'time',
    (t) => t.replace('at: "10:30"', 'at: 10h30'),
    /strategies\/default\.yaml:\d+ segments\.2\.at: a time is written "HH:MM"/,
  ],
  ['flow', (t) => t.replace('flow: reminder_before', 'flow: shout'), /segments\.0\.flow/],
  ['tone', (t) => t.replace('tone: firm', 'tone: rude'), /segments\.3\.tone/],
  ['twice', (t) => t.replace('[1, 3, 7]', '[1, 3, 15]'), /segments\.2\.days\.0: day 15 is in "early" already/],
  ['before and after', (t) => t.replace('[-3, -1]', '[-3, 2]'), /segments\.0\.days\.1: reminder_before on day 2/],
  ['share', (t) => t.replace('min_share: 10%', 'min_share: some'), /promise\.min_share: a share is a whole percentage/],
  ['grace', (t) => t.replace('grace_days: 1', 'grace_days: -1'), /promise\.grace_days/],
  ['unknown field', (t) => `${t}\ncolour: red\n`, /colour/],
  ['flow of the eve', (t) => t.replace('flow: promise_eve', 'flow: promise_day'), /promise\.followups\.eve\.flow/],
  ['no YAML', () => 'strategy: [', /strategies\/default\.yaml:1/],
  ['empty', () => '', /strategies\/default\.yaml/],
])('a strategy with a wrong %s is refused', (_what, change, says) => {
  const load = () => loadStrategy(change(text), NAME);
  expect(load).toThrow(AppError);
  expect(load).toThrow(says);
});
