import type { DebtId, DebtorId, FollowupId, PromiseId } from '../kernel/ids.ts';
import type { MessageKind } from '../kernel/medium.ts';

/** Why we would write to a debtor of our own accord. */
export const FOLLOWUP_KINDS = ['due_reminder', 'promise_eve', 'promise_day', 'promise_check'] as const;
export type FollowupKind = (typeof FOLLOWUP_KINDS)[number];

/** One contact to come. `_id` is `<debt or promise>:<kind>:<occurrence>`: planning it again changes nothing. */
export interface FollowupPlan {
  id: FollowupId;
  debtorId: DebtorId;
  debtId: DebtId | null;
  promiseId: PromiseId | null;
  kind: FollowupKind;
  /** `d-3`, `d+7`, `2026-11-27`. */
  occurrence: string;
  dueAt: Date;
  flow: string;
  tone: 'friendly' | 'neutral' | 'firm';
  messageKind: MessageKind;
  /** In a few words, for `acuerdo followups`. */
  why: string;
}

/** Decided when it falls due, with the facts of that moment. */
export type FollowupVerdict =
  | { act: 'contact' }
  | {
      act: 'skip';
      reason: 'paid' | 'promise_open' | 'promise_settled' | 'opted_out' | 'claim_open' | 'human' | 'late';
    };
