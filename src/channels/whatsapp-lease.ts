import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { LeaseStore } from './whatsapp-lease-store.ts';

/** A holder that dies keeps the number for so long; a holder that cannot reach the database lets go before that. */
export const LEASE_MS = 15_000;
const LET_GO_BEFORE_MS = 3_000; // to end the socket before another process opens its own

export interface LeaseInput {
  leases: LeaseStore;
  number: string;
  /** This process. */
  owner: string;
  leaseMs: number;
  machine: Clock;
  log: Log;
  /** While it is held, at every renewal. */
  onBeat(): Promise<void>;
}

/**
 * Does `work` whenever this process holds the number, until the signal aborts. Everybody else stands by, and one of them takes over when the
 * lease has lapsed. `work` ends when its own signal aborts: the lease is gone, or we are stopping.
 */
export async function whileHolding(
  input: LeaseInput,
  signal: AbortSignal,
  work: (fence: number, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const { leases, number, owner, leaseMs, machine, log } = input;
  while (!signal.aborted) {
    const takenAt = machine.now();
    const fence = await leases.take(number, owner, takenAt, leaseMs).catch(() => null); // no database: nobody can hold it
    if (fence === null) {
      await machine.sleep(leaseMs / 3, signal);
      continue;
    }
    log.info({ fence }, 'whatsapp.lease_taken');
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const keeping = keep(input, fence, takenAt, stop).then(() => over.abort());
    try {
      await work(fence, stop);
    } catch (err) {
      log.error({ err }, 'whatsapp.session_failed');
      await machine.sleep(leaseMs / 3, stop);
    } finally {
      over.abort();
      await keeping;
      await leases.release(number, fence).catch(() => undefined); // it lapses by itself
    }
  }
}

/** Renews until it is somebody else's, or too old to be sure that it is not. */
async function keep(input: LeaseInput, fence: number, takenAt: Date, stop: AbortSignal): Promise<void> {
  const { leases, number, leaseMs, machine, log } = input;
  let until = takenAt.getTime() + leaseMs;
  const margin = Math.min(LET_GO_BEFORE_MS, leaseMs / 3);
  for (;;) {
    await machine.sleep(leaseMs / 5, stop);
    if (stop.aborted) return;
    const now = machine.now();
    try {
      const isOurs = await withinMs(leases.renew(number, fence, now, leaseMs), until - margin - now.getTime(), machine);
      if (!isOurs) break;
      until = now.getTime() + leaseMs;
      await input.onBeat();
    } catch (err) {
      log.warn({ err }, 'whatsapp.lease_not_renewed');
      if (machine.now().getTime() >= until - margin) break;
    }
  }
  log.error({ fence }, 'whatsapp.lease_lost');
}

/** A database that hangs must not make us believe in a lease that has lapsed. */
async function withinMs(renewed: Promise<boolean>, ms: number, machine: Clock): Promise<boolean> {
  const timer = new AbortController();
  const late = machine.sleep(Math.max(0, ms), timer.signal).then(() => false);
  try {
    return await Promise.race([renewed, late]);
  } finally {
    timer.abort();
    renewed.catch(() => undefined);
  }
}
