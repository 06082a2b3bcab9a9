import { type Packs, packsFrom } from './compliance/pack.ts';
import { type DataFiles, PACKAGE_ROOT, readDataFiles } from './data-files.ts';
import { loadDialog } from './dialog/load.ts';
import { AppError } from './kernel/errors.ts';
import { loadStrategy, type Strategy } from './strategy/strategy.ts';

/** What a collections manager may edit, read and found right: what is said, what the law allows, when whom to contact. */
export type HouseRules = ReturnType<typeof loadDialog> & { packs: Packs; strategy: Strategy };

/** @throws AppError data_invalid when flows, texts, packs or the strategy are wrong */
export function readHouseRules(files: DataFiles = readDataFiles(PACKAGE_ROOT)): HouseRules {
  const strategy = files.strategies.find(({ name }) => name.endsWith('/default.yaml'));
  if (!strategy) throw new AppError('data_invalid', 'strategies/default.yaml is missing.');
  return {
    ...loadDialog(files),
    packs: packsFrom(files.policies),
    strategy: loadStrategy(strategy.text, strategy.name),
  };
}
