import type { Channel } from '../channels/channel.ts';
import type { Conversations } from '../conversations/conversations.ts';
import type { Clock, MovableClock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What the simulator uses of the house. */
export interface SimulatorApp {
  clock: Clock;
  ledger: Pick<Ledger, 'account' | 'findDebtor' | 'listDebtors'>;
  conversations: Pick<
    Conversations,
    'receive' | 'link' | 'conversationOf' | 'transcript' | 'followups' | 'recordStatus'
  >;
}

export interface SimulatorInput {
  app: SimulatorApp;
  channel: Channel;
  /** Given when the demo's clock may be moved. */
  clock?: MovableClock;
  /** Last digits of the made-up documents, by `debtor_id` of the portfolio: only the demo knows them. */
  demoHints: ReadonlyMap<string, string>;
  log: Log;
  /** Ends the open streams, so that the server can close. */
  stopping?: AbortSignal;
}
