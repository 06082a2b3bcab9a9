import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mongoose';
import type { App } from './app.ts';
import { PACKAGE_ROOT } from './data-files.ts';
import { AppError } from './kernel/errors.ts';
import { DOCUMENT_DIGITS, documentDigitsOf } from './ledger/identity.ts';
import { readRows } from './ledger/portfolio-file.ts';
import { type ImportPortfolio, importPortfolio } from './ledger/portfolio-import.ts';

export const SAMPLE_PORTFOLIO = path.join(PACKAGE_ROOT, 'samples', 'portfolio.csv');

/** What an import sets in motion in the other rooms: addresses are tied to debtors, and their follow-ups planned. */
export const importReactions = (
  app: Pick<App, 'conversations' | 'proactiveChannels'>,
): Required<Pick<ImportPortfolio, 'linkAddresses' | 'onDebtorsChanged'>> => ({
  linkAddresses: (debtors) => app.conversations.linkPhones(app.proactiveChannels, debtors),
  onDebtorsChanged: async (ids) => void (await app.conversations.planFollowups(ids)),
});

/**
 * Gives an empty database the sample portfolio. Safe to repeat, and to be cut off in the middle.
 * @returns how many rows were read; 0 when there are debtors already
 */
export async function importSample(app: App, db: Connection): Promise<number> {
  if (!(await app.ledger.isEmpty())) return 0;
  const open = () => createReadStream(SAMPLE_PORTFOLIO);
  const result = await importPortfolio({ db, open, now: app.clock.now(), ...importReactions(app) });
  if (result.ok) return result.rows;
  const [first] = result.faults;
  throw new AppError('portfolio_invalid', `${SAMPLE_PORTFOLIO}, line ${first?.line}: ${first?.reason}`);
}

/** Last digits of the made-up documents, by `debtor_id`: the database keeps a hash only, and a visitor has to be somebody. */
export async function demoHints(): Promise<ReadonlyMap<string, string>> {
  const hints = new Map<string, string>();
  let columns: string[] = [];
  for await (const { cells } of readRows(createReadStream(SAMPLE_PORTFOLIO))) {
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const digits = documentDigitsOf(cell('document'), cell('country').toLowerCase());
    if (columns.length > 0) hints.set(cell('debtor_id'), digits.slice(-DOCUMENT_DIGITS));
    else columns = cells;
  }
  return hints;
}
