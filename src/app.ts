import type { Connection } from 'mongoose';
import type { Channel } from './channels/channel.ts';
import type { Config } from './config.ts';
import type { Conversations } from './conversations/conversations.ts';
import type { Clock } from './kernel/clock.ts';
import type { Log } from './kernel/log.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Payments } from './payments/payments.ts';

/** What the composition root is given: everything that reaches outside the process. */
export interface AppInput {
  config: Config;
  db: Connection;
  clock: Clock;
  log: Log;
  channels: Channel[];
}

/** The rooms, put together. http, cli and the tests are given this. */
export interface App {
  config: Config;
  clock: Clock;
  ledger: Ledger;
  payments: Payments;
  conversations: Conversations;
}
