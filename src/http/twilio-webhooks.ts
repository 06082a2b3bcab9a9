import express, { type Request, type Response, Router } from 'express';
import type { TwilioAccount } from '../channels/twilio.ts';
import { isTwilioOptOut } from '../channels/twilio-errors.ts';
import { readTwilioMessage, readTwilioStatus, type TwilioParams } from '../channels/twilio-events.ts';
import type { Conversations } from '../conversations/conversations.ts';
import { AppError } from '../kernel/errors.ts';
import type { OutboxId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';

const BODY_LIMIT = '64kb';
const OUTBOX_ID_LENGTH_MAX = 300;
const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

export interface TwilioWebhooksInput {
  account: Pick<TwilioAccount, 'authToken' | 'smsFrom' | 'whatsappFrom'>;
  /** Tells Twilio's requests from everybody else's. */
  isSigned(authToken: string, request: { signature: string | undefined; url: string; params: TwilioParams }): boolean;
  /** The address that Twilio was given: what it signs. Without a slash at the end. */
  publicUrl: () => string;
  conversations: Pick<Conversations, 'receive' | 'recordStatus' | 'recordStatusOf'>;
  log: Log;
}

/**
 * `POST /webhooks/twilio/{sms,whatsapp,fallback,status}`. Answers with empty TwiML once a message is durable: replies go by REST.
 * Twilio waits 15 s and then calls `fallback`, which takes the same; a message that comes on both is one message.
 * @throws AppError webhook_forbidden when the signature is missing or wrong: then nothing is stored
 */
export function createTwilioWebhooks(input: TwilioWebhooksInput): Router {
  const { account, conversations, log } = input;
  const router = Router();
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false });

  function signedParams(req: Request): TwilioParams {
    const params = paramsOf(req.body);
    const url = `${input.publicUrl()}${req.originalUrl}`;
    if (input.isSigned(account.authToken, { signature: req.get('x-twilio-signature'), url, params })) return params;
    throw new AppError(
      'webhook_forbidden',
      'The request is not signed by Twilio for this address. Is PUBLIC_URL the address that Twilio calls, and TWILIO_AUTH_TOKEN the one of this account?',
    );
  }

  async function takeMessage(req: Request, res: Response): Promise<void> {
    const inbound = readTwilioMessage(signedParams(req), account);
    if (inbound.kind === 'invalid')
      throw new AppError(
        'request_invalid',
        `${inbound.fields.join(', ')}: missing, or not of the form that Twilio sends.`,
      );
    if (inbound.kind === 'ignored') {
      log.warn({ why: inbound.why }, 'twilio.message_ignored');
    } else {
      const outcome = await conversations.receive(inbound.message);
      const { channel, id } = inbound.message;
      log.info({ channel, inbox: id, outcome, media: inbound.media }, 'twilio.message');
    }
    res.type('text/xml').send(EMPTY_TWIML);
  }

  async function takeStatus(req: Request, res: Response): Promise<void> {
    const report = readTwilioStatus(signedParams(req));
    if (report === null) log.info({ why: 'no_status' }, 'twilio.status_ignored');
    else await record(report, req.query['oid']);
    res.type('text/xml').send(EMPTY_TWIML);
  }

  /** By our own id where it came along: the report may be here before Twilio has answered our call. */
  async function record(report: NonNullable<ReturnType<typeof readTwilioStatus>>, oid: unknown): Promise<void> {
    const { sid, channel, status, code } = report;
    if (typeof oid !== 'string' || oid.length > OUTBOX_ID_LENGTH_MAX)
      return conversations.recordStatus(channel, sid, status);
    const failure = code === null ? undefined : { code, optedOut: isTwilioOptOut(code) };
    const outcome = await conversations.recordStatusOf(oid as OutboxId, status, sid, failure);
    if (outcome === 'unknown') log.warn({ why: 'no_such_message', sid, status }, 'twilio.status_ignored');
    else log.debug({ outbox: oid, status, code, outcome }, 'twilio.status');
  }

  router.post(['/sms', '/whatsapp', '/fallback'], raw, takeMessage);
  router.post('/status', raw, takeStatus);
  return router;
}

/** The form as it was signed: a name given twice keeps all its values. */
function paramsOf(body: unknown): TwilioParams {
  const params: TwilioParams = Object.create(null);
  const form = new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    params[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return params;
}
