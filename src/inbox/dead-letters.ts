import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { DeadLetter } from '../conversations/conversations.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { InboxId } from '../kernel/ids.ts';
import { maskPhone } from '../kernel/phone.ts';
import type { InboxStore } from './inbox-store.ts';

export interface DeadLetterDeps {
  inbox: InboxStore;
  conversations: ConversationStore;
  wake: () => void;
  machine: Pick<Clock, 'now'>;
}

/** Lists what was given up, and gives it another chance. */
export function createDeadLetters({ inbox, conversations, wake, machine }: DeadLetterDeps) {
  /** The longest dead first. */
  async function deadLetters(limit: number): Promise<DeadLetter[]> {
    const rows = await inbox.dead(limit);
    const known = await conversations.byId([...new Set(rows.map(({ conversationId }) => conversationId))]);
    return rows.map(({ _id: id, conversationId, incoming, receivedAt, attempts, reason }) => {
      const contact = maskPhone(known.get(conversationId)?.address ?? '');
      return { id, conversationId, contact, kind: incoming.kind, since: receivedAt, attempts, reason: reason ?? '' };
    });
  }

  /**
   * They are tried again as if they had just come. A person who holds the conversation keeps it.
   * @param id null: all of them. @returns how many. @throws AppError dead_letter_unknown
   */
  async function replayDeadLetters(id: string | null): Promise<number> {
    const count = await inbox.revive(id === null ? null : [id as InboxId], machine.now());
    if (count === 0 && id !== null)
      throw new AppError('dead_letter_unknown', `There is no dead letter ${id}. \`acuerdo deadletters\` lists them.`);
    if (count > 0) wake();
    return count;
  }

  return { deadLetters, replayDeadLetters };
}
