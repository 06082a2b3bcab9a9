import type { Conversation } from '../conversations/conversation.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { OutboxRow } from './outbox-store.ts';

/** What a turn has said, with what its sender would read first: the conversation as it was saved, and whom it is with. */
export interface Said {
  conversation: Conversation;
  /** Null: the turn did not read who that is. */
  debtor: Debtor | null;
  rows: OutboxRow[];
}
