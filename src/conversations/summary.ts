import { maskPhone } from '../kernel/phone.ts';
import type { Conversation } from './conversation.ts';
import type { ConversationSummary } from './conversations.ts';
import { handoffsOf, isHeld } from './holder.ts';
import { windowEnd } from './reach.ts';

/** What those outside the line may know of a conversation: who holds it and why, never an address or a word. */
export function summaryOf(conversation: Conversation, windowHoursOf: ReadonlyMap<string, number>): ConversationSummary {
  const { _id: id, channel, address, debtorId, mode, handoff, heldBy, locale, updatedAt } = conversation;
  return {
    ...{ id, channel, debtorId, mode, reason: handoff?.reason ?? null, locale, updatedAt },
    heldBy: isHeld(conversation) ? heldBy : null,
    handoffs: handoffsOf(conversation),
    heldSince: isHeld(conversation) ? (handoff?.at ?? null) : null,
    contact: maskPhone(address),
    windowUntil: windowEnd(windowHoursOf.get(channel), conversation),
  };
}
