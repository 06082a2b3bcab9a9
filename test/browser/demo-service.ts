import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { newUuid } from '../../src/kernel/ids.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const START_WAIT_MS = 60_000;
const STOP_WAIT_MS = 15_000;

export interface DemoService {
  url: string;
  stop(): Promise<void>;
}

/**
 * The service as a visitor starts it, `acuerdo start`, on a free port and with a database of its own.
 * @param clock where the demo's clock starts, as DEMO_CLOCK takes it
 * @throws Error with what the service printed when it does not come up in a minute
 */
export async function startDemo(clock: string): Promise<DemoService> {
  const folder = mkdtempSync(path.join(tmpdir(), 'acuerdo-demo-'));
  const child = spawn(process.execPath, ['src/cli/acuerdo.js', 'start'], {
    cwd: ROOT,
    env: { ...cleanEnv(), ...databaseOf(folder), DEMO: 'on', DEMO_CLOCK: clock, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => printed.push(line));
  const exited = once(child, 'exit');

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const hurry = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
    if (child.exitCode === null) await exited;
    clearTimeout(hurry);
    rmSync(folder, { recursive: true, force: true });
  }

  const url = await new Promise<string | null>((resolve) => {
    const late = setTimeout(() => resolve(null), START_WAIT_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      const address = /(https?:\/\/[^\s/]+)\/simulator/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
    child.once('exit', () => {
      clearTimeout(late);
      resolve(null);
    });
  });
  if (url !== null) return { url, stop };
  await stop();
  throw new Error(`The service did not come up:\n${printed.join('\n')}`);
}

/** Settings of whoever runs the tests are not settings of the service. */
function cleanEnv(): Record<string, string | undefined> {
  const { NODE_ENV, MONGODB_URI, PUBLIC_URL, ROLES, NODE_OPTIONS, PAYMENT_PROVIDER, ...env } = process.env;
  return env;
}

/** A database of the run's replica set under jest; the embedded one elsewhere. */
function databaseOf(folder: string): Record<string, string> {
  const server = process.env['MONGODB_TEST_URI'];
  if (server === undefined) return { DATA_DIR: folder };
  const url = new URL(server);
  url.pathname = `/demo-${newUuid()}`;
  return { DATA_DIR: folder, MONGODB_URI: url.toString() };
}
