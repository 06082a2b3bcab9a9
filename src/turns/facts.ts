import type { Conversation } from '../conversations/conversation.ts';
import type { Facts, PromiseFact } from '../dialog/facts.ts';
import { type CivilDate, civilDateIn } from '../kernel/calendar.ts';
import { type Currency, type Money, minus, money } from '../kernel/money.ts';
import type { DebtBalance } from '../ledger/debt.ts';
import type { Account } from '../ledger/ledger.ts';

/** What the flows may know in this turn, read off the account and the conversation. */
export function factsOf(conversation: Conversation, account: Account | null, now: Date): Facts {
  if (!account) return strangerFacts(conversation, now);
  const { debtor, creditor } = account;
  const today = civilDateIn(debtor.zone, now);
  return {
    known: true,
    verified: conversation.verifiedUntil !== null && conversation.verifiedUntil > now,
    firstName: debtor.name.trim().split(/\s+/)[0] ?? '',
    creditor: creditor.name,
    country: debtor.country,
    locale: conversation.locale,
    currency: account.total.currency,
    today,
    zone: debtor.zone,
    debts: account.debts.filter((balance) => balance.owedMinor > 0n).map(debtFact),
    total: account.total,
    overdue: account.overdue,
    daysLate: account.daysLate,
    instalment: instalmentOf(account),
    nextDue: nextDueAfter(account.debts, today),
    openPromise: openPromiseOf(account, today),
    optedOut: conversation.consent?.state === 'out',
  };
}

function strangerFacts(conversation: Conversation, now: Date): Facts {
  const currency: Currency = 'MXN'; // never shown: a stranger is told nothing about money
  return {
    known: false,
    verified: false,
    firstName: '',
    creditor: '',
    country: '',
    locale: conversation.locale,
    currency,
    today: civilDateIn('UTC', now),
    zone: 'UTC',
    debts: [],
    total: money(0n, currency),
    overdue: money(0n, currency),
    daysLate: 0,
    instalment: null,
    nextDue: null,
    openPromise: null,
    optedOut: conversation.consent?.state === 'out',
  };
}

function debtFact(balance: DebtBalance): Facts['debts'][number] {
  const { currency } = balance.debt;
  return {
    debtId: balance.debt.id,
    concept: balance.debt.concept,
    owed: money(balance.owedMinor, currency),
    overdue: money(balance.overdueMinor, currency),
    dueDate: balance.dueDate,
    daysLate: balance.daysLate,
  };
}

function nextDueAfter(debts: DebtBalance[], today: CivilDate): CivilDate | null {
  const coming = debts.flatMap((balance) =>
    balance.items.filter((item) => item.owedMinor > 0n && item.dueDate >= today).map((item) => item.dueDate),
  );
  return coming.sort()[0] ?? null;
}

/** What "la cuota" is: nobody knows where instalments differ. */
function instalmentOf({ debts, total }: Account): Money | null {
  const owed = new Set(
    debts.flatMap(({ items }) => items.map(({ owedMinor }) => owedMinor).filter((minor) => minor > 0n)),
  );
  const [only, ...others] = owed;
  return only === undefined || others.length > 0 ? null : money(only, total.currency);
}

/** The next one that is open; one that is past, within its days of grace, only where none is to come. */
function openPromiseOf(account: Account, today: CivilDate): PromiseFact | null {
  const open = account.promises.filter(({ state }) => state === 'open');
  const next = open.find(({ promise }) => promise.date >= today) ?? open.at(-1);
  if (!next) return null;
  const { folio, amount, date, arrangementId } = next.promise;
  const together = account.promises.filter(({ promise }) => promise.arrangementId === arrangementId);
  return {
    folio,
    amount,
    fulfilled: next.fulfilled,
    date,
    parts: together.filter(({ state }) => state === 'open').map(({ promise }) => promise),
    missed: together
      .filter(({ state }) => state === 'broken' || state === 'partial')
      .map(({ promise, fulfilled }) => ({ ...promise, amount: minus(promise.amount, fulfilled) })),
  };
}
