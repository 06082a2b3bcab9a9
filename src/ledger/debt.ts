import type { CivilDate } from '../kernel/calendar.ts';
import type { CreditorId, DebtId, DebtorId } from '../kernel/ids.ts';
import type { Currency } from '../kernel/money.ts';

/** Kinds of money owed. Interest goes before principal unless the terms say otherwise. */
export const CONCEPTS = ['costs', 'moratorio', 'ordinary', 'tax', 'principal'] as const;
export type Concept = (typeof CONCEPTS)[number];

export interface Instalment {
  /** Counted from 1. */
  no: number;
  dueDate: CivilDate;
}

export interface DebtTerms {
  /** Order in which a payment is applied within an instalment. */
  allocationOrder: Concept[];
  /** The creditor agreed in writing that principal may be paid before interest. */
  principalFirst?: boolean;
}

/** What is lent under one contract. How much is owed stands in the journal, never here. */
export interface Debt {
  id: DebtId;
  debtorId: DebtorId;
  creditorId: CreditorId;
  /** `debt_id` of the portfolio. */
  externalId: string;
  /** In words a debtor knows: "Crédito personal". */
  concept: string;
  currency: Currency;
  instalments: Instalment[];
  terms: DebtTerms;
}

/** A debt with the fold of its journal, as of a day. */
export interface DebtBalance {
  debt: Debt;
  items: { no: number; dueDate: CivilDate; owed: Partial<Record<Concept, bigint>>; owedMinor: bigint }[];
  owedMinor: bigint;
  overdueMinor: bigint;
  /** 0 on the due date and before it. */
  daysLate: number;
  /** Oldest due date of what is not paid, or null when nothing is owed. */
  dueDate: CivilDate | null;
}
