import { addDays, type CivilDate, civilDateIn, instantAt } from '../kernel/calendar.ts';
import type { DebtId, FollowupId } from '../kernel/ids.ts';
import type { Account } from '../ledger/ledger.ts';
import type { PromiseState, PromiseToPay } from '../ledger/promise.ts';
import type { FollowupPlan } from './followup.ts';
import type { Strategy } from './strategy.ts';

interface PlanInput {
  account: Account;
  strategy: Strategy;
  now: Date;
}

/** What is planned for one local day, before it is known who carries it. */
interface Dated {
  day: CivilDate;
  plan: FollowupPlan;
}

/**
 * The contacts to come with one debtor, from today's facts: pure, and the same facts give the same ids and instants.
 * From the current local day (its hours that are over included) to the strategy's horizon; at most one a day. A promise goes before
 * reminders, and among what is owed the oldest due date carries the day. Instants are the strategy's wish: the policy pack may still defer.
 */
export function planFollowups(input: PlanInput): FollowupPlan[] {
  const { account, strategy, now } = input;
  if (account.total.amountMinor <= 0n) return [];
  const today = civilDateIn(account.debtor.zone, now);
  const last = addDays(today, strategy.horizonDays);
  const byDay = new Map<CivilDate, FollowupPlan>();
  for (const { day, plan } of [...promiseFollowups(input), ...reminders(input, today, last)]) {
    if (day >= today && day <= last && !byDay.has(day)) byDay.set(day, plan);
  }
  return [...byDay.values()].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** Oldest due date first. Days outside of the window are left out before their instants are sought, which is what takes time. */
function reminders({ account, strategy }: PlanInput, first: CivilDate, last: CivilDate): Dated[] {
  const { debtor } = account;
  const owed = account.debts
    .flatMap(({ debt, items }) =>
      items.filter((item) => item.owedMinor > 0n).map(({ no, dueDate }) => ({ debtId: debt.id, no, dueDate })),
    )
    .sort((a, b) => (a.dueDate === b.dueDate ? order(a, b) : a.dueDate < b.dueDate ? -1 : 1));
  return owed.flatMap(({ debtId, no, dueDate }) =>
    strategy.segments.flatMap((segment) =>
      segment.days.flatMap((offset) => {
        const day = addDays(dueDate, offset);
        if (day < first || day > last) return [];
        const occurrence = offset < 0 ? `d${offset}` : `d+${offset}`;
        return {
          day,
          plan: {
            id: `${debtId}#${no}:due_reminder:${occurrence}` as FollowupId,
            debtorId: debtor.id,
            debtId,
            promiseId: null,
            kind: 'due_reminder' as const,
            occurrence,
            dueAt: instantAt(day, segment.at, debtor.zone),
            flow: segment.flow,
            tone: segment.tone,
            messageKind: segment.kind,
            why: offset < 0 ? `due in ${count(-offset)}, on ${dueDate}` : `${count(offset)} late, due ${dueDate}`,
          },
        };
      }),
    ),
  );
}

/**
 * Eve, day and check of what is open, each instalment its own; when nothing is open, only the checks of what is over.
 * On one day the check of what was not kept goes before all else, and thanks for what was kept come last.
 */
function promiseFollowups({ account, strategy }: PlanInput): Dated[] {
  const live = account.promises
    .filter(({ state }) => state !== 'replaced' && state !== 'cancelled')
    .toSorted((a, b) => b.promise.createdAt.getTime() - a.promise.createdAt.getTime());
  const open = live.filter(({ state }) => state === 'open').map(({ promise }) => promise);
  const { followups } = strategy.promise;
  const { zone } = account.debtor;
  const check = ({ promise, state }: { promise: PromiseToPay; state: PromiseState }) =>
    promisePlan(
      promise,
      'promise_check',
      addDays(promise.date, promise.graceDays + 1),
      followups.check,
      zone,
      whyCheck(promise, state),
    );
  const [latest] = open;
  if (!latest) return live.map(check);
  const together = live.filter(({ promise }) => promise.arrangementId === latest.arrangementId);
  const isKept = ({ state }: { state: PromiseState }) => state === 'kept';
  // Not on the very day on which it was promised: they have just told us.
  const isLater = (promise: PromiseToPay, day: CivilDate) => civilDateIn(zone, promise.createdAt) < day;
  const days = open.filter((promise) => isLater(promise, promise.date));
  const eves = open.filter((promise) => isLater(promise, eveOf(promise)));
  return [
    ...together.filter((known) => !isKept(known)).map(check),
    ...days.map((p) =>
      promisePlan(p, 'promise_day', p.date, followups.day, zone, `promise ${p.folio} falls due today`),
    ),
    ...eves.map((p) =>
      promisePlan(p, 'promise_eve', eveOf(p), followups.eve, zone, `promise ${p.folio} falls due tomorrow`),
    ),
    ...together.filter(isKept).map(check),
  ];
}

const eveOf = (promise: PromiseToPay): CivilDate => addDays(promise.date, -1);

function promisePlan(
  promise: PromiseToPay,
  kind: 'promise_eve' | 'promise_day' | 'promise_check',
  day: CivilDate,
  { at, flow, tone }: Strategy['promise']['followups']['eve' | 'day' | 'check'],
  zone: string,
  why: string,
): Dated {
  return {
    day,
    plan: {
      id: `${promise.id}:${kind}:${promise.date}` as FollowupId,
      debtorId: promise.debtorId,
      debtId: null,
      promiseId: promise.id,
      kind,
      occurrence: promise.date,
      dueAt: instantAt(day, at, zone),
      flow,
      tone,
      messageKind: 'promise_followup',
      why,
    },
  };
}

const whyCheck = ({ folio, date }: PromiseToPay, state: PromiseState): string =>
  state === 'open' ? `whether promise ${folio} for ${date} was kept` : `promise ${folio} for ${date} is ${state}`;

const count = (days: number): string => (days === 1 ? '1 day' : `${days} days`);

function order(a: { debtId: DebtId; no: number }, b: { debtId: DebtId; no: number }): number {
  return a.debtId === b.debtId ? a.no - b.no : a.debtId < b.debtId ? -1 : 1;
}
