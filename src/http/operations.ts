import express, { type Router } from 'express';
import type { Log } from '../kernel/log.ts';
import { answerFailure, noSuchRoute } from './failure.ts';
import { setHeaders } from './headers.ts';
import { createHealthRoutes, type Health } from './health.ts';
import { createListener, type Listener } from './listener.ts';

export interface OperationsInput {
  health: Health;
  metrics: Router;
  log: Log;
}

/** What operators ask a process of any role: `/health` and `/metrics`, on a port of its own that no debtor and no provider reaches. */
export function createOperations({ health, metrics, log }: OperationsInput): Listener {
  const web = express();
  web.disable('x-powered-by');
  web.use(setHeaders);
  web.use('/health', createHealthRoutes(health));
  web.use('/metrics', metrics);
  web.use(noSuchRoute);
  web.use(answerFailure(log.child({ room: 'http' })));
  return createListener(web, 'METRICS_PORT');
}
