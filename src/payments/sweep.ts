import { DAY_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { PaymentStore } from './payment-store.ts';
import type { PayLinkProvider } from './provider.ts';
import type { createSettle } from './settle.ts';
import type { WebhookStore } from './webhook-store.ts';

interface SweepInput {
  webhooks: WebhookStore;
  payments: PaymentStore;
  providers: readonly PayLinkProvider[];
  settle: ReturnType<typeof createSettle>;
  clock: Clock;
  log: Log;
}

const BATCH = 200;
const LIST_MAX = 1000; // per provider and sweep; the cursor goes on from there
const WATCH_MS = 7 * DAY_MS; // vouchers live at most that long, and providers retry for less

/** What the webhooks did not bring, or brought when we could not ask: safe to run at any time, twice at once too. */
export function createSweep(input: SweepInput) {
  const { webhooks, payments, providers, settle, clock, log } = input;

  async function settleDelivery(deliveryId: string): Promise<void> {
    const delivery = await webhooks.find(deliveryId);
    if (!delivery || delivery.settledAt !== null) return;
    await webhooks.tried(deliveryId);
    if (delivery.paymentId !== null) await settle.settle(delivery.provider, delivery.paymentId);
    await webhooks.settled(deliveryId, clock.now());
  }

  /** Stored, acknowledged, and then the provider's API failed or the process died. */
  async function sweepDeliveries(since: Date): Promise<void> {
    for (const { _id, provider } of await webhooks.unsettled(since, BATCH))
      await settleDelivery(_id).catch((err) => log.warn({ err, provider }, 'stored webhook not settled yet'));
  }

  /** The cursor stops before the first payment that fails, so that the next sweep meets it again; the others do not wait for it. */
  async function sweepList(provider: PayLinkProvider): Promise<number> {
    if (!provider.listSince) return 0;
    const start = await webhooks.cursor(provider.id);
    let cursor = start;
    let isWhole = true;
    let found = 0;
    let seen = 0;
    for await (const told of provider.listSince(start)) {
      try {
        if (await settle.post(told)) found += 1;
      } catch (err) {
        isWhole = false;
        log.warn({ err, provider: provider.id, paymentId: told.paymentId }, 'listed payment not settled yet');
      }
      if (isWhole && told.version > cursor) cursor = told.version;
      if (++seen >= LIST_MAX) break;
    }
    if (cursor !== start) await webhooks.moveCursor(provider.id, cursor);
    return found;
  }

  /** For providers that list nothing: ask again about each payment that may still change. */
  async function sweepPending(provider: PayLinkProvider, since: Date): Promise<void> {
    for (const { paymentId } of await payments.pending(provider.id, since, BATCH))
      await settle
        .settle(provider.id, paymentId)
        .catch((err) => log.warn({ err, provider: provider.id, paymentId }, 'pending payment not settled yet'));
  }

  async function sweepAttempts(): Promise<number> {
    const since = new Date(clock.now().getTime() - WATCH_MS);
    await sweepDeliveries(since);
    let found = 0;
    for (const provider of providers) {
      found += await sweepList(provider).catch((err) => {
        log.warn({ err, provider: provider.id }, 'provider could not be listed');
        return 0;
      });
      if (!provider.listSince) await sweepPending(provider, since);
    }
    return found;
  }

  return { settleDelivery, sweepAttempts };
}
