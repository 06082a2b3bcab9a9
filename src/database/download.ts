import { mkdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Env, Progress } from './program.ts';

const SITE = 'https://fastdl.mongodb.org';
const PROBE_MS = 2000; // the library takes 7 s to give up where there is no network

/**
 * mongodb-memory-server's own download into `cacheDir`, or what it downloaded before.
 * @throws Error when the site does not answer, or the platform has no build.
 */
export async function downloadFromMongodb(cacheDir: string, env: Env, progress: Progress): Promise<string> {
  // loaded here only, since it brings a database driver of its own and most starts find the binary before this
  const { DryMongoBinary, MongoBinary } = await import('mongodb-memory-server-core');
  const options = { downloadDir: cacheDir };
  const present = await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions(options));
  if (present !== undefined) return present;
  const site = new URL(env['MONGOMS_DOWNLOAD_URL'] || env['MONGOMS_DOWNLOAD_MIRROR'] || SITE);
  const fault = await probe(site, env);
  if (fault !== null) throw new Error(`${site.host} does not answer (${fault})`);
  progress(`Downloading MongoDB from ${site.host}; this happens once…`);
  await mkdir(cacheDir, { recursive: true });
  return await MongoBinary.getPath(options);
}

/** Asks once, briefly, through the proxy when there is one. @returns why not, or null when the site can be reached. */
function probe(site: URL, env: Env): Promise<string | null> {
  const proxy = env['HTTPS_PROXY'] || env['https_proxy'];
  const isTls = site.protocol === 'https:';
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PROBE_MS);
    const request = proxy
      ? httpRequest(proxy, { method: 'CONNECT', path: `${site.hostname}:${site.port || (isTls ? 443 : 80)}`, signal })
      : (isTls ? httpsRequest : httpRequest)(site, { method: 'HEAD', signal });
    const answered = (status: number) => {
      resolve(proxy && status !== 200 ? `the proxy says ${status}` : null);
      request.destroy();
    };
    request.on('connect', (response) => answered(response.statusCode ?? 0));
    request.on('response', (response) => answered(response.statusCode ?? 0));
    request.on('error', (err: NodeJS.ErrnoException) =>
      resolve(signal.aborted ? `no answer in ${PROBE_MS / 1000} s` : (err.code ?? err.message)),
    );
    request.end();
  });
}
