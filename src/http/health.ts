import { Router } from 'express';
import { type Clock, systemClock } from '../kernel/clock.ts';

/** Answers null when it is well, and otherwise what is wrong, in a few words for an operator. */
export type HealthCheck = () => Promise<string | null>;

export interface Readiness {
  ready: boolean;
  reasons: string[];
  /** What is wrong and can be borne with: it takes messages all the same. Absent: nothing. */
  degraded?: string[];
}

export interface Health {
  readiness(): Promise<Readiness>;
  /** From now on the checks decide. */
  started(): void;
  /** From now on never ready: the balancer sends no more. */
  stopping(): void;
}

const CHECK_TIMEOUT_MS = 2000;

/** @param bearable names of checks that a process may fail and still be sent requests */
export function createHealth(
  checks: Record<string, HealthCheck>,
  clock: Pick<Clock, 'sleep'> = systemClock,
  bearable: readonly string[] = [],
): Health {
  let phase: 'starting' | 'running' | 'stopping' = 'starting';

  async function reasonOf([name, check]: [string, HealthCheck]): Promise<string | null> {
    const timer = new AbortController();
    const tooLong = clock.sleep(CHECK_TIMEOUT_MS, timer.signal).then(() => `no answer within ${CHECK_TIMEOUT_MS} ms`);
    const wrong = await Promise.race([check().catch(() => 'failed'), tooLong]);
    timer.abort();
    return wrong === null ? null : `${name}: ${wrong}`;
  }

  return {
    async readiness() {
      if (phase !== 'running') return { ready: false, reasons: [phase] };
      const found = await Promise.all(Object.entries(checks).map(reasonOf));
      const wrong = found.filter((reason) => reason !== null);
      const isBearable = (reason: string) => bearable.some((name) => reason.startsWith(`${name}: `));
      const reasons = wrong.filter((reason) => !isBearable(reason));
      const degraded = wrong.filter(isBearable);
      return { ready: reasons.length === 0, reasons, ...(degraded.length > 0 && { degraded }) };
    },
    started: () => {
      phase = 'running';
    },
    stopping: () => {
      phase = 'stopping';
    },
  };
}

/** `/health/live`: the process answers. `/health/ready`: it can do its work, or why not. */
export function createHealthRoutes(health: Health): Router {
  const router = Router();
  router.get('/live', (_req, res) => void res.json({ live: true }));
  router.get('/ready', async (_req, res) => {
    const readiness = await health.readiness();
    res.status(readiness.ready ? 200 : 503).json(readiness);
  });
  return router;
}
