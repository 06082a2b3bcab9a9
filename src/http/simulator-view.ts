import type { ConversationSummary, FollowupRow } from '../conversations/conversations.ts';
import { formatMoney } from '../kernel/money.ts';
import { maskPhone } from '../kernel/phone.ts';
import type { Account } from '../ledger/ledger.ts';

/** One row of the page's list. Amounts are written out as the debtor's locale writes them. */
export function debtorSummary({ debtor, daysLate, total, overdue }: Account) {
  return {
    id: debtor.id,
    externalId: debtor.externalId,
    name: debtor.name,
    country: debtor.country,
    zone: debtor.zone,
    daysLate,
    owed: formatMoney(total, debtor.locale),
    isPaid: total.amountMinor <= 0n,
    isOverdue: overdue.amountMinor > 0n,
  };
}

/** All that the panel beside the phone shows. */
export function debtorDetail(
  account: Account,
  conversation: ConversationSummary | null,
  followups: FollowupRow[],
  documentHint: string | null,
) {
  const { debtor, creditor, debts, promises } = account;
  const currency = account.total.currency;
  const amount = (amountMinor: bigint) => formatMoney({ amountMinor, currency }, debtor.locale);
  return {
    ...debtorSummary(account),
    locale: debtor.locale,
    phone: maskPhone(debtor.phone ?? ''),
    creditor: creditor.name,
    documentHint,
    documentDigits: debtor.documentDigits,
    overdue: amount(account.overdue.amountMinor),
    credit: account.credit.amountMinor > 0n ? amount(account.credit.amountMinor) : null,
    debts: debts.map(({ debt, owedMinor, overdueMinor, dueDate, daysLate }) => ({
      concept: debt.concept,
      owed: amount(owedMinor),
      overdue: overdueMinor > 0n ? amount(overdueMinor) : null,
      dueDate,
      daysLate,
    })),
    promises: promises.map(({ promise, state, fulfilled }) => ({
      folio: promise.folio,
      amount: amount(promise.amount.amountMinor),
      fulfilled: amount(fulfilled.amountMinor),
      date: promise.date,
      state,
    })),
    followups: followups.map(({ id, dueAt, flow, why, silencedBy }) => ({ id, dueAt, flow, why, silencedBy })),
    conversation: conversation && { id: conversation.id, mode: conversation.mode, reason: conversation.reason },
  };
}
