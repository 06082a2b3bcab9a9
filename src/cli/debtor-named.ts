import { AppError } from '../kernel/errors.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Ledger } from '../ledger/ledger.ts';

const SHOWN_MAX = 8;

/** The one debtor that a command line names by `debtor_id`, full id or the beginning of a name. @throws AppError debtor_unknown | usage when several fit */
export async function debtorNamed(ledger: Pick<Ledger, 'searchDebtors'>, text: string): Promise<Debtor> {
  const found = await ledger.searchDebtors(text, SHOWN_MAX + 1);
  const [only, ...others] = found;
  if (only === undefined)
    throw new AppError('debtor_unknown', `No debtor has the id ${text}, or a name that begins so.`);
  if (others.length === 0) return only;
  const list = found.slice(0, SHOWN_MAX).map(({ externalId, name }) => `  ${externalId}  ${name}`);
  throw new AppError('usage', `Several debtors are called ${text}. Give one of these ids:\n${list.join('\n')}`);
}
