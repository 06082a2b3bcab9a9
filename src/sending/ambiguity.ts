import type { DeliveryStatus, Found } from '../channels/channel.ts';
import type { MessageKind } from '../kernel/medium.ts';

const SECOND_MS = 1000;

/** After the answer was lost: first a callback is waited for, then the provider is asked, more and more seldom. */
const CHECK_AFTER_MS = [60, 85, 110, 300, 900, 3600].map((seconds) => seconds * SECOND_MS);
/** Calls to a provider for one row, all told. */
export const ATTEMPTS_MAX = 3;

/**
 * What is owed to the debtor when nobody knows whether a message arrived. at_least_once: rather twice than never. if_absent: again only when the
 * provider says that it does not have it. at_most_once: a demand that comes twice is a second contact under the law.
 */
export type Duty = 'at_least_once' | 'if_absent' | 'at_most_once';

export function dutyOf(kind: MessageKind): Duty {
  if (kind === 'receipt' || kind === 'opt_out_ack') return 'at_least_once';
  return kind === 'reply' ? 'if_absent' : 'at_most_once';
}

export interface Doubt {
  duty: Duty;
  /** The provider's word; null: it cannot be asked. */
  found: Found | null;
  /** Times that it was asked, this one included. */
  checks: number;
  attempts: number;
  /** What comes after it waits for it, or has not gone for other reasons: it may go again without changing the order. */
  isInOrder: boolean;
  /** It answers a message that came long ago: `isLate`. */
  isLate: boolean;
}

export type Verdict =
  | { act: 'accept'; providerId: string; status: DeliveryStatus }
  /** `proven`: the provider does not have it; otherwise the debtor may get it twice. */
  | { act: 'resend'; proven: boolean }
  | { act: 'ask_again'; inMs: number }
  /** It stays `unknown` for good, where a person can see it. */
  | { act: 'flag' };

/** What becomes of a message whose answer was lost. Pure. */
export function weighDoubt({ duty, found, checks, attempts, isInOrder, isLate }: Doubt): Verdict {
  if (found?.outcome === 'found') return { act: 'accept', providerId: found.providerId, status: found.status };
  const nextMs = delayAfter(checks);
  if (found?.outcome === 'unsure' && nextMs !== null) return { act: 'ask_again', inMs: nextMs };
  if (attempts >= ATTEMPTS_MAX || duty === 'at_most_once') return { act: 'flag' };
  const proven = found?.outcome === 'absent';
  if (duty === 'at_least_once') return { act: 'resend', proven };
  return proven && isInOrder && !isLate ? { act: 'resend', proven } : { act: 'flag' };
}

/** When it is looked at for the first time, counted from the call. */
export const FIRST_CHECK_MS = CHECK_AFTER_MS[0] ?? 0;

/** From this check to the next; null after the last. */
function delayAfter(checks: number): number | null {
  const [last, next] = [CHECK_AFTER_MS[checks - 1], CHECK_AFTER_MS[checks]];
  return last === undefined || next === undefined ? null : next - last;
}
