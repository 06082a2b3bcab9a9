import type { DialogState } from '../dialog/state.ts';
import type { ConversationId, DebtorId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Medium } from '../kernel/medium.ts';
import type { Expecting } from '../language/heard.ts';
import type { Agent, Mode } from './holder.ts';

/** Whether we may write of our own accord: the debtor's last word on it, kept for ever. */
export interface Consent {
  state: 'in' | 'out';
  at: Date;
  /** The words that said so: what the gate reads. */
  words: string;
}

/** One debtor's side of one channel: also what ties the address to the debtor. */
export interface Conversation {
  _id: ConversationId;
  channel: string;
  medium: Medium;
  address: string;
  debtorId: DebtorId | null;
  /** Debtors that this address said it is not: it is never tied to them again. */
  notDebtors: DebtorId[];
  locale: Locale;
  mode: Mode;
  /** Why a person was asked for, and since when. */
  handoff: { queue: string; reason: string; at: Date } | null;
  heldBy: Agent | null;
  /** How often a person was asked for or took it: what a button of an earlier handoff is told from. */
  handoffs: number;
  /** The last word or take of the person who holds it. */
  lastHumanAt: Date | null;
  dialog: DialogState;
  expecting: Expecting;
  /** Until when the debtor counts as identified here. */
  verifiedUntil: Date | null;
  consent: Consent | null;
  lastInboundAt: Date | null;
  /** How much the debtor writes; absent before their first message. */
  flood?: Tally;
  /** Place of the last thing said in it; absent before the first. */
  saidSeq?: string;
  updatedAt: Date;
  /** Rises with every turn: a turn that read an older one writes nothing. */
  version: number;
  /** Rises with every lease: a holder that was paused past its lease writes nothing. */
  fence: number;
  lease: Lease | null;
  sendLease: Lease | null;
}

/** Machine time, since several processes compare it. */
export interface Lease {
  owner: string;
  until: Date;
  /** Of the process that took it: when that is over, so is the lease. Null or absent: it is over at its time. */
  life?: string | null;
}

/** What tells whether and where a debtor can be written to. */
export type Reached = Pick<Conversation, '_id' | 'channel' | 'lastInboundAt'>;

export type NewConversation = Pick<Conversation, '_id' | 'channel' | 'medium' | 'address' | 'debtorId' | 'locale'>;

/** How many messages came since the window began, and whether the debtor was told that it is too many. */
interface Window {
  since: Date;
  count: number;
  told: boolean;
}

/** How much the debtor writes, kept with the conversation. */
export interface Tally {
  minute: Window;
  day: Window;
}
