import type { Conversation } from '../conversations/conversation.ts';
import type { Agent, News } from '../conversations/holder.ts';
import type { DialogEvent, Saying } from '../dialog/state.ts';
import type { Settled } from '../followups/followup-store.ts';
import type { Burst } from '../inbox/burst.ts';
import type { InboxRow } from '../inbox/inbox-store.ts';
import type { Heard } from '../language/heard.ts';
import type { Account } from '../ledger/ledger.ts';

/** What a turn has come to so far. Made anew each time its transaction is run, and written at its end or not at all. */
export interface Draft {
  row: InboxRow;
  /** The rows that `row` was joined from, where it is a burst; else itself. */
  parts: Burst;
  /** Changed in place: what will be saved. */
  conversation: Conversation;
  account: Account | null;
  now: Date;
  event: DialogEvent | null;
  heard: Heard | null;
  sayings: Saying[];
  /** A person's own words. `providerId`: they were sent already, by the phone. */
  agentLine: { by: Agent; text: string; providerId: string | null } | null;
  /** A person held it, or was asked for, when the turn began. */
  wasHeld: boolean;
  /** For those who watch a held conversation. */
  news: News[];
  /** What the bot wrote before and has not sent goes no more. */
  withholds: 'pending' | 'human' | null;
  /** What the follow-up that this turn is of came to. */
  settled: Settled | null;
  /** Promises, payments or consent changed: what is to come must be planned anew. */
  plansAnew: boolean;
  /** Parts of the audit. */
  actions: { action: string; outcome: string }[];
  visited: string[];
}
