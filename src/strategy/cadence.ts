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
  for (const { day, plan } of [...promiseFollowups(input), ...reminders(input)]) {
    if (day >= today && day <= last && !byDay.has(day)) byDay.set(day, plan);
  }
  return [...byDay.values()].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** Oldest due date first. */
function reminders({ account, strategy }: PlanInput): Dated[] {
  const { debtor } = account;
  const owed = account.debts
    .flatMap(({ debt, items }) =>
      items.filter((item) => item.owedMinor > 0n).map(({ no, dueDate }) => ({ debtId: debt.id, no, dueDate })),
    )
    .sort((a, b) => (a.dueDate === b.dueDate ? order(a, b) : a.dueDate < b.dueDate ? -1 : 1));
  return owed.flatMap(({ debtId, no, dueDate }) =>
    strategy.segments.flatMap((segment) =>
      segment.days.map((offset) => {
        const day = addDays(dueDate, offset);
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

/** Eve, day and check of the open promise; of one that is over by now, when none is open, only its check. */
function promiseFollowups({ account, strategy }: PlanInput): Dated[] {
  const live = account.promises
    .filter(({ state }) => state !== 'replaced' && state !== 'cancelled')
    .toSorted((a, b) => b.promise.createdAt.getTime() - a.promise.createdAt.getTime());
  const open = live.find(({ state }) => state === 'open');
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
  if (!open) return live.map(check);
  const { promise } = open;
  const promisedOn = civilDateIn(zone, promise.createdAt);
  const eve = addDays(promise.date, -1);
  return [
    check(open),
    // Not on the very day on which it was promised: they have just told us.
    ...(promisedOn < promise.date
      ? [
          promisePlan(
            promise,
            'promise_day',
            promise.date,
            followups.day,
            zone,
            `promise ${promise.folio} falls due today`,
          ),
        ]
      : []),
    ...(promisedOn < eve
      ? [promisePlan(promise, 'promise_eve', eve, followups.eve, zone, `promise ${promise.folio} falls due tomorrow`)]
      : []),
  ];
}

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
