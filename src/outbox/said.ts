import type { Conversation, Lease } from '../conversations/conversation.ts';
import type { AuditEvent } from '../conversations/event-store.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Judged } from './gate.ts';
import type { OutboxRow } from './outbox-store.ts';

/** What a turn has said, with what its sender would read first: the conversation as it was saved, and whom it is with. */
export interface Said {
  conversation: Conversation;
  /** Null: the turn did not read who that is. */
  debtor: Debtor | null;
  rows: OutboxRow[];
  /** The first of the rows, where it was written as under way already. */
  departure?: Departure;
}

/** A message that leaves with the turn that says it: once the turn stands, its provider is called. */
export interface Departure {
  /** As it is written: the intent is part of it. */
  row: OutboxRow;
  /** Its conversation's from the turn on. */
  sendLease: Lease;
  /** What the law's gate said, and the same for the audit. */
  judged: Judged;
  decided: AuditEvent;
}
