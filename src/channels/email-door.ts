import type { Connection } from 'mongoose';
import type { Log } from '../kernel/log.ts';
import type { Channel } from './channel.ts';
import { createEmailChannel } from './email.ts';
import { type EmailInbound, readEmail } from './email-events.ts';
import { createEmailIds } from './email-ids.ts';
import { createEmailThreadStore, type EmailThread } from './email-thread-store.ts';

/** E-mail in both directions, under one set of ids: what goes out by the channel, and what a webhook is given to read. */
export interface EmailDoor {
  channel: Channel;
  read(raw: Buffer): Promise<EmailInbound>;
  remember(address: string, thread: EmailThread): Promise<void>;
  close(): void;
}

export interface EmailDoorInput {
  smtpUrl: string;
  from: string;
  webhookSecret: string | null;
  db: Connection;
  log: Log;
}

export function openEmail({ smtpUrl, from, webhookSecret, db, log }: EmailDoorInput): EmailDoor {
  const ids = createEmailIds(from, webhookSecret ?? smtpUrl);
  const threads = createEmailThreadStore(db);
  const { channel, close } = createEmailChannel({ smtpUrl, from, ids, threads, log });
  return { channel, close, read: (raw) => readEmail(raw, from, ids), remember: threads.remember };
}
