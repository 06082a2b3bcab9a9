import type { DialogEvent, Saying } from '../dialog/state.ts';
import type { Heard } from '../language/heard.ts';
import type { Account } from '../ledger/ledger.ts';
import type { Conversation } from './conversation-store.ts';
import type { InboxRow } from './inbox-store.ts';

/** What a turn has come to so far. Made anew each time its transaction is run, and written at its end or not at all. */
export interface Draft {
  row: InboxRow;
  /** Changed in place: what will be saved. */
  conversation: Conversation;
  account: Account | null;
  now: Date;
  event: DialogEvent | null;
  heard: Heard | null;
  sayings: Saying[];
  /** Promises, payments or consent changed: what is to come must be planned anew. */
  plansAnew: boolean;
  /** Parts of the audit. */
  actions: { action: string; outcome: string }[];
  visited: string[];
}
