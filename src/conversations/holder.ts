import type { FileRefusal } from '../channels/channel.ts';
import { HOUR_MS } from '../kernel/calendar.ts';
import type { ConversationId, DebtorId, OutboxId } from '../kernel/ids.ts';
import type { MessageKind } from '../kernel/medium.ts';

/** bot: we answer. pending: a person was asked for. human: a person holds it. In the last two the bot is silent. */
export type Mode = 'bot' | 'pending' | 'human' | 'resolved';

/** Who acts for the house. `id` tells two people of one name apart: `tg:42`, or a login of the command line. */
export interface Agent {
  id: string;
  name: string;
}

/** Whoever types on the phone that holds our number. Nobody in particular: an agent may take the conversation over from there. */
export const PHONE: Agent = { id: 'phone', name: 'phone' };
/** What nobody did: time went by. */
export const TIME: Agent = { id: 'time', name: 'time' };

/** `note` is never sent. `typed` was sent already, by the phone. `since` of the idle ones: the person's last word, which must still be the last. */
export type AgentAct =
  | { act: 'take' | 'return' | 'close' }
  | { act: 'reply' | 'note'; text: string }
  | { act: 'typed'; text: string; providerId: string }
  | { act: 'idle_warning' | 'idle_return'; since: Date };

/** What an agent wants done. `key`: a second one with the same key is the same act. `shown`: the handoff that their button was shown in. */
export interface AgentWish {
  agent: Agent;
  act: AgentAct;
  shown?: number;
  key?: string;
}

/** A line that a person typed on the phone that holds our number: the debtor has it. `id`: the provider's, prefixed by the channel. */
export interface TypedLine {
  id: string;
  channel: string;
  to: string;
  text: string;
}

/** What those who watch a held conversation should see, in the order in which it happened. */
export type HeldNews = { id: string; conversationId: ConversationId; debtorId: DebtorId | null; at: Date } & (
  | { what: 'asked'; reason: string }
  | { what: 'debtor'; text: string }
  | { what: 'bot'; text: string }
  /** A file of the debtor's was kept under this id, or not: then `why`. `type` is what it was said to be. */
  | { what: 'file'; file: string; type: string; why: FileRefusal | null }
  | { what: 'line'; by: Agent; text: string; outboxId: OutboxId; typed: boolean }
  | { what: 'note'; by: Agent; text: string }
  | { what: 'taken' | 'returned' | 'closed'; by: Agent }
  /** `why`: another person holds it, its button is of an earlier handoff, or the bot has it already. */
  | { what: 'refused'; by: Agent; act: AgentAct['act']; why: 'held' | 'stale' | 'not_held'; holder: string | null }
  | { what: 'idle_warning'; by: Agent }
);

/** News without what the turn knows of itself. */
export type News = HeldNews extends infer Each
  ? Each extends HeldNews
    ? Omit<Each, 'id' | 'conversationId' | 'debtorId' | 'at'>
    : never
  : never;

export const isHeld = ({ mode }: { mode: Mode }): boolean => mode === 'pending' || mode === 'human';

/** Of a conversation kept since before handoffs were counted: none. */
export const handoffsOf = ({ handoffs }: { handoffs: number }): number => handoffs ?? 0;

/** A person may sleep, but not forget: after a night without a word of theirs the bot answers again. */
export const IDLE_RETURN_MS = 12 * HOUR_MS;
/** An hour before, whoever holds it is told. */
export const IDLE_WARNING_MS = 11 * HOUR_MS;

/** What the bot had written and not sent, and what becomes false once a person is there. Receipts and opt-out acknowledgements are the debtor's by right. */
const UNASKED: MessageKind[] = ['reminder', 'preventive', 'demand', 'offer', 'promise_followup'];
export const WITHHELD_FROM: Record<'pending' | 'human', MessageKind[]> = {
  pending: UNASKED, // an answer that is on its way is still an answer
  human: [...UNASKED, 'reply', 'info_requested'],
};
