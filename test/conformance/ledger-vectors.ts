import { isDeepStrictEqual } from 'node:util';
import { civilDate } from '../../src/kernel/calendar.ts';
import { creditorId, debtId, debtorId, type PromiseId } from '../../src/kernel/ids.ts';
import { type Currency, money } from '../../src/kernel/money.ts';
import { allocateWithin, lesser, principalBehindInterest } from '../../src/ledger/allocation.ts';
import { type Balance, EMPTY_BALANCE, foldJournal, type PaymentMade } from '../../src/ledger/balance.ts';
import { CONCEPTS, type Concept } from '../../src/ledger/debt.ts';
import { chargeEntry, paymentEntry, reversalEntry } from '../../src/ledger/entries.ts';
import { allocateAcrossDebts, allocateAcrossInstalments, type LegalCriterion } from '../../src/ledger/imputation.ts';
import type { JournalDraft, JournalEntry } from '../../src/ledger/journal.ts';
import { type PromiseToPay, promiseState } from '../../src/ledger/promise.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Given = { [key: string]: Json };
export interface LedgerVector {
  id: string;
  given: Given & { op: string };
  expect: Given;
}

/** Runs one line through the ledger's own functions. Only the keys that `expect` names are compared; an unknown `op` fails. */
export function runLedgerVector(raw: unknown): { ok: boolean; got: unknown } {
  const line = raw as LedgerVector;
  if (typeof line?.given?.op !== 'string' || typeof line.expect !== 'object')
    return { ok: false, got: 'no ledger vector' };
  const operation = OPERATIONS[line.given.op];
  if (operation === undefined) return { ok: false, got: `the ledger has no ${line.given.op} yet` };
  try {
    const answer = operation(line.given);
    const got = Object.fromEntries(Object.keys(line.expect).map((key) => [key, plain(answer[key])]));
    return { ok: isDeepStrictEqual(got, line.expect), got };
  } catch (err) {
    return { ok: false, got: String(err) };
  }
}

const OPERATIONS: Record<string, (given: Given) => Record<string, unknown>> = {
  allocateWithinDebt,
  allocateAcrossInstalments: acrossInstalments,
  allocateAcrossDebts: acrossDebts,
  promise,
  fold,
  dedupe,
};

function allocateWithinDebt(given: Given) {
  const owed = amounts(given['owed']);
  const order = orderOf(texts(given['order']), given['creditorConsentsCapitalFirst'] === true);
  const { applied, restMinor } = allocateWithin(big(given['paymentMinor']), owed, order);
  const paid = new Map(applied);
  return {
    applied: Object.fromEntries(Object.keys(owed).map((c) => [c, paid.get(c) ?? 0n])),
    left: Object.fromEntries(Object.entries(owed).map(([c, amount]) => [c, amount - (paid.get(c) ?? 0n)])),
    unallocatedMinor: restMinor,
  };
}

function acrossInstalments(given: Given) {
  const rows = objects(given['instalments']);
  const order = orderOf(texts(given['conceptOrder'] ?? given['order']), given['creditorConsentsCapitalFirst'] === true);
  const instalments = rows.map((row) => ({
    no: Number(row['n']),
    dueDate: civilDate(String(row['dueDate'])),
    owed: amounts(Object.fromEntries(order.map((c) => [c, row[c] ?? 0]))),
  }));
  const mode = given['mode'] === 'instalment-by-instalment' ? given['mode'] : 'concept-by-concept';
  const { left, restMinor } = allocateAcrossInstalments(big(given['paymentMinor']), instalments, order, mode);
  return { left: left.map((owed, i) => ({ n: rows[i]?.['n'], ...owed })), unallocatedMinor: restMinor };
}

function acrossDebts(given: Given) {
  const currency = String(given['currency']);
  const debts = objects(given['debts']).map((debt) => ({
    id: String(debt['id']),
    currency: String(debt['currency'] ?? currency),
    balanceMinor: big(debt['balanceMinor']),
    annualRateMicro: micro(String(debt['annualPct'] ?? '0')),
    dueDate: civilDate(String(debt['dueDate'])),
  }));
  const elects = given['debtorElects'] == null ? null : String(given['debtorElects']);
  const payment = { amountMinor: big(given['paymentMinor']), currency, elects };
  const legal = texts(given['legalDefault'] ?? []) as LegalCriterion[];
  const result = allocateAcrossDebts(payment, debts, legal, civilDate(String(given['asOf'])));
  return {
    applied: Object.fromEntries(result.applied),
    unallocatedMinor: result.restMinor,
    exception: result.exception,
  };
}

function promise(given: Given) {
  const currency = given['currency'] as Currency;
  const now = new Date(String(given['now']));
  const made: PromiseToPay = {
    id: 'pr-1' as PromiseId,
    arrangementId: 'pr-1' as PromiseId,
    folio: 'ABCDEF',
    debtorId: DEBTOR,
    amount: money(big(given['promiseMinor']), currency),
    date: civilDate(String(given['dueDate'])),
    graceDays: Number(given['graceDays'] ?? 0),
    toleranceMinor: big(given['toleranceMinor'] ?? 0),
    createdAt: new Date(String(given['createdAt'])),
    endedAt: null,
    endedAs: null,
    source: { text: '', rule: '', span: null },
  };
  const { state, fulfilled } = promiseState(made, paymentsOf(given, currency, now), String(given['timeZone']), now);
  const shortfall = made.amount.amountMinor - fulfilled.amountMinor;
  return {
    status: state === 'open' ? 'pending' : state,
    fulfilledMinor: fulfilled.amountMinor,
    shortfallMinor: shortfall > 0n ? shortfall : 0n,
  };
}

/** What is known at `now`. A negative amount, or one that names its payment (`of`), takes that payment back. */
function paymentsOf(given: Given, currency: Currency, now: Date): PaymentMade[] {
  const made: PaymentMade[] = [];
  for (const row of [...objects(given['payments'] ?? []), ...objects(given['reversals'] ?? [])]) {
    const at = new Date(String(row['at']));
    if (at > now) continue;
    const amountMinor = big(row['amountMinor']);
    const takesBack = amountMinor < 0n || row['of'] !== undefined || objects(given['reversals'] ?? []).includes(row);
    if (takesBack) {
      const target = made.find((p) => p.idemKey === row['of']) ?? made.at(-1);
      if (target) target.takenBackMinor += amountMinor < 0n ? -amountMinor : amountMinor;
      continue;
    }
    const isBack = row['reversedAt'] != null && new Date(String(row['reversedAt'])) <= now;
    const takenBackMinor = isBack ? big(row['reversedMinor'] ?? row['amountMinor']) : 0n;
    made.push({ idemKey: String(row['id'] ?? made.length), paidAt: at, currency, amountMinor, takenBackMinor });
  }
  return made;
}

function fold(given: Given) {
  const currency = given['currency'] as Currency;
  const names = new Map<Concept, string>();
  const order = texts(given['order']).map((name) => conceptOf(name, names));
  let balance: Balance = EMPTY_BALANCE;
  const entries: JournalEntry[] = [];
  for (const event of inOrder(objects(given['events']))) {
    const draft = draftOf(event, order, names, balance, entries, currency);
    if (draft === null) continue;
    const entry = { ...draft, stream: DEBTOR, seq: balance.seq + 1 };
    entries.push(entry);
    balance = foldJournal([entry], balance);
  }
  const owed = Object.fromEntries(
    [...names].map(([concept, name]) => [name, balance.owed.find((o) => o.concept === concept)?.amountMinor ?? 0n]),
  );
  return {
    ...owed,
    creditMinor: balance.credit[0]?.amountMinor ?? 0n,
    balanceMinor: balance.owed.reduce((sum, o) => sum + o.amountMinor, 0n),
  };
}

/** By effective day and number, each delivery once. */
function inOrder(events: Given[]): Given[] {
  const once = new Map(events.map((e, i) => [String(e['eventId'] ?? e['id'] ?? `row ${i}`), e]));
  return [...once.values()].sort(
    (a, b) =>
      (String(a['date']) < String(b['date']) ? -1 : String(a['date']) > String(b['date']) ? 1 : 0) ||
      Number(a['seq']) - Number(b['seq']),
  );
}

function draftOf(
  event: Given,
  order: Concept[],
  names: Map<Concept, string>,
  balance: Balance,
  entries: JournalEntry[],
  currency: Currency,
): JournalDraft | null {
  const amountMinor = big(event['amountMinor']);
  const now = new Date(`${String(event['date'])}T12:00:00Z`);
  if (event['kind'] === 'charge') {
    const concept = conceptOf(String(event['concept']), names);
    const charge = chargeEntry(REF, money(amountMinor, currency), now);
    const postings = charge.postings.map((p) => (p.account === 'receivable' ? { ...p, concept } : p));
    return { ...charge, idemKey: `charge:${String(event['seq'])}`, postings };
  }
  if (event['kind'] === 'payment') {
    const owed = Object.fromEntries(balance.owed.map((o) => [o.concept, o.amountMinor])) as Record<Concept, bigint>;
    const { applied, restMinor } = allocateWithin(amountMinor, owed, order);
    const parts = applied.map(([concept, part]) => ({ ...REF, concept, amountMinor: part }));
    const payment = {
      idemKey: String(event['id']),
      provider: 'vector',
      amount: money(amountMinor, currency),
      paidAt: now,
    };
    return paymentEntry(payment, parts, { account: 'credit', amountMinor: restMinor }, now);
  }
  if (event['kind'] !== 'chargeback' && event['kind'] !== 'refund')
    throw new Error(`the ledger has no ${String(event['kind'])} yet`);
  const payment = entries.find((e) => e.idemKey === event['of']);
  const made = balance.payments.find((p) => p.idemKey === event['of']);
  if (!payment || !made) throw new Error(`no payment ${String(event['of'])}`);
  const rest = made.amountMinor - made.takenBackMinor;
  const takeMinor = lesser(amountMinor, rest);
  return takeMinor > 0n ? reversalEntry(payment, made.takenBackMinor, takeMinor, String(event['kind']), now) : null;
}

/** The payment id is the money key: the journal takes each once, however it was heard of. */
function dedupe(given: Given) {
  const currency = given['currency'] as Currency;
  const now = new Date(0);
  const entries = objects(given['observations']).map((seen, i) => {
    const amount = money(big(seen['amountMinor']), currency);
    const idemKey = [seen['provider'], seen['account'] ?? '', seen['paymentId']].join(':');
    const payment = { idemKey, provider: String(seen['provider']), amount, paidAt: now };
    const draft = paymentEntry(payment, [], { account: 'credit', amountMinor: amount.amountMinor }, now);
    return { ...draft, stream: DEBTOR, seq: i + 1 };
  });
  const balance = foldJournal(entries);
  return { payments: balance.payments.length, creditedMinor: balance.credit[0]?.amountMinor ?? 0n };
}

const SOL = creditorId('vector');
const DEBTOR = debtorId(SOL, 'D');
const REF = { debtId: debtId(SOL, 'D'), no: 1 };

/** The files name concepts freely; the ledger has five. Two names never share one. */
function conceptOf(name: string, names: Map<Concept, string>): Concept {
  for (const [concept, known] of names) if (known === name) return concept;
  const wished: Concept = isPrincipal(name)
    ? 'principal'
    : /iva|tax|impuesto/i.test(name)
      ? 'tax'
      : /cost|gasto|fee|comision/i.test(name)
        ? 'costs'
        : /mora/i.test(name)
          ? 'moratorio'
          : 'ordinary';
  const concept = names.has(wished) ? CONCEPTS.find((c) => c !== 'principal' && !names.has(c)) : wished;
  if (concept === undefined) throw new Error(`too many concepts: ${name}`);
  names.set(concept, name);
  return concept;
}

const isPrincipal = (name: string): boolean => /^(capital|principal)$/i.test(name);
const isInterest = (name: string): boolean => !isPrincipal(name) && !/cost|gasto|fee|comision/i.test(name);

function orderOf(order: string[], consents: boolean): string[] {
  const principal = order.find(isPrincipal);
  return consents || principal === undefined ? order : principalBehindInterest(order, principal, isInterest);
}

const big = (value: Json | undefined): bigint => BigInt(String(value));
const texts = (value: Json | undefined): string[] => (value as Json[]).map(String);
const objects = (value: Json | undefined): Given[] => value as Given[];
const amounts = (value: Json | undefined): Record<string, bigint> =>
  Object.fromEntries(Object.entries(value as Given).map(([name, amount]) => [name, big(amount)]));

/** "36.5" percent as 36500000. */
function micro(pct: string): bigint {
  const [whole = '0', fraction = ''] = pct.split('.');
  return BigInt(`${whole}${fraction.slice(0, 6).padEnd(6, '0')}`);
}

/** bigint as the files write it. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}
