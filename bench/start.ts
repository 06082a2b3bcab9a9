import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PACKAGE_ROOT } from '../src/data-files.ts';
import { monotonicMs } from '../src/kernel/clock.ts';

const ANSWER_WITHIN_MS = 60_000;

/** Milliseconds from the command of `npm start` on an empty data folder (binary in the cache) to the first answer in the simulator's stream. */
export async function benchStart(env: Record<string, string | undefined>): Promise<number> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'acuerdo-bench-'));
  const port = 30_000 + (process.pid % 20_000);
  const start = monotonicMs();
  const service = spawn('npm', ['start'], {
    cwd: PACKAGE_ROOT,
    env: { ...env, DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'silent' },
    stdio: 'ignore',
    detached: true,
  });
  const base = `http://127.0.0.1:${port}`;
  try {
    const debtors = await untilAnswered(`${base}/simulator/api/debtors`, start);
    const { debtors: all } = (await debtors.json()) as { debtors: { id: string }[] };
    const [first] = all;
    if (!first) throw new Error('the demo has no debtors');
    const url = `${base}/simulator/api/debtors/${encodeURIComponent(first.id)}`;
    const stream = await fetch(`${url}/stream`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await fetch(`${url}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'hola' }),
    });
    await untilBotSpeaks(stream);
    return monotonicMs() - start;
  } finally {
    if (service.pid) process.kill(-service.pid, 'SIGTERM');
    await new Promise((resolve) => service.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }
}

async function untilAnswered(url: string, start: number): Promise<Response> {
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return answer;
    if (monotonicMs() - start > ANSWER_WITHIN_MS) throw new Error('the service did not come up');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function untilBotSpeaks(stream: Response): Promise<void> {
  let heard = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) {
    heard += decoder.decode(chunk as Uint8Array, { stream: true });
    if (/"from":"bot"/.test(heard)) return;
  }
  throw new Error('the stream ended without an answer');
}
