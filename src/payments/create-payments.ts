import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createAttempts } from './attempt.ts';
import { createAttemptStore } from './attempt-store.ts';
import { createLinks } from './link.ts';
import { createLinkStore } from './link-store.ts';
import { createPaymentStore, type Db } from './payment-store.ts';
import type { OnSettled, PaymentsDoor } from './payments.ts';
import type { PayLinkProvider } from './provider.ts';
import { createSettle } from './settle.ts';
import { createSweep } from './sweep.ts';
import { createWebhookStore } from './webhook-store.ts';

export interface PaymentsInput {
  db: Db;
  ledger: Pick<Ledger, 'account' | 'postPayment' | 'reversePayment'>;
  /** The first one that takes a link's currency opens its sessions. */
  providers: readonly PayLinkProvider[];
  onSettled: OnSettled;
  clock: Clock;
  log: Log;
  /** Without a slash at the end. Asked each time, since the port may not be known at the start. */
  publicUrl: () => string;
}

/** The room, put together: issue a link, open it, take the money, post it, and find what got lost on the way. */
export function createPayments(input: PaymentsInput): PaymentsDoor {
  const { db, ledger, providers, clock, publicUrl } = input;
  const log = input.log.child({ room: 'payments' });
  const stores = {
    links: createLinkStore(db),
    attempts: createAttemptStore(db),
    payments: createPaymentStore(db),
    webhooks: createWebhookStore(db),
  };
  const links = createLinks({ links: stores.links, ledger, publicUrl });
  const settle = createSettle({ ...input, ...stores, log });
  const sweep = createSweep({ ...stores, providers, settle, clock, log });
  const attempts = createAttempts({
    ...stores,
    links,
    providers,
    clock,
    publicUrl,
    accountOf: async (debtorId) => {
      const { debtor, creditor } = await ledger.account(debtorId, clock.now());
      return { locale: debtor.locale, creditorName: creditor.name };
    },
  });

  return {
    issueLink: links.issueLink,
    settle: settle.settle,
    sweepAttempts: sweep.sweepAttempts,
    settleDelivery: sweep.settleDelivery,
    quote: async (token) => (await links.open(token, clock.now()))?.quote ?? null,
    startPayment: attempts.startPayment,
    payStatus: attempts.payStatus,
    payOrigins: () => [...new Set(providers.flatMap((each) => each.origins()))],
    revokeLinks: stores.links.revokeAll,

    async receiveWebhook(providerId, raw) {
      const provider = providers.find((each) => each.id === providerId);
      if (!provider) throw new AppError('not_found', 'There is no such payment provider.');
      const now = clock.now();
      const { deliveryKey, paymentId, type } = provider.verify(raw, now);
      const deliveryId = `${providerId}:${deliveryKey}`;
      const isNew = await stores.webhooks.insert({
        _id: deliveryId,
        provider: providerId,
        paymentId: paymentId ?? null,
        type,
        receivedAt: now,
        settledAt: null,
        tries: 0,
      });
      return { deliveryId, isNew };
    },

    async prepare() {
      for (const store of Object.values(stores)) await store.prepare();
    },
  };
}
