import { civilDate } from '../../src/kernel/calendar.ts';
import { creditorId, debtId, debtorId, type PromiseId } from '../../src/kernel/ids.ts';
import { money } from '../../src/kernel/money.ts';
import type { DebtBalance } from '../../src/ledger/debt.ts';
import type { Account } from '../../src/ledger/ledger.ts';
import type { PromiseState } from '../../src/ledger/promise.ts';

const acme = creditorId('acme');
const ana = debtorId(acme, 'ana');

/** A debt of pesos, with what is left of each instalment in centavos. */
export function aDebt(name: string, items: [due: string, owedMinor: bigint][]): DebtBalance {
  const id = debtId(acme, name);
  const owedMinor = items.reduce((sum, [, owed]) => sum + owed, 0n);
  const left = items.map(([due, owed], i) => ({
    no: i + 1,
    dueDate: civilDate(due),
    owed: { principal: owed },
    owedMinor: owed,
  }));
  return {
    debt: {
      id,
      debtorId: ana,
      creditorId: acme,
      externalId: name,
      concept: 'Crédito',
      currency: 'MXN',
      instalments: left.map(({ no, dueDate }) => ({ no, dueDate })),
      terms: { allocationOrder: ['moratorio', 'ordinary', 'tax', 'principal'] },
    },
    items: left,
    owedMinor,
    overdueMinor: owedMinor,
    daysLate: 0,
    dueDate: left.find((item) => item.owedMinor > 0n)?.dueDate ?? null,
  };
}

export function aPromise(
  folio: string,
  date: string,
  createdAt: string,
  state: PromiseState = 'open',
  arrangement = folio,
): Account['promises'][number] {
  return {
    promise: {
      id: `acme/ana/${folio}` as PromiseId,
      arrangementId: `acme/ana/${arrangement}` as PromiseId,
      folio,
      debtorId: ana,
      amount: money(50_000n, 'MXN'),
      date: civilDate(date),
      graceDays: 1,
      toleranceMinor: 100n,
      createdAt: new Date(createdAt),
      endedAt: null,
      endedAs: null,
      source: { text: '', rule: '', span: null },
    },
    state,
    fulfilled: money(0n, 'MXN'),
    paidBy: [],
  };
}

export function anAccount(
  debts: DebtBalance[],
  promises: Account['promises'] = [],
  zone = 'America/Mexico_City',
): Account {
  const total = money(
    debts.reduce((sum, debt) => sum + debt.owedMinor, 0n),
    'MXN',
  );
  return {
    debtor: {
      id: ana,
      creditorId: acme,
      externalId: 'ana',
      name: 'Ana',
      documentHash: '',
      documentDigits: 4,
      country: 'mx',
      zone,
      locale: 'es-MX',
      phone: null,
      email: null,
      authorizedMedia: null,
    },
    creditor: { id: acme, name: 'Acme' },
    debts,
    credit: money(0n, 'MXN'),
    total,
    overdue: total,
    daysLate: 0,
    promises,
    seq: 1,
  };
}
