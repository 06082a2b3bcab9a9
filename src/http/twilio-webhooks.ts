import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { TwilioAccount } from '../channels/twilio.ts';
import { isTwilioOptOut } from '../channels/twilio-errors.ts';
import { readTwilioMessage, readTwilioStatus, type TwilioParams } from '../channels/twilio-events.ts';
import type { Conversations } from '../conversations/conversations.ts';
import { inTime } from '../database/in-time.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { OutboxId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';

const BODY_LIMIT = '64kb';
const OUTBOX_ID_LENGTH_MAX = 300;
const STATUS_PATIENCE_MS = 5_000; // Twilio waits 15 s, and hears nothing of what comes after them
const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const TWIML_HEADERS = { 'Content-Type': 'text/xml; charset=utf-8', 'Content-Length': EMPTY_TWIML.length };

export interface TwilioWebhooksInput {
  account: Pick<TwilioAccount, 'authToken' | 'smsFrom' | 'whatsappFrom'> & {
    /** The token before this one, while it is being changed. */
    oldAuthToken?: string | null;
  };
  /** Tells Twilio's requests from everybody else's. */
  isSigned(authToken: string, request: { signature: string | undefined; url: string; params: TwilioParams }): boolean;
  /** The address that Twilio was given: what it signs. Without a slash at the end. */
  publicUrl: () => string;
  conversations: Pick<Conversations, 'receive' | 'recordStatus' | 'recordStatusOf'>;
  clock: Pick<Clock, 'sleep'>;
  log: Log;
  meter: Meter;
}

/**
 * `POST /webhooks/twilio/{sms,whatsapp,fallback,status}`. Answers with empty TwiML once a message is durable: replies go by REST.
 * Twilio waits 15 s and then calls `fallback`, which takes the same; a message that comes on both is one message.
 * @throws AppError webhook_forbidden when the signature is missing or wrong: then nothing is stored;
 *   database_unavailable when a report of what became of a message is not written within 5 s: it may be given again
 */
export function createTwilioWebhooks(input: TwilioWebhooksInput): Router {
  const { account, conversations, log, meter } = input;
  const tokens = [account.authToken, ...(account.oldAuthToken ? [account.oldAuthToken] : [])];
  const router = Router();
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false });

  function signedParams(req: Request): TwilioParams {
    const params = paramsOf(req.body);
    const signature = req.get('x-twilio-signature');
    const request = { signature, url: `${input.publicUrl()}${req.originalUrl}`, params };
    if (signature !== undefined && tokens.some((token) => input.isSigned(token, request))) return params;
    refused(signature === undefined ? 'no_signature' : 'wrong_signature');
    throw new AppError(
      'webhook_forbidden',
      'The request is not signed by Twilio for this address. Is PUBLIC_URL the address that Twilio calls, and TWILIO_AUTH_TOKEN the one of this account?',
    );
  }

  const refused = (why: string): void => meter.count('webhook_refused', { provider: 'twilio', why });

  async function takeMessage(req: Request, res: Response): Promise<void> {
    const inbound = readTwilioMessage(signedParams(req), account);
    if (inbound.kind === 'invalid') {
      refused('invalid');
      throw new AppError(
        'request_invalid',
        `${inbound.fields.join(', ')}: missing, or not of the form that Twilio sends.`,
      );
    }
    if (inbound.kind === 'ignored') {
      log.warn({ why: inbound.why }, 'twilio.message_ignored');
      meter.count('inbound', { channel: 'twilio', outcome: inbound.why });
    } else {
      const { channel, id } = inbound.message;
      const outcome = await conversations.receive(inbound.message);
      meter.count('inbound', { channel, outcome });
      log.debug({ channel, inbox: id, outcome }, 'twilio.message'); // the turn has its line; this one is for tracing
    }
    answer(res);
  }

  async function takeStatus(req: Request, res: Response): Promise<void> {
    const report = readTwilioStatus(signedParams(req));
    if (report === null) ignoredStatus('no_status');
    else await inTime(record(report, req.query['oid']), STATUS_PATIENCE_MS, input.clock);
    answer(res);
  }

  /** By our own id where it came along: the report may be here before Twilio has answered our call. */
  async function record(report: NonNullable<ReturnType<typeof readTwilioStatus>>, oid: unknown): Promise<void> {
    const { sid, channel, status, code } = report;
    if (typeof oid !== 'string' || oid.length > OUTBOX_ID_LENGTH_MAX) {
      meter.count('status_reports', { channel, outcome: 'without_our_id' });
      return conversations.recordStatus(channel, sid, status);
    }
    const failure = code === null ? undefined : { code, optedOut: isTwilioOptOut(code) };
    const outcome = await conversations.recordStatusOf(oid as OutboxId, status, sid, failure);
    if (outcome === 'unknown') return ignoredStatus('no_such_message', { sid, status });
    meter.count('status_reports', { channel, outcome });
    log.debug({ outbox: oid, status, code, outcome }, 'twilio.status');
  }

  function ignoredStatus(why: string, fields: object = {}): void {
    log.warn({ why, ...fields }, 'twilio.status_ignored');
    meter.count('status_reports', { channel: 'twilio', outcome: why });
  }

  router.post(['/sms', '/whatsapp', '/fallback'], raw, takeMessage);
  router.post('/status', raw, takeStatus);
  router.use((err: unknown, _req: Request, _res: Response, next: NextFunction) => {
    if ((err as { type?: unknown }).type === 'entity.too.large') refused('too_large');
    next(err);
  });
  return router;
}

/** Past express' own `send`, which would hash the same bytes for each message; a text, since it goes out in one write with its head. */
function answer(res: Response): void {
  res.writeHead(200, TWIML_HEADERS).end(EMPTY_TWIML);
}

/** The form as it was signed: a name given twice keeps all its values. */
function paramsOf(body: unknown): TwilioParams {
  const params: TwilioParams = Object.create(null);
  if (!Buffer.isBuffer(body)) return params;
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    const before = params[name];
    params[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return params;
}
