import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import { AppError } from '../kernel/errors.ts';
import { digest } from '../kernel/ids.ts';
import type { Meter } from '../kernel/meter.ts';

const BODY_LIMIT = '256kb'; // an update is a few kB; one with a long text, its entities and its quote some 60

export interface TelegramWebhookInput {
  /** What Telegram was given, and sends along as `X-Telegram-Bot-Api-Secret-Token`. */
  secret: string;
  /** Stores what an agent did. Rejects when it could not: Telegram then tells it again. */
  take: (update: unknown) => Promise<void>;
  meter: Meter;
}

/**
 * `POST /webhooks/telegram`. Answered with 200 once what it tells is durable, and without a message in the answer, whose failure nobody would see.
 * @throws AppError webhook_forbidden when the secret is missing or wrong: then nothing is read
 */
export function createTelegramWebhook({ secret, take, meter }: TelegramWebhookInput): Router {
  const router = Router();

  const checkSecret = (req: Request, _res: Response, next: () => void): void => {
    const given = req.get('x-telegram-bot-api-secret-token');
    const isTheirs = given !== undefined && isSame(given, secret);
    if (isTheirs) next();
    else refuse(given === undefined ? 'no_signature' : 'wrong_signature');
  };

  function refuse(why: string): never {
    meter.count('webhook_refused', { provider: 'telegram', why });
    throw new AppError('webhook_forbidden', 'The request does not carry the secret that Telegram was given.');
  }

  router.post('/', checkSecret, express.json({ limit: BODY_LIMIT, type: () => true }), async (req, res) => {
    await take(req.body);
    res.json({});
  });
  return router;
}

/** In the same time whether the first letter differs or the last. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(digest(a)), Buffer.from(digest(b)));
