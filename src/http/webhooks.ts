import express, { type Request, Router } from 'express';
import type { Log } from '../kernel/log.ts';
import type { PaymentsDoor } from '../payments/payments.ts';

const BODY_LIMIT = '256kb';

export interface Webhooks {
  router: Router;
  /** Resolves when what was acknowledged so far is settled, or left to the sweeper. */
  idle(): Promise<void>;
}

/** `POST /webhooks/payments/:provider`. The raw bytes are what was signed: no parser may come before this. */
export function createWebhooks(payments: PaymentsDoor, log: Log): Webhooks {
  const router = Router();
  const underWay = new Set<Promise<void>>();

  router.post(
    '/payments/:provider',
    express.raw({ type: () => true, limit: BODY_LIMIT, inflate: false }),
    async (req: Request<{ provider: string }>, res) => {
      const { provider } = req.params;
      const rawBody = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
      const url = new URL(req.originalUrl, 'http://webhook.invalid');
      const { deliveryId, isNew } = await payments.receiveWebhook(provider, { rawBody, headers: req.headers, url });
      res.json({ received: true, duplicate: !isNew });
      const settled = payments
        .settleDelivery(deliveryId)
        .catch((err) => log.warn({ err, provider }, 'webhook stored, to be settled by the sweeper'))
        .finally(() => underWay.delete(settled));
      underWay.add(settled);
    },
  );

  return { router, idle: async () => void (await Promise.all(underWay)) };
}
