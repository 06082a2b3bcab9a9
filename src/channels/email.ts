import type { Readable } from 'node:stream';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { escapeHtml } from '../kernel/html.ts';
import type { OutboxId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Channel, OutboundMessage, SendResult } from './channel.ts';
import { sortSmtpFailure } from './email-errors.ts';
import type { EmailFileStore } from './email-file-store.ts';
import { createFetchFile } from './email-files.ts';
import { EMAIL, type EmailIds, UNSUBSCRIBE } from './email-ids.ts';
import type { EmailThread, EmailThreadStore } from './email-thread-store.ts';

const LENGTH_MAX = 10_000; // four pages: nobody reads more, and no server refuses it
const CONNECT_MS = 10_000;
const ANSWER_MS = 20_000;
const SEND_MS = 40_000; // all of it, shorter than the send lease of 60 s, so that an answer still finds its holder
const CONNECTIONS_MAX = 3;
const REFERENCES_MAX = 10; // as many as mail programs need to find the thread

export interface EmailInput {
  /** `smtps://user:password@host`, with nodemailer's options as its query. */
  smtpUrl: string;
  from: string;
  ids: EmailIds;
  threads: Pick<EmailThreadStore, 'find'>;
  files: Pick<EmailFileStore, 'find'>;
  log: Log;
  sendMs?: number;
}

/** What is written down of a delivery under way: its bytes, once they are asked for. */
interface Delivery {
  bytes: Readable | null;
}

/**
 * E-mail through one mail server. Whether it took a message whose connection broke depends on how far the talk was: before the first byte
 * of the message it cannot have it, afterwards it may. No raw error of the client leaves this file: it holds the address and our account.
 */
export function createEmailChannel(input: EmailInput): { channel: Channel; close: () => void } {
  const { from, ids, threads, log } = input;
  const transport = createTransport({
    url: input.smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxRequeues: 1, // of a connection that was idle too long; never of one that has begun with the message
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  transport.on('error', () => undefined); // of an idle connection; the message that meets it is told by its own answer
  transport.use('stream', (mail, done) => {
    const { delivery } = mail.data as { delivery?: Delivery };
    mail.message.processFunc((bytes) => {
      if (delivery) delivery.bytes = bytes;
      return bytes;
    });
    done();
  });

  async function send(message: OutboundMessage): Promise<SendResult> {
    if (message.text.length > LENGTH_MAX) return { outcome: 'refused', code: 'text_too_long' };
    const delivery: Delivery = { bytes: null };
    const thread = await threadOf(message);
    const mail = { ...mailOf(message, thread), delivery, signal: AbortSignal.timeout(input.sendMs ?? SEND_MS) };
    try {
      await transport.sendMail(mail);
      return { outcome: 'accepted', providerId: ids.of(message.id as OutboxId) };
    } catch (err) {
      const result = sortSmtpFailure(err, delivery.bytes?.readableDidRead === true);
      log.warn({ outbox: message.id, ...result }, 'email.send_failed');
      return result;
    }
  }

  /** A thread is a convenience: without it the letter goes all the same. */
  async function threadOf(message: OutboundMessage): Promise<EmailThread | null> {
    try {
      return await threads.find(message.to);
    } catch {
      log.warn({ outbox: message.id }, 'email.thread_unknown');
      return null;
    }
  }

  function mailOf(message: OutboundMessage, thread: EmailThread | null): SendMailOptions {
    const { to, text, subject = from } = message;
    const references = new Set([ids.root(to), ...(thread?.references ?? []), ...(thread ? [thread.lastId] : [])]);
    return {
      from: { name: '', address: from },
      to: { name: '', address: to }, // an object is one address, whatever signs are in it
      subject: thread ? `Re: ${subject}` : subject,
      text,
      html: `<div style="white-space:pre-line">${withLinks(text)}</div>`,
      messageId: ids.of(message.id as OutboxId),
      ...(thread && { inReplyTo: thread.lastId }),
      references: [...references].slice(-REFERENCES_MAX),
      list: { unsubscribe: { url: `mailto:${from}?subject=${UNSUBSCRIBE}`, comment: '' } },
      headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: other programs do not answer it
    };
  }

  return {
    channel: {
      id: EMAIL,
      medium: 'email',
      capabilities: { buttons: false, media: true, lengthMax: LENGTH_MAX },
      send,
      fetchFile: createFetchFile(input.files),
    },
    close: () => transport.close(),
  };
}

const withLinks = (text: string): string =>
  escapeHtml(text).replace(/https?:\/\/[^\s<]+[^\s<.,;:!?)]/g, (url) => `<a href="${url}">${url}</a>`);
