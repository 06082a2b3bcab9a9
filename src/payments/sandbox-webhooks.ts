import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { signBody } from './signature.ts';

/** Milliseconds before each new try of a webhook that was not answered with 2xx. */
export const RETRY_DELAYS_MS = [1000, 5000, 30_000, 120_000, 600_000];
const ANSWER_TIMEOUT_MS = 10_000;

interface SenderInput {
  secret: string;
  clock: Clock;
  log: Log;
  retryDelaysMs?: readonly number[];
}

/** Sends webhooks over real HTTP, signed anew on each try, as the big providers do. What a stop interrupts is found by our sweeper. */
export function createWebhookSender({ secret, clock, log, retryDelaysMs = RETRY_DELAYS_MS }: SenderInput) {
  const stopping = new AbortController();
  const underWay = new Set<Promise<boolean>>();

  async function deliver(url: string, event: { id: string }): Promise<boolean> {
    const body = JSON.stringify(event);
    for (const delayMs of [...retryDelaysMs, null]) {
      if (await post(url, body)) return true;
      if (delayMs === null) break;
      await clock.sleep(delayMs, stopping.signal);
      if (stopping.signal.aborted) return false;
    }
    log.warn({ event: event.id }, 'sandbox webhook given up');
    return false;
  }

  async function post(url: string, body: string): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sandbox-signature': signBody(secret, body, clock.now()) },
        body,
        redirect: 'error',
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (!response.ok) log.warn({ status: response.status }, 'sandbox webhook refused');
      return response.ok;
    } catch (err) {
      if (!stopping.signal.aborted) log.warn({ err }, 'sandbox webhook not delivered');
      return false;
    }
  }

  return {
    /** Resolves when it was delivered, given up or stopped; never rejects. */
    send(url: string, event: { id: string }): Promise<boolean> {
      const sent = deliver(url, event).finally(() => underWay.delete(sent));
      underWay.add(sent);
      return sent;
    },
    /** Resolves when nothing is on its way. */
    async idle(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}
