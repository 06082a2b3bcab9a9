import type { FetchedFile } from './channel.ts';
import { fileTypeOf, receiptType } from './media-type.ts';

export const FILE_BYTES_MAX = 5 * 1024 * 1024; // a photo of a receipt has less than 1 MB; Twilio's own limit for pictures is 5 MB
const TIMEOUT_MS = 10_000;
const REDIRECTS_MAX = 3;

export interface DownloadRules {
  /** The one origin that may be asked, and the only one that is shown the credentials. */
  from: string;
  /** Hosts that it may send us on to, over https. */
  onTo: readonly string[];
  authorization: string;
  timeoutMs?: number;
}

/**
 * Fetches a file from a provider: never from another place than it names, never more than 5 MB, never longer than 10 s over all redirects.
 * The bytes must be what `said` claims. Never throws.
 */
export async function downloadFile(url: string, said: string, rules: DownloadRules): Promise<FetchedFile> {
  const type = receiptType(said);
  if (type === null) return { outcome: 'refused', why: 'wrong_type' };
  const signal = AbortSignal.timeout(rules.timeoutMs ?? TIMEOUT_MS);
  try {
    const answer = await follow(url, rules, signal);
    if (answer === null) return { outcome: 'refused', why: 'not_allowed' };
    if (answer.status === 404 || answer.status === 410) return { outcome: 'refused', why: 'gone' };
    if (!answer.ok) return { outcome: 'later', code: `http_${answer.status}` };
    const bytes = await readAtMost(answer, FILE_BYTES_MAX);
    if (bytes === null) return { outcome: 'refused', why: 'too_large' };
    if (fileTypeOf(bytes) !== type) return { outcome: 'refused', why: 'lying_type' };
    return { outcome: 'kept', type, bytes };
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
      headers: isTheirs ? { Authorization: rules.authorization } : {},
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
