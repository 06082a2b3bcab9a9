import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { digest, newUuid } from '../kernel/ids.ts';

export const LOOPBACK = '127.0.0.1';
const FIRST = 20_000; // below the range from which Linux (32768) and macOS (49152) take ports for outgoing connections
const COUNT = 10_000;

/**
 * The port written in `file`; the first time, a free one is chosen and kept there. Two processes that ask at once get the same answer.
 * @param isWrong the port on file has turned out to be a stranger's: choose another one.
 */
export async function rememberedPort(file: string, isWrong = false): Promise<number> {
  const known = await portIn(file);
  if (known !== null && !isWrong) return known;
  await mkdir(path.dirname(file), { recursive: true });
  const port = await freePort(file, known);
  const draft = `${file}.${newUuid()}`;
  await writeFile(draft, `${port}\n`);
  if (isWrong) {
    await rename(draft, file);
    return port;
  }
  await link(draft, file).catch((err: NodeJS.ErrnoException) => {
    if (err.code !== 'EEXIST') throw err;
  });
  await rm(draft, { force: true });
  return (await portIn(file)) ?? port;
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

async function portIn(file: string): Promise<number | null> {
  const port = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return port > 0 && port < 65_536 ? port : null;
}

/** Begins at a place that the path decides, so that two folders rarely compete for one port. */
async function freePort(seed: string, not: number | null): Promise<number> {
  const start = Number.parseInt(digest(seed).slice(0, 8), 16);
  for (let i = 0; i < COUNT; i += 1) {
    const port = FIRST + ((start + i) % COUNT);
    if (port !== not && (await isFree(port))) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${FIRST + COUNT}`);
}
