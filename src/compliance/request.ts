import type { CivilDate } from '../kernel/calendar.ts';
import type { Medium, MessageKind } from '../kernel/medium.ts';

/** A message of the past, with one debtor for one creditor, in either direction. */
export interface PastMessage {
  at: Date;
  channel: Medium;
  direction: 'in' | 'out';
  kind?: MessageKind;
  status?: 'accepted' | 'queued' | 'sent' | 'delivered' | 'read' | 'unknown' | 'failed' | 'undelivered' | 'rejected';
  text?: string;
  answered?: boolean;
}

/** What the gate is asked: may this message go now? */
export interface ContactRequest {
  now: Date;
  /** The debtor's zone; several when the place is unknown, and then all must allow. */
  zones: string[];
  channel: Medium;
  kind: MessageKind;
  /** Oldest first. At least as far back as the pack's longest cap, gap and lock. */
  history: PastMessage[];
  context: ContactContext;
}

export interface ContactContext {
  recipient: 'debtor' | 'codebtor' | 'guarantor' | 'reference' | 'family' | 'employer' | 'third_party';
  /** Undefined: every channel is authorised. */
  authorizedChannels?: Medium[];
  debtStatus:
    | 'current'
    | 'due'
    | 'overdue'
    | 'paid'
    | 'sued'
    | 'insolvency'
    | 'deceased'
    | 'disputed'
    | 'identity_theft_claim';
  identityVerified: boolean;
  disclosesDebt: boolean;
  collector: 'first_party' | 'third_party';
  provider?: string;
  text?: string;
  /** What the debtor said of being written to, where a conversation learnt it by other ways than the words of `history`. */
  consents?: { at: Date; channel: Medium; reading: 'out' | 'out_all' | 'in' }[];
}

/** The answer, and the rule of which version of which pack gave it. `until`: earliest instant at which all rules pass, given no new events. */
export type Decision = {
  rule: string;
  pack: string;
  version: number;
} & ({ answer: 'allow' } | { answer: 'defer'; until: Date } | { answer: 'block'; why: string });

export interface Holidays {
  /** null when the table of that year is missing: the gate then fails closed. */
  isHoliday(day: CivilDate): boolean | null;
}
