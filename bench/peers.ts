import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE_ROOT } from '../src/data-files.ts';

const run = promisify(execFile);
const FOLDER = path.join(PACKAGE_ROOT, 'bench/peers');
const WITHIN_MS = 15 * 60_000;

export interface PeerSpeed {
  name: string;
  perSecond: number;
}

/**
 * graphile-worker and pg-boss on a PostgreSQL of their own, which is installed first: another package than this one, which nobody else needs.
 * @throws when they cannot be installed or started here
 */
export async function benchPeers(size: { parked: number; due: number }): Promise<PeerSpeed[]> {
  if (!existsSync(path.join(FOLDER, 'node_modules')))
    await run('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund'], { cwd: FOLDER });
  const args = [path.join(FOLDER, 'queues.js'), JSON.stringify(size)];
  const { stdout } = await run(process.execPath, args, { cwd: FOLDER, timeout: WITHIN_MS });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PeerSpeed);
}
