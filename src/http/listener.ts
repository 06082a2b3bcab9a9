import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';

export interface Listener {
  server: Server;
  /** @returns the port, which for 0 is a free one. @throws AppError port_taken */
  listen(port: number): Promise<number>;
  /** Takes no more requests and waits for those under way, at most 5 s. */
  close(): Promise<void>;
}

const CLOSE_WAIT_MS = 5000;

/** @param variable of the configuration that chooses the port, for whoever finds it taken */
export function createListener(answer: RequestListener, variable: 'PORT' | 'METRICS_PORT'): Listener {
  const server = createServer(answer);
  return {
    server,
    listen: (port) => listen(server, port, variable),
    close: () => closeServer(server, systemClock),
  };
}

function listen(server: Server, port: number, variable: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (err: NodeJS.ErrnoException) => {
      if (err.code !== 'EADDRINUSE') return reject(err);
      const message = `Port ${port} is taken by another program. Stop it, or set ${variable} to a free port (${variable}=0 takes any).`;
      reject(new AppError('port_taken', message, { cause: err, details: { port } }));
    });
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const waiting = new AbortController();
  await Promise.race([closed, clock.sleep(CLOSE_WAIT_MS, waiting.signal)]);
  waiting.abort();
  server.closeAllConnections(); // open streams, and browsers that hold on
  await closed;
}
