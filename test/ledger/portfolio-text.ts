import { PORTFOLIO_COLUMNS } from '../../src/ledger/portfolio.ts';

/** A row that is right, to be spoilt one column at a time. */
export const ANA = {
  creditor_id: 'credito-sol',
  creditor_name: 'Crédito Sol',
  debtor_id: 'MX-001',
  debtor_name: 'Ana López',
  document: 'LOPA850101MDF4417',
  country: 'MX',
  state: 'CDMX',
  zone: '',
  locale: '',
  phone: '+52 55 5555 0101',
  email: 'ana@example.com',
  authorized_channels: 'whatsapp|sms',
  debt_id: 'A-1',
  concept: 'Crédito personal',
  instalment: '1',
  due_date: '2026-11-10',
  amount: '1200.00',
  currency: 'MXN',
};
export type Cells = Partial<typeof ANA>;

export function portfolioText(rows: Cells[], columns: readonly string[] = PORTFOLIO_COLUMNS): string {
  const line = (row: Record<string, string | undefined>) => columns.map((c) => row[c] ?? '').join(',');
  return [columns.join(','), ...rows.map((row) => line({ ...ANA, ...row }))].join('\n');
}

/** A file in memory, opened as often as one likes. */
export const opened = (bytes: string | Uint8Array) =>
  async function* open() {
    yield Buffer.from(bytes as string);
  };
