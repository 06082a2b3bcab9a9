import type { DeliveryStatus, InboundMessage } from '../channels/channel.ts';
import type { Tx } from '../database/transaction.ts';
import type { Slots } from '../dialog/state.ts';
import type { ConversationId, DebtorId, FollowupId, InboxId, OutboxId } from '../kernel/ids.ts';
import type { Leisure } from '../kernel/leisure.ts';
import type { Locale } from '../kernel/locale.ts';
import type { MessageKind } from '../kernel/medium.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Agent, AgentWish, Mode, TypedLine } from './holder.ts';

/** Something that happened without a debtor's message, and enters the same line as one. */
export interface InternalEvent {
  /** Deterministic: `timer:<followup>`, `payment:<key>:paid`. A second one with the same id is the same event. */
  id: string;
  debtorId: DebtorId;
  /** The flow it starts. */
  flow: string;
  slots: Slots;
  messageKind: MessageKind;
  /** The follow-up that fell due, when it is one: its facts are weighed again in the turn. */
  followupId?: FollowupId;
}

/** One line of a conversation as its two sides saw it. */
export interface TranscriptLine {
  id: string;
  at: Date;
  from: 'debtor' | 'bot' | 'agent';
  text: string;
  options: string[];
  /** What became of a line of ours; null for a line of the debtor's. */
  status: DeliveryStatus | 'waiting' | 'deferred' | 'blocked' | 'unknown' | null;
  /** Why it waits or was blocked: the rule of the policy pack. */
  rule: string | null;
  deferredUntil: Date | null;
  /** It failed, and another channel may still make it good: wait before you tell anybody. */
  isLookedAt?: true;
}

export interface ConversationSummary {
  id: ConversationId;
  channel: string;
  debtorId: DebtorId | null;
  mode: Mode;
  /** Why a person was asked for. */
  reason: string | null;
  locale: Locale;
  updatedAt: Date;
  /** The person whose it is. */
  heldBy: Agent | null;
  /** How often a person was asked for or took it. */
  handoffs: number;
  /** Since when a person is wanted or has it. */
  heldSince: Date | null;
  /** The address as it may be shown to others. */
  contact: string;
  /** Until when free text is carried; null where it always is. */
  windowUntil: Date | null;
}

export interface AgentNote {
  at: Date;
  by: Agent;
  text: string;
}

export interface FollowupRow {
  id: FollowupId;
  debtorId: DebtorId;
  debtorName: string;
  dueAt: Date;
  flow: string;
  why: string;
  state: 'scheduled' | 'fired' | 'cancelled' | 'skipped';
  /** Set when it would be skipped today, and why: an open promise, a person holds the conversation. */
  silencedBy: string | null;
}

/** What was given up after five tries. Its words are not here: who may read them reads the conversation. */
export interface DeadLetter {
  id: InboxId;
  conversationId: ConversationId;
  /** The address as it may be shown to others. */
  contact: string;
  kind: 'message' | 'event' | 'agent';
  /** When it arrived. */
  since: Date;
  attempts: number;
  /** A code: why the last try failed; `crashed` where a process died on it. */
  reason: string;
}

/** half_open: one call may find out whether it is well again. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** How a channel does, as far as this process knows: for health and metrics. */
export interface SenderHealth {
  channel: string;
  breaker: BreakerState;
}

/** The port: what may be asked of the line, from a message stored to an answer sent. */
export interface Conversations {
  /** Stores a message once. Resolves only when it is durable: acknowledge after this. Texts above 4,096 characters are cut. */
  receive(message: InboundMessage): Promise<'stored' | 'duplicate'>;
  /** Messages wait on the disk, since the database was away: what is acknowledged is safe, and will be answered when it is back. */
  isSpooling(): boolean;
  /** Those of these messages that came already, by their ids. */
  known(ids: string[]): Promise<Set<string>>;
  /** The same for what happens inside, in the transaction that made it happen. */
  enqueue(event: InternalEvent, tx: Tx): Promise<void>;
  /** A provider's word on a message of ours. Ranks only rise; unknown ids are ignored and counted. */
  recordStatus(channel: string, providerId: string, status: DeliveryStatus): Promise<void>;
  /**
   * The same by our own id, for providers that carry it: their word may be here before the answer to our call, and it settles a row that was
   * unknown. `failure`: the provider's code, and whether it tells of an opt-out.
   * @returns `kept`: an older or repeated word, which changes nothing; `unknown`: no such message of ours
   */
  recordStatusOf(
    outboxId: OutboxId,
    status: DeliveryStatus,
    providerId: string,
    failure?: { code: string; optedOut: boolean },
  ): Promise<'recorded' | 'kept' | 'unknown'>;

  /** Ties an address to a debtor and opens its conversation, so that follow-ups can reach it. Safe to repeat. */
  link(channel: string, address: string, debtorId: DebtorId): Promise<ConversationId>;
  /** The same for the phones and e-mail addresses of many debtors; those that they had before are theirs no longer. Safe to repeat. */
  linkPhones(channels: readonly string[], debtors: readonly Debtor[]): Promise<void>;
  find(id: string): Promise<ConversationSummary | null>;
  conversationOf(channel: string, address: string): Promise<ConversationSummary | null>;
  list(filter: { mode?: Mode }, limit: number): Promise<ConversationSummary[]>;
  /** Oldest first. */
  transcript(id: ConversationId, limit: number): Promise<TranscriptLine[]>;

  /**
   * A person takes it, answers (which takes it when nobody has it), writes a note that is never sent, gives it back to the bot or closes it.
   * Carried out in a turn; what may not be then is told through `onHeld`. Durable when it resolves.
   * @returns `duplicate`: an act of this key was stored before
   * @throws AppError conversation_unknown | conversation_not_held (return and close)
   */
  agentActs(id: ConversationId, wish: AgentWish): Promise<'stored' | 'duplicate'>;
  /** A person typed on the phone that holds our number: the conversation is a person's from now, and opened when it is new. Nothing is sent. */
  typedOnPhone(line: TypedLine): Promise<'stored' | 'duplicate'>;
  /** What agents noted, oldest first. */
  notes(id: ConversationId, limit: number): Promise<AgentNote[]>;
  /** These lines of ours as they stand now; unknown ids are left out. */
  linesOf(ids: readonly OutboxId[]): Promise<TranscriptLine[]>;
  /** Warns whoever holds a conversation and says nothing, and after 12 h without a word of theirs gives it back to the bot. @returns how many of either */
  sweepIdle(): Promise<number>;

  /** Plans what is to come for these debtors, from today's facts, in one transaction. Safe to repeat. */
  planFollowups(debtorIds: readonly DebtorId[]): Promise<{ scheduled: number; cancelled: number }>;
  /** The same for everybody who owes something. @returns how many rows were added */
  planAll(leisure?: Leisure): Promise<number>;
  followups(filter: { debtorId?: DebtorId; limit: number }): Promise<FollowupRow[]>;

  /** Takes every turn that is due, or those of the look under way when the signal aborts. @returns how many were taken. */
  runTurns(signal?: AbortSignal): Promise<number>;
  /** Sends every row that may go now. @returns how many were handed to a provider. */
  dispatch(): Promise<number>;
  /**
   * Turns due follow-ups into inbox rows.
   * @param here a conversation that is open before somebody's eyes: its debtor's follow-ups come there, whatever the channel
   * @returns how many
   */
  sweepFollowups(here?: ConversationId): Promise<number>;
  /** What was given up after five tries, the longest dead first. */
  deadLetters(limit: number): Promise<DeadLetter[]>;
  /** Tries one again, or with null all of them. @returns how many. @throws AppError dead_letter_unknown */
  replayDeadLetters(id: string | null): Promise<number>;
  /** Gives back what a dead process held: leases, sends without an answer. */
  sweepStale(): Promise<number>;
  /** Looks again at sends that nobody knows of, and has failures said on another channel. @returns how many were looked at */
  reconcile(): Promise<number>;
  /** How the channels of this process do: for health and metrics. */
  senders(): SenderHealth[];
  /** Fetches the files that debtors sent. @returns how many were dealt with */
  sweepFiles(): Promise<number>;
  /** The turn of this inbox row is over and what it said has been sent, deferred or blocked. */
  isSettled(inboxId: InboxId): Promise<boolean>;
  /**
   * Runs turns and dispatch as work arrives and, with neither role too, stores again what waits on the disk, until the signal aborts; resolves when
   * what was under way is finished.
   */
  work(roles: { worker: boolean; sender: boolean }, signal: AbortSignal): Promise<void>;
  /** Oldest waiting inbox row in ms, number of waiting rows: for health. */
  health(): Promise<{ waiting: number; oldestMs: number; deadLetters: number }>;
  /** How late what is due is, in ms, and how many sends nobody knows of yet: for metrics. */
  lateness(): Promise<{ sendMs: number; followupMs: number; unknown: number }>;
}
