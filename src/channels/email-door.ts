import type { Connection } from 'mongoose';
import type { Log } from '../kernel/log.ts';
import type { Channel } from './channel.ts';
import { createEmailChannel } from './email.ts';
import { type EmailInbound, readEmail } from './email-events.ts';
import { createEmailFileStore, type EmailFile } from './email-file-store.ts';
import { createEmailIds } from './email-ids.ts';
import { createEmailThreadStore, type EmailThread } from './email-thread-store.ts';

/** E-mail in both directions, under one set of ids: what goes out by the channel, and what a webhook is given to read. */
export interface EmailDoor {
  channel: Channel;
  read(raw: Buffer): Promise<EmailInbound>;
  remember(address: string, thread: EmailThread): Promise<void>;
  keepFiles(files: readonly EmailFile[], at: Date): Promise<void>;
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
  const files = createEmailFileStore(db);
  const { channel, close } = createEmailChannel({ smtpUrl, from, ids, threads, files, log });
  const read = (raw: Buffer) => readEmail(raw, from, ids);
  return { channel, close, read, remember: threads.remember, keepFiles: files.keep };
}
