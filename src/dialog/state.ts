import type { CivilDate } from '../kernel/calendar.ts';
import type { MessageKind } from '../kernel/medium.ts';
import type { Money } from '../kernel/money.ts';
import type { Expecting, Heard } from '../language/heard.ts';
import type { Facts, Source } from './facts.ts';

/** One instalment, as far as it is known: one day is certain, several are still to be picked from, none is to be asked for. */
export interface PartDraft {
  days: CivilDate[];
  amount: Money | null;
  source: Source;
}

/** A value that a flow holds between messages or hands to a text. Tagged, so that it survives BSON and is formatted by locale. */
export type SlotValue =
  | { type: 'text'; value: string }
  | { type: 'number'; value: number }
  | { type: 'date'; value: CivilDate }
  | { type: 'money'; value: Money }
  | { type: 'dates'; value: CivilDate[] }
  | { type: 'debts'; value: Facts['debts'] }
  | { type: 'parts'; value: PartDraft[] }
  | { type: 'source'; value: Source }
  | { type: 'flag'; value: boolean };
export type Slots = Record<string, SlotValue>;

/** One flow that is under way. `hash` pins the flow as it was compiled when it began. */
export interface Frame {
  flow: string;
  hash: string;
  step: string;
  slots: Slots;
  /** Times that the step under way was asked and not understood. */
  attempts: number;
  /** How often each step of this frame put its question: what bounds every loop through it. */
  tries: Record<string, number>;
  /** The step under way has put its question: after an interruption it is asked again, shorter. */
  asked: boolean;
  /** The options offered by the step under way, in order: what "2" means. */
  options: string[];
}

/** All that the dialog remembers between two messages. Stored in the conversation; plain data. */
export interface DialogState {
  stack: Frame[];
  /** Messages in a row that nothing understood, over all flows. */
  misses: number;
  /** The texts of the last turn, for "repeat". */
  lastSaid: Saying[];
}

export const emptyDialog = (): DialogState => ({ stack: [], misses: 0, lastSaid: [] });

/** What sets a turn off. A timer, a payment or an agent starts a named flow with its slots; a message is heard. */
export type DialogEvent =
  | { kind: 'heard'; heard: Heard }
  | { kind: 'start'; flow: string; slots: Slots; messageKind: MessageKind };

/** A text to be said, by its key: `promise.sure`. Formatted by dialog/say with the debtor's locale. */
export interface Saying {
  key: string;
  params: Slots;
  /** Reply buttons where the channel has them, numbered lines elsewhere. */
  options: Saying[];
  kind: MessageKind;
}

/** Something that a flow wants done. `action` is a name of the closed list ACTIONS; turns/perform carries it out. */
export interface ActionCall {
  action: ActionName;
  step: string;
  slots: Slots;
  /** The message heard in this turn, when there was one. */
  heard: Heard | null;
}

/** `outcome` chooses the step's branch: 'ok', 'refused' or a name that the action documents. `facts` replaces the facts for the rest of the turn. */
export interface ActionResult {
  outcome: string;
  slots: Slots;
  facts?: Facts;
}

export const ACTIONS = {
  verify_identity: 'slots.digits against the document. ok | refused',
  make_promise: 'slots.parts, else slots.pay_date and slots.amount. ok (folio) | refused (reason)',
  replace_promise: 'as make_promise, and all that is open becomes replaced. ok (folio) | refused (reason)',
  cancel_promise: 'the open promise becomes cancelled, with all its instalments. ok | refused',
  issue_pay_link:
    'slots.amount, or everything overdue, else everything owed. ok (url, amount) | refused (nothing_owed)',
  opt_out: 'binds this channel from now. ok',
  opt_in: 'ok',
  unlink: 'wrong person: this address no longer belongs to the debtor. ok',
  record_claim: 'says that it is already paid: silences reminders until a person has looked. ok',
  record_dispute: 'ok',
  keep_receipt: 'slots.files, where a payment is claimed or promised. ok | refused (unexpected, unknown_debtor)',
  set_language: 'slots.language: es, pt or en. ok (facts with the new locale) | refused',
} as const;
export type ActionName = keyof typeof ACTIONS;

/** Where a turn ended. */
export interface Played {
  state: DialogState;
  sayings: Saying[];
  /** A person is asked for: the conversation waits, the bot falls silent. */
  handoff: { queue: string; reason: string } | null;
  expecting: Expecting;
  /** `flow.step` visited, in order: the audit of the turn. */
  visited: string[];
}
