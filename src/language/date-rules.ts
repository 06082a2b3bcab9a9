import type { DateRule } from './date-rule.ts';
import { dayRules } from './day-rules.ts';
import { knownRules } from './known-rules.ts';
import { monthRules } from './month-rules.ts';
import { timeRules } from './time-rules.ts';

/** Tried over the whole line; at one place the longest match wins, among equals the first of this list. */
export const dateRules: readonly DateRule[] = [...dayRules, ...monthRules, ...timeRules, ...knownRules];
