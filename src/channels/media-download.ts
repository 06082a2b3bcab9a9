import type { FetchedFile } from './channel.ts';
import { FILE_BYTES_MAX, judgeFile, receiptType } from './media-type.ts';

const TIMEOUT_MS = 10_000;
const REDIRECTS_MAX = 3;

export interface DownloadRules {
  /** The one origin that may be asked, and the only one that is shown the headers. */
  from: string;
  /** Hosts that it may send us on to, over https. */
  onTo: readonly string[];
  /** Who we are. */
  headers: Readonly<Record<string, string>>;
  timeoutMs?: number;
}

export type FetchedBytes = { outcome: 'fetched'; bytes: Uint8Array } | Exclude<FetchedFile, { outcome: 'kept' }>;

/** Fetches a file from a provider. The bytes must be what `said` claims. Never throws. */
export async function downloadFile(url: string, said: string, rules: DownloadRules): Promise<FetchedFile> {
  if (receiptType(said) === null) return { outcome: 'refused', why: 'wrong_type' };
  const fetched = await fetchBytes(url, FILE_BYTES_MAX, rules);
  return fetched.outcome === 'fetched' ? judgeFile(fetched.bytes, said) : fetched;
}

/** Asks no other place than the rules name, reads no more than so many bytes, and takes no longer than 10 s over all redirects. Never throws. */
export async function fetchBytes(url: string, bytesMax: number, rules: DownloadRules): Promise<FetchedBytes> {
  const signal = AbortSignal.timeout(rules.timeoutMs ?? TIMEOUT_MS);
  try {
    const answer = await follow(url, rules, signal);
    if (answer === null) return { outcome: 'refused', why: 'not_allowed' };
    if (!answer.ok) await answer.body?.cancel();
    if (answer.status === 404 || answer.status === 410) return { outcome: 'refused', why: 'gone' };
    if (!answer.ok) return { outcome: 'later', code: `http_${answer.status}` };
    const bytes = await readAtMost(answer, bytesMax);
    return bytes === null ? { outcome: 'refused', why: 'too_large' } : { outcome: 'fetched', bytes };
  } catch {
    return { outcome: 'later', code: signal.aborted ? 'timeout' : 'unreachable' }; // the raw error may name the address
  }
}

/** @returns null where it leads to a place that may not be asked */
async function follow(first: string, rules: DownloadRules, signal: AbortSignal): Promise<Response | null> {
  let url = URL.canParse(first) ? new URL(first) : null;
  if (url?.origin !== rules.from) return null;
  for (let hops = 0; url && hops <= REDIRECTS_MAX; hops += 1) {
    const isTheirs = url.origin === rules.from;
    if (!isTheirs && !(url.protocol === 'https:' && url.port === '' && rules.onTo.includes(url.hostname))) return null;
    const answer = await fetch(String(url), {
      redirect: 'manual',
      signal,
      headers: isTheirs ? rules.headers : {},
    });
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || location === null) return answer;
    await answer.body?.cancel();
    url = URL.canParse(location, url.href) ? new URL(location, url) : null;
  }
  return null;
}

/** @returns null as soon as it is more than `max` bytes: the rest is never read */
async function readAtMost(answer: Response, max: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const isTold = Number(answer.headers.get('content-length')) > max;
  if (isTold) await answer.body?.cancel();
  if (isTold) return null;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > max) return null; // leaving the loop cancels the stream
    parts.push(part);
  }
  return Buffer.concat(parts);
}
