import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import {
  type AgentWish,
  IDLE_RETURN_MS,
  IDLE_WARNING_MS,
  isHeld,
  PHONE,
  TIME,
  type TypedLine,
} from '../conversations/holder.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type ConversationId, conversationId, type InboxId, newUuid } from '../kernel/ids.ts';
import { cleanText, required } from './inbox.ts';
import type { InboxRow, InboxStore, Incoming } from './inbox-store.ts';

const IDLE_ROWS_A_SWEEP = 500;

export interface AgentActsDeps {
  conversations: ConversationStore;
  inbox: InboxStore;
  /** Knows the messages of ours by the provider's id. */
  outbox: { has: (channel: string, providerId: string) => Promise<boolean> };
  rowOf: (id: InboxId, conversation: Conversation, incoming: Incoming) => InboxRow;
  meet: (id: ConversationId, channel: string, address: string) => Promise<Conversation>;
  wake: () => void;
  clock: Clock;
}

/** What people do to a conversation enters as rows of the inbox, stored once like a debtor's message, and is carried out in its turn. */
export function createAgentActs({ conversations, inbox, outbox, rowOf, meet, wake, clock }: AgentActsDeps) {
  async function agentActs(id: ConversationId, wish: AgentWish): Promise<'stored' | 'duplicate'> {
    const conversation = required(id, await conversations.find(id));
    const { agent, act, shown = null, key = `agent:${newUuid()}` } = wish;
    if ((act.act === 'return' || act.act === 'close') && !isHeld(conversation)) {
      const message = `Conversation ${id} is with the bot already: there is nothing to ${act.act}.`;
      throw new AppError('conversation_not_held', message);
    }
    const cleaned = 'text' in act ? { ...act, text: cleanText(act.text) } : act;
    return store(key, conversation, { kind: 'agent', agent, act: cleaned, shown });
  }

  async function typedOnPhone({ id: providerId, channel, to, text }: TypedLine): Promise<'stored' | 'duplicate'> {
    if (await outbox.has(channel, providerId)) return 'duplicate'; // a message of ours that the phone tells us of
    const id = conversationId(channel, to);
    if ((await conversations.find(id)) === null) await meet(id, channel, to);
    return agentActs(id, { agent: PHONE, act: { act: 'typed', text, providerId }, key: `typed:${providerId}` });
  }

  /** Looks for conversations whose person went away: they are warned, and an hour later the bot has it again. @returns how many rows were added */
  async function sweepIdle(): Promise<number> {
    const ago = (ms: number) => new Date(clock.now().getTime() - ms);
    let added = 0;
    for (const held of await conversations.heldSilently(ago(IDLE_WARNING_MS), IDLE_ROWS_A_SWEEP)) {
      const since = held.lastHumanAt;
      if (since === null) continue;
      const act = since <= ago(IDLE_RETURN_MS) ? 'idle_return' : 'idle_warning';
      const key = `${act}:${held._id}:${since.getTime()}`;
      const stored = await store(key, held, { kind: 'agent', agent: TIME, act: { act, since }, shown: null });
      if (stored === 'stored') added += 1;
    }
    return added;
  }

  async function store(key: string, held: Conversation, incoming: Incoming): Promise<'stored' | 'duplicate'> {
    if (!(await inbox.insert(rowOf(key as InboxId, held, incoming)))) return 'duplicate';
    wake();
    return 'stored';
  }

  return { agentActs, typedOnPhone, sweepIdle };
}
