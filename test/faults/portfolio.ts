import type { Debtor } from './evidence.ts';

export const DIGITS = '1234'; // the last four of every made-up document
const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,phone,debt_id,concept,instalment,due_date,amount,currency';
const DAY_MS = 86_400_000;
const LONG_AGO_DAYS = 200; // past the last reminder of the strategy: nothing falls due by itself

/** Where a debtor lives, and whether a reminder is planned for today. */
export interface Household {
  count: number;
  zone: string;
  reminded: boolean;
}

export interface Portfolio {
  csv: string;
  debtors: Debtor[];
}

/** Debtors who all owe the same, so that the same words get the same answers. */
export function makePortfolio(households: readonly Household[], now: number): Portfolio {
  const debtors = households.flatMap(({ count, zone, reminded }) =>
    Array.from({ length: count }, () => ({ zone, reminded })),
  );
  const known = debtors.map(({ zone, reminded }, n) => ({
    debtorId: `banco/d${n}`,
    phone: phoneOf(n),
    zone,
    reminded,
    owner: '',
  }));
  const rows = known.map(({ phone, zone, reminded }, n) =>
    [
      ...['banco', 'Banco Uno', `d${n}`, 'Ana Prueba', `90000000${DIGITS}`, 'MX', zone, phone],
      ...[`debt-d${n}`, 'Crédito', 1, dueDate(zone, now, reminded ? 1 : LONG_AGO_DAYS), '1200.00', 'MXN'],
    ].join(','),
  );
  return { csv: [COLUMNS, ...rows, ''].join('\n'), debtors: known };
}

export const phoneOf = (n: number): string => `+5255${10_000_000 + n}`;

/** So many days before today's date there. */
function dueDate(zone: string, now: number, daysAgo: number): string {
  const local = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  return local.format(now - daysAgo * DAY_MS);
}
