import type { Connection } from 'mongoose';
import type { Conversations } from '../conversations/conversations.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { Desk } from './desk.ts';
import { createTelegramBoard } from './telegram.ts';
import { createDeskWork } from './work.ts';

export interface TelegramDeskInput {
  /** The token as BotFather gave it: the bot's number, a colon, a secret. */
  botToken: string;
  groupId: number;
  /** Null: Telegram is asked for news. */
  webhookSecret: string | null;
  apiUrl: string | null;
  /** Where Telegram reaches us. Without a slash at the end. */
  publicUrl: () => string;
  db: Connection;
  desk: Desk;
  conversations: Pick<Conversations, 'linesOf'>;
  clock: Clock;
  log: Log;
  meter: Meter;
}

/** The desk, shown in a forum supergroup of Telegram. Loaded by those who use it only. */
export function openTelegramDesk({ webhookSecret, publicUrl, conversations, ...input }: TelegramDeskInput) {
  const { botToken, groupId } = input;
  return createDeskWork({
    ...input,
    board: createTelegramBoard(input),
    our: { botId: botToken.split(':')[0] ?? '', groupId },
    webhook: () => (webhookSecret === null ? null : { url: `${publicUrl()}/webhooks/telegram`, secret: webhookSecret }),
    conversations: () => conversations,
    machine: systemClock,
  });
}
