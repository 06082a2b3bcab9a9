import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PACKAGE_ROOT } from '../src/data-files.ts';
import { monotonicMs } from '../src/kernel/clock.ts';
import { ACCOUNT } from '../test/fakes/twilio.ts';

const UP_WITHIN_MS = 60_000;
export const PUBLIC_URL = 'https://bench.example.com';

export interface Child {
  url: string;
  /** Memory that the process holds now, as the kernel counts it. */
  residentMb(): number;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The service as it runs, in a process of its own. @param env over what every bench service is given */
export function startService(env: Record<string, string | undefined>): Promise<Child> {
  return startChild(['src/cli/acuerdo.js', 'start'], {
    DEMO: 'off',
    PAYMENT_PROVIDER: 'sandbox',
    PUBLIC_URL,
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_SMS_FROM: ACCOUNT.smsFrom,
    LOG_LEVEL: 'silent',
    ...env,
  });
}

/** Runs a script that listens on PORT, and waits until it does. */
export async function startChild(args: string[], env: Record<string, string | undefined>): Promise<Child> {
  const port = await freePort();
  const child = spawn(process.execPath, args, {
    cwd: PACKAGE_ROOT,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const url = `http://127.0.0.1:${port}`;
  await untilUp(url, child, () => errors);
  return {
    url,
    residentMb: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function untilUp(url: string, child: ChildProcess, errors: () => string): Promise<void> {
  const start = monotonicMs();
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${errors()}`);
    if (monotonicMs() - start > UP_WITHIN_MS) throw new Error('it did not come up');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
