import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '../database/transaction.ts';
import { inTransaction } from '../database/transaction.ts';
import { createBatch } from '../kernel/batch.ts';
import { civilDateIn } from '../kernel/calendar.ts';
import { AppError, Bug } from '../kernel/errors.ts';
import { type DebtorId, digest, folioOf, type PromiseId } from '../kernel/ids.ts';
import { atLeisure, type Leisure } from '../kernel/leisure.ts';
import type { Log } from '../kernel/log.ts';
import { type Currency, money, sumMoney } from '../kernel/money.ts';
import { createAccountReader } from './account-store.ts';
import { allocatePayment, lesser } from './allocation.ts';
import { type Balance, debtBalance, foldJournal, openItems } from './balance.ts';
import type { Debt, DebtBalance } from './debt.ts';
import type { Debtor } from './debtor.ts';
import { createDebtorStore } from './debtor-store.ts';
import { paymentEntry, reversalEntry } from './entries.ts';
import { appliedBy, type JournalDraft, type JournalEntry } from './journal.ts';
import { createJournalStore, type Db } from './journal-store.ts';
import type { Account, Ledger, MakePromise, PaymentPosted, PaymentToPost, PromiseKnown } from './ledger.ts';
import { arrangementVerdict, type PromiseRules, type PromiseToPay, promiseState, shareOut } from './promise.ts';
import { createPromiseStore } from './promise-store.ts';
import { currencyOf } from './zone-of.ts';

const HEADS_AT_ONCE = 100; // compared in one transaction: some ten milliseconds
const ADDRESS_MATCHES_MAX = 20; // one phone or e-mail address, many debtors: a shared one, or a broken portfolio

/** @param input.rules amounts in minor units, days as whole numbers */
export function createLedger(input: { db: Db; log: Log; rules: PromiseRules }): Ledger & { prepare(): Promise<void> } {
  const { db, log, rules } = input;
  const people = createDebtorStore(db);
  const journal = createJournalStore(db);
  const promises = createPromiseStore(db);
  const readAccounts = createAccountReader(db);
  const findDebtor = createBatch(people.debtorsAt); // every message that goes asks whose it is
  let prepared: Promise<void> | null = null;

  /** Collections and unique indexes, once: without them nothing here would be safe. */
  function prepare(): Promise<void> {
    prepared ??= Promise.all([people.prepare(), journal.prepare(), promises.prepare()]).then(
      () => undefined,
      (err: unknown) => {
        prepared = null;
        throw err;
      },
    );
    return prepared;
  }

  async function account(debtorId: DebtorId, now: Date, tx?: Tx): Promise<Account> {
    const found = (await accounts([debtorId], now, tx)).get(debtorId);
    if (found) return found;
    throw new AppError(
      'debtor_unknown',
      `There is no debtor ${debtorId}. An id is <creditor_id>/<debtor_id> as the portfolio writes them.`,
    );
  }

  async function accounts(ids: readonly DebtorId[], now: Date, tx?: Tx): Promise<Map<DebtorId, Account>> {
    await prepare();
    const found = new Map<DebtorId, Account>();
    for (const { debtor, creditor, debts, head, promises: made } of await readAccounts(ids, tx)) {
      const balance = head ?? foldJournal(await journal.entries([debtor.id], tx));
      found.set(debtor.id, describe(debtor, creditor.name, debts, balance, made, now));
    }
    return found;
  }

  /** What is written goes on from the snapshot only when no entry came after it; else the whole journal is folded. */
  async function balanceIn(tx: Tx, stream: DebtorId): Promise<Balance> {
    const head = await journal.head(stream, tx);
    const lastSeq = await journal.lastSeq(stream, tx);
    if (head !== null && head.seq === lastSeq) return head;
    if (head !== null) log.warn({ stream, headSeq: head.seq, lastSeq }, 'ledger.head_stale');
    return foldJournal(await journal.entries([stream], tx));
  }

  async function compareHeads(leisure?: Leisure): Promise<{ checked: number; mended: number }> {
    await prepare();
    const counts = { checked: 0, mended: 0 };
    for await (const streams of atLeisure(journal.streams(HEADS_AT_ONCE), leisure)) {
      counts.checked += streams.length;
      for (const stream of await inTransaction(db, (tx) => wrongHeads(streams, tx))) {
        if (!(await mendHead(stream))) continue;
        log.error({ stream }, 'ledger.head_wrong');
        counts.mended += 1;
      }
    }
    return counts;
  }

  async function wrongHeads(streams: readonly DebtorId[], tx: Tx): Promise<DebtorId[]> {
    const heads = await journal.heads(streams, tx);
    const entries = new Map<DebtorId, JournalEntry[]>(streams.map((stream) => [stream, []]));
    for (const entry of await journal.entries(streams, tx)) entries.get(entry.stream)?.push(entry);
    return streams.filter((stream) => !isFoldOf(entries.get(stream) ?? [], heads.get(stream)));
  }

  /** Looked at once more in the transaction that writes. @returns whether it was wrong */
  function mendHead(stream: DebtorId): Promise<boolean> {
    return inTransaction(db, async (tx) => {
      if ((await wrongHeads([stream], tx)).length === 0) return false;
      await journal.saveHeads([{ stream, balance: foldJournal(await journal.entries([stream], tx)) }], tx);
      return true;
    });
  }

  /** The head is written first: two transactions on one stream then conflict for certain, and the later one is run again. */
  async function append(stream: DebtorId, before: Balance, draft: JournalDraft, tx: Tx): Promise<JournalEntry> {
    const entry = { ...draft, stream, seq: before.seq + 1 };
    await journal.saveHeads([{ stream, balance: foldJournal([entry], before) }], tx);
    await journal.append([entry], tx);
    return entry;
  }

  async function postPayment(payment: PaymentToPost, now: Date, tx: Tx): Promise<PaymentPosted> {
    await prepare();
    if (payment.amount.amountMinor <= 0n) throw new Bug(`payment ${payment.idemKey} is not above zero`);
    const earlier = await journal.byKey(payment.idemKey, tx);
    if (earlier !== null) return describePayment(earlier, payment, false);
    const before = await balanceIn(tx, payment.debtorId);
    const debts = await people.debtsOf(payment.debtorId, tx);
    const payable = debts.filter((debt) => debt.currency === payment.amount.currency);
    const { applied, restMinor } = allocatePayment(
      payment.amount.amountMinor,
      payable.flatMap((debt) => openItems(debt, before)),
      payment.debtIds,
    );
    const account = debts.length > 0 && payable.length === 0 ? 'suspense' : 'credit';
    const draft = paymentEntry(payment, applied, { account, amountMinor: restMinor }, now);
    return describePayment(await append(payment.debtorId, before, draft, tx), payment, true);
  }

  async function reversePayment(...[idemKey, amount, reason, now, tx]: Parameters<Ledger['reversePayment']>) {
    await prepare();
    const payment = await journal.byKey(idemKey, tx);
    if (payment?.kind !== 'payment') throw new Bug(`no payment ${idemKey} to take back`);
    const before = await balanceIn(tx, payment.stream);
    const made = before.payments.find((p) => p.idemKey === idemKey);
    if (made === undefined || made.currency !== amount.currency)
      throw new Bug(`payment ${idemKey} is not in ${amount.currency}`);
    const target = lesser(amount.amountMinor, made.amountMinor);
    const takeMinor = target - made.takenBackMinor;
    if (takeMinor <= 0n) return { isNew: false };
    await append(payment.stream, before, reversalEntry(payment, made.takenBackMinor, takeMinor, reason, now), tx);
    return { isNew: true };
  }

  async function makePromise(wish: MakePromise, now: Date, tx: Tx) {
    await prepare();
    const [firstId] = wish.parts.map((_, n) => promiseId(partKey(wish.idemKey, n)));
    if (firstId === undefined) throw new Bug(`promise ${wish.idemKey} has no parts`);
    const earlier = await promises.ofArrangement(firstId, tx);
    const folio = folioOf(wish.idemKey);
    if (earlier.length > 0) return { ok: true, folio, promises: earlier } as const;
    const found = await account(wish.debtorId, now, tx);
    const open = found.promises.filter((p) => p.state === 'open');
    const today = civilDateIn(found.debtor.zone, now);
    const verdict = arrangementVerdict(wish, found.total, today, open.length > 0, rules);
    if (!verdict.ok) return verdict;
    await journal.countPromise(wish.debtorId, tx);
    await promises.end(idsOf(open), 'replaced', now, tx);
    const shared = {
      arrangementId: firstId,
      folio,
      debtorId: wish.debtorId,
      createdAt: now,
      endedAt: null,
      endedAs: null,
    };
    const { graceDays, toleranceMinor } = rules;
    const made = wish.parts
      .toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
      .map((part, n) => {
        const idemKey = partKey(wish.idemKey, n);
        return { idemKey, promise: { ...shared, ...part, graceDays, toleranceMinor, id: promiseId(idemKey) } };
      });
    await promises.insert(made, tx);
    return { ok: true, folio, promises: made.map(({ promise }) => promise) } as const;
  }

  async function cancelPromise(id: PromiseId, now: Date, tx: Tx): Promise<boolean> {
    await prepare();
    const promise = await promises.byId(id, tx);
    if (promise === null) return false;
    const found = await account(promise.debtorId, now, tx);
    const open = found.promises.filter((p) => p.state === 'open' && p.promise.arrangementId === promise.arrangementId);
    if (open.length === 0) return false;
    await journal.countPromise(promise.debtorId, tx);
    await promises.end(idsOf(open), 'cancelled', now, tx);
    return true;
  }

  async function searchDebtors(text: string, limit: number): Promise<Debtor[]> {
    await prepare();
    if (text.trim() === '') return [];
    const [whole = null] = await people.debtorsAt([text.trim() as DebtorId]);
    if (whole !== null) return [whole];
    const byId = await people.byExternalId(text, limit);
    return byId.length > 0 ? byId : people.byNameStart(text, limit);
  }

  return {
    prepare,
    account,
    accounts,
    postPayment,
    reversePayment,
    makePromise,
    cancelPromise,
    searchDebtors,
    listDebtors: (limit) => prepare().then(() => people.byNameStart('', limit)),
    findDebtor: (id) => prepare().then(() => findDebtor(id)),
    debtorsByPhone: (phone) => prepare().then(() => people.byPhone(phone, ADDRESS_MATCHES_MAX)),
    debtorsByEmail: (email) => prepare().then(() => people.byEmail(email, ADDRESS_MATCHES_MAX)),
    debtorsOwing: journal.owing,
    compareHeads,
    isEmpty: () => prepare().then(() => people.isEmpty()),
  };
}

const isFoldOf = (entries: readonly JournalEntry[], head: Balance | undefined): boolean =>
  head !== undefined && isDeepStrictEqual(inOneOrder(head), inOneOrder(foldJournal(entries)));

/** Two folds of the same entries may list the same things in another order. */
function inOneOrder({ seq, owed, credit, payments }: Balance) {
  const sorted = (rows: object[]) =>
    rows.map((row) => JSON.stringify(row, (_key, v) => (typeof v === 'bigint' ? String(v) : v))).sort();
  return [seq, sorted(owed), sorted(credit), sorted(payments)];
}

/** The first part goes by the key of the whole. */
const partKey = (idemKey: string, n: number): string => (n === 0 ? idemKey : `${idemKey}#${n + 1}`);
const idsOf = (known: readonly PromiseKnown[]): PromiseId[] => known.map(({ promise }) => promise.id);
const promiseId = (idemKey: string): PromiseId => `pr-${digest(idemKey).slice(0, 16)}` as PromiseId;

function describe(
  debtor: Debtor,
  creditorName: string,
  debts: readonly Debt[],
  balance: Balance,
  made: readonly PromiseToPay[],
  now: Date,
): Account {
  const today = civilDateIn(debtor.zone, now);
  const currency = debts[0]?.currency ?? currencyOf(debtor.country);
  const balances = debts.map((debt) => debtBalance(debt, balance, today)).sort(byDueDate);
  return {
    debtor,
    creditor: { id: debtor.creditorId, name: creditorName },
    debts: balances,
    credit: money(balance.credit.find((c) => c.currency === currency)?.amountMinor ?? 0n, currency),
    total: sumOf(balances, 'owedMinor', currency),
    overdue: sumOf(balances, 'overdueMinor', currency),
    daysLate: Math.max(0, ...balances.map((b) => b.daysLate)),
    promises: shareOut(made, balance.payments, debtor.zone).map(({ promise, payments }) => ({
      promise,
      ...promiseState(promise, payments, debtor.zone, now),
      paidBy: payments.map(({ idemKey, amountMinor }) => ({ idemKey, amountMinor })),
    })),
    seq: balance.seq,
  };
}

function sumOf(balances: readonly DebtBalance[], field: 'owedMinor' | 'overdueMinor', currency: Currency) {
  return sumMoney(
    balances.map((b) => money(b[field], b.debt.currency)),
    currency,
  );
}

function byDueDate(a: DebtBalance, b: DebtBalance): number {
  const [x, y] = [a.dueDate ?? '9999', b.dueDate ?? '9999'];
  return x < y ? -1 : x > y ? 1 : a.debt.id < b.debt.id ? -1 : 1;
}

function describePayment(entry: JournalEntry, payment: PaymentToPost, isNew: boolean): PaymentPosted {
  const rest = entry.postings.find((p) => p.account === 'credit' || p.account === 'suspense');
  return {
    isNew,
    folio: folioOf(entry.idemKey),
    applied: appliedBy(entry).map(({ debtId, concept, amount }) => ({ debtId, concept, amount })),
    credit: money(-(rest?.amountMinor ?? 0n), payment.amount.currency),
    ...(rest?.account === 'suspense' ? { exception: 'currency_mismatch' as const } : {}),
  };
}
