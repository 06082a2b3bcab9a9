import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { EmailInbound } from '../channels/email-events.ts';
import type { EmailFile } from '../channels/email-file-store.ts';
import type { EmailThread } from '../channels/email-thread-store.ts';
import type { Conversations } from '../conversations/conversations.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';

const MB = 1024 * 1024;
const BODY_BYTES_MAX = 25 * MB; // what the large mail services send at most
const LARGE_BYTES = MB; // a page of text is some kilobytes; what is larger is its files
const LARGE_AT_ONCE_MAX = 4; // each takes memory before its signature can be looked at
const SIGNED_FOR_SECONDS = 300;
const THREAD_MS_MAX = 1_000;

export interface EmailWebhookInput {
  secret: string;
  read(raw: Buffer): Promise<EmailInbound>;
  /** What an answer is to refer to. */
  remember(address: string, thread: EmailThread): Promise<void>;
  /** Puts a mail's files where they are safe. @throws when the database is away */
  keepFiles(files: readonly EmailFile[], at: Date): Promise<void>;
  conversations: Pick<Conversations, 'receive' | 'recordStatusOf'>;
  /** The machine's: the mail server signs by real time. */
  clock: Clock;
  log: Log;
  meter: Meter;
}

/**
 * `POST /webhooks/email`: a raw RFC 822 message, signed by the mail server's script (docs/email.md). Answers once the message is durable.
 * What is no message of a person to us is answered with 200 too, since sending it again would change nothing.
 * @throws AppError webhook_forbidden when the signature is missing, wrong or old: then nothing is stored
 */
export function createEmailWebhook(input: EmailWebhookInput): Router {
  const { conversations, clock, log, meter } = input;
  const router = Router();

  async function take(req: Request, res: Response): Promise<void> {
    const raw: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const fault = signatureFault(req, raw);
    if (fault !== null) {
      refused(fault);
      throw new AppError(
        'webhook_forbidden',
        'The request is not signed for EMAIL_WEBHOOK_SECRET within the last five minutes. docs/email.md says how to sign it.',
      );
    }
    const mail = await input.read(raw);
    res.json({ received: mail.kind, ...(await act(mail)) });
  }

  async function act(mail: EmailInbound): Promise<Record<string, string>> {
    if (mail.kind === 'message') return { outcome: await takeMessage(mail) };
    if (mail.kind === 'failed') return { outcome: await takeFailure(mail) };
    meter.count('email_ignored', { why: mail.why });
    log.info({ why: mail.why }, 'email.ignored');
    return { why: mail.why };
  }

  async function takeMessage({ message, thread, files }: Of<'message'>): Promise<string> {
    await keep(files); // before it is acknowledged, since then the mail server deletes it
    const kept = thread && input.remember(message.from, thread).catch(logged);
    const outcome = await conversations.receive(message);
    // While the database is away the message is safe in the spool, and its thread is not worth the mail server's time.
    const enough = new AbortController();
    await Promise.race([kept, clock.sleep(THREAD_MS_MAX, enough.signal)]);
    enough.abort();
    meter.count('inbound', { channel: message.channel, outcome });
    log.debug({ inbox: message.id, outcome, files: files.length }, 'email.message');
    return outcome;
  }

  async function keep(files: readonly EmailFile[]): Promise<void> {
    try {
      if (files.length > 0) await input.keepFiles(files, clock.now());
    } catch (cause) {
      throw new AppError('database_unavailable', 'The files of the message could not be kept: send it again.', {
        cause,
      });
    }
  }

  async function takeFailure({ outboxId, messageId, code, isComplaint }: Of<'failed'>): Promise<string> {
    const failure = { code, optedOut: isComplaint };
    const outcome = await conversations.recordStatusOf(outboxId, 'failed', messageId, failure);
    meter.count('status_reports', {
      channel: 'email',
      outcome: outcome === 'unknown' ? 'no_such_message' : outcome,
    });
    log.info({ outbox: outboxId, code, outcome }, 'email.failed');
    return outcome;
  }

  /** HMAC-SHA256 of `timestamp.body`, in hexadecimal after `sha256=`. @returns null when it is right */
  function signatureFault(req: Request, raw: Buffer): string | null {
    const [signature, timestamp] = [req.get('x-acuerdo-signature'), req.get('x-acuerdo-timestamp')];
    if (signature === undefined || timestamp === undefined) return 'no_signature';
    const given = Buffer.from(signature);
    const mac = createHmac('sha256', input.secret).update(`${timestamp}.`).update(raw).digest('hex');
    const right = Buffer.from(`sha256=${mac}`);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return 'wrong_signature';
    const ageSeconds = Math.abs(clock.now().getTime() / 1000 - Number(timestamp));
    return ageSeconds <= SIGNED_FOR_SECONDS ? null : 'old_signature'; // NaN is no age
  }

  const refused = (why: string): void => meter.count('webhook_refused', { provider: 'email', why });
  const logged = (err: unknown): void => log.warn({ err }, 'email.thread_not_kept');

  let largeNow = 0;
  function makeRoom(req: Request, res: Response, next: NextFunction): void {
    const isLarge = !(Number(req.get('content-length')) <= LARGE_BYTES); // NaN, where it is not told, is large
    if (!isLarge) {
      next();
      return;
    }
    if (largeNow >= LARGE_AT_ONCE_MAX) {
      refused('busy');
      throw new AppError('too_many_requests', 'Too many large messages come at once: send it again later.');
    }
    largeNow += 1;
    res.once('close', () => {
      largeNow -= 1;
    });
    next();
  }

  router.post('/', makeRoom, express.raw({ type: () => true, limit: BODY_BYTES_MAX, inflate: false }), take);
  router.use((err: unknown, _req: Request, _res: Response, next: NextFunction) => {
    if ((err as { type?: unknown }).type === 'entity.too.large') refused('too_large');
    next(err);
  });
  return router;
}

type Of<K extends EmailInbound['kind']> = Extract<EmailInbound, { kind: K }>;
