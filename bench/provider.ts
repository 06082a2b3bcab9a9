import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monotonicMs } from '../src/kernel/clock.ts';

export type Provider = Awaited<ReturnType<typeof openProvider>>;

/** A provider that takes every message after a while and remembers when, by the phone it was for. Scripted failures are the tests' matter: test/fakes/twilio.ts. */
export async function openProvider() {
  const taken = new Map<string, { count: number; firstAtMs: number }>();
  let expected = new Set<string>();
  let onAll = () => {};
  let latencyMs = 0;
  let total = 0;

  const areAllTaken = () => taken.size >= expected.size && [...expected].every((phone) => taken.has(phone));

  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const form = new URLSearchParams(body);
    const to = form.get('To') ?? '';
    const known = taken.get(to);
    if (known) known.count += 1;
    else if (expected.has(to)) taken.set(to, { count: 1, firstAtMs: monotonicMs() });
    total += 1;
    const sid = `SM${String(total).padStart(32, '0')}`;
    res.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ sid, status: 'queued', to }));
    if (areAllTaken()) onAll();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What each expected phone got. */
    taken: taken as ReadonlyMap<string, { count: number; firstAtMs: number }>,
    answerAfter(ms: number): void {
      latencyMs = ms;
    },
    /** From now only what these phones get is looked at. @param from `now`: what they got before does not count */
    expect(phones: Iterable<string>, from: 'now' | 'the start' = 'now'): void {
      expected = new Set(phones);
      if (from === 'now') taken.clear();
    },
    /** Resolves when every expected phone got something, or the time is up. @returns how many did */
    async untilAllTaken(withinMs: number): Promise<number> {
      if (!areAllTaken()) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, withinMs);
          onAll = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        onAll = () => {};
      }
      return taken.size;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
