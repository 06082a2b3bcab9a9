import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Channel, DeliveryStatus, OutboundMessage, SendResult } from './channel.ts';

const LENGTH_MAX = 4096; // as WhatsApp's text body
const SENT_AFTER_MS = 150; // after the sender has written down our id, so that the report finds its row
const DELIVERED_AFTER_MS = 450;

/** How the phone network of the demo behaves, so that a test can make it late or make it fail. */
export interface SimulatedNetwork {
  sentAfterMs: number;
  deliveredAfterMs: number;
  /** What becomes of one message; null is the ordinary way: accepted, then sent, then delivered. `undelivered` is accepted and then fails. */
  fate(message: OutboundMessage): SendResult | 'undelivered' | null;
}

/** The provider's name of a message. Derived from the row's id, so that every process, and the page that shows it, knows it without being told. */
export const simulatorProviderId = (outboxId: string): string => `sim:${outboxId}`;

/**
 * A phone that is a web page. The page reads the transcript, so sending needs no more than an id; reports of delivery are made up a moment
 * later and handed to `onStatus`. Nothing is kept in memory: a process that dies between accepted and delivered leaves a message that is
 * accepted, and the page's `read` raises it later.
 */
export function createSimulatorChannel(input: {
  clock: Clock;
  log: Log;
  onStatus: (providerId: string, status: DeliveryStatus) => Promise<void>;
  network?: Partial<SimulatedNetwork>;
  /** Reports that are still to come are dropped when it aborts. */
  stopping?: AbortSignal;
}): Channel {
  const network = {
    sentAfterMs: SENT_AFTER_MS,
    deliveredAfterMs: DELIVERED_AFTER_MS,
    fate: () => null,
    ...input.network,
  };

  async function report(providerId: string, last: 'delivered' | 'failed'): Promise<void> {
    const steps = [
      [network.sentAfterMs, 'sent'],
      [network.deliveredAfterMs, last],
    ] as const;
    for (const [afterMs, status] of steps) {
      await input.clock.sleep(afterMs); // no listener a message on the signal: half a second is soon over
      if (input.stopping?.aborted) return;
      await input.onStatus(providerId, status);
    }
  }

  return {
    id: 'simulator',
    medium: 'whatsapp',
    capabilities: { buttons: true, lengthMax: LENGTH_MAX },
    async send(message) {
      if (message.text.length > LENGTH_MAX) return { outcome: 'refused', code: 'text_too_long' };
      const fate = network.fate(message);
      if (fate !== null && fate !== 'undelivered') return fate;
      const providerId = simulatorProviderId(message.id);
      report(providerId, fate === 'undelivered' ? 'failed' : 'delivered').catch((err) =>
        input.log.warn({ err, providerId }, 'simulator.report_failed'),
      );
      return { outcome: 'accepted', providerId };
    },
  };
}
