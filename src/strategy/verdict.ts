import { HOUR_MS } from '../kernel/calendar.ts';
import type { PromiseState } from '../ledger/promise.ts';
import type { FollowupKind, FollowupPlan, FollowupVerdict } from './followup.ts';

/** The facts of the moment at which a follow-up falls due. */
export interface FollowupSituation {
  now: Date;
  /** All that the debtor owes, due or not. */
  owedMinor: bigint;
  /** The instalment that this reminder is of, when it is known. */
  itemOwedMinor?: bigint;
  /** Of the promise that this follow-up is of; null when it is of none. */
  promiseState: PromiseState | null;
  /** A promise of this debtor is open that was not made together with the one that this follow-up is of. */
  hasOpenPromise: boolean;
  mode: 'bot' | 'pending' | 'human' | 'resolved';
  optedOut: boolean;
  claimOpen: boolean;
}

/**
 * Later than this the words would no longer be true or welcome: "tomorrow" is said at 17:00, "today" at 09:30,
 * and a reminder of a service that was down for days is dropped rather than sent in a heap. A promise is always settled, however late.
 */
const LATE_HOURS: Record<FollowupKind, number> = {
  due_reminder: 36,
  promise_eve: 7,
  promise_day: 14,
  promise_check: Infinity,
};

/** Does this contact still make sense? Pure; asked again when it falls due. */
export function weighFollowup(plan: FollowupPlan, situation: FollowupSituation): FollowupVerdict {
  const { now, owedMinor, itemOwedMinor, promiseState, hasOpenPromise, mode, optedOut, claimOpen } = situation;
  if (owedMinor <= 0n || (plan.kind === 'due_reminder' && itemOwedMinor !== undefined && itemOwedMinor <= 0n))
    return skip('paid');
  if (optedOut) return skip('opted_out');
  if (mode === 'human' || mode === 'pending') return skip('human');
  if (claimOpen) return skip('claim_open');
  if (plan.kind === 'due_reminder') {
    if (hasOpenPromise) return skip('promise_open');
  } else if (plan.kind === 'promise_check') {
    if (promiseState === 'open' && now < plan.dueAt) return skip('promise_open'); // its time is not over yet
    if (promiseState === null || promiseState === 'replaced' || promiseState === 'cancelled')
      return skip('promise_settled');
    if (promiseState !== 'open' && hasOpenPromise) return skip('promise_open'); // a newer promise speaks for itself
  } else if (promiseState !== 'open') return skip('promise_settled');
  if (now.getTime() - plan.dueAt.getTime() > LATE_HOURS[plan.kind] * HOUR_MS) return skip('late');
  return { act: 'contact' };
}

type Reason = Extract<FollowupVerdict, { act: 'skip' }>['reason'];
const skip = (reason: Reason): FollowupVerdict => ({ act: 'skip', reason });
