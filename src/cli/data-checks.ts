import { checkPacks } from '../compliance/check.ts';
import { type Packs, packsFrom } from '../compliance/pack.ts';
import { readDataFiles } from '../data-files.ts';
import type { TextRules } from '../dialog/check-texts.ts';
import type { Fault } from '../dialog/fault.ts';
import { civilDateIn } from '../kernel/calendar.ts';
import { systemClock } from '../kernel/clock.ts';
import { loadStrategy } from '../strategy/strategy.ts';
import type { DataCheck } from './check.ts';

/** The other data that a manager edits. What is not even well formed ends the command with a sentence of its own. */
export const checkPoliciesAndStrategies: DataCheck = async (root) => {
  const files = readDataFiles(root);
  for (const { name, text } of files.strategies) loadStrategy(text, name);
  const today = civilDateIn('UTC', systemClock.now());
  return checkPacks(packsFrom(files.policies), today).map(
    ({ pack, field, problem, fix }): Fault => ({
      file: `policies/${pack}.yaml`,
      line: null,
      where: field,
      problem,
      fix,
    }),
  );
};

/** What the packs forbid a text to say, and the words that no option may be. */
export function textRulesOf(root: string): TextRules {
  const packs: Packs = packsFrom(readDataFiles(root).policies);
  return {
    optOutWords: packs.all.flatMap((pack) => [...pack.opt_out.words, ...pack.opt_out.back]),
    forbid: packs.all.flatMap((pack) => pack.content.forbid),
  };
}
