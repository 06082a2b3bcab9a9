import { expect, test } from '@jest/globals';
import { monotonicMs, systemClock } from '../../src/kernel/clock.ts';
import { atLeisure } from '../../src/kernel/leisure.ts';

async function* pieces(count: number) {
  for (let n = 0; n < count; n += 1) yield n;
}

/** Notes how long it is asked to sleep, and does not. */
function impatient() {
  const rests: number[] = [];
  return { rests, sleep: async (ms: number) => void rests.push(ms) };
}

test('rests four times as long as each piece took', async () => {
  const clock = impatient();
  const workedMs: number[] = [];
  for await (const _ of atLeisure(pieces(3), { clock, signal: new AbortController().signal })) {
    const beganMs = monotonicMs();
    await systemClock.sleep(5);
    workedMs.push(monotonicMs() - beganMs);
  }
  expect(clock.rests).toHaveLength(3);
  for (const [n, rest] of clock.rests.entries()) {
    expect(rest).toBeGreaterThanOrEqual((workedMs[n] ?? 0) * 4);
    expect(rest).toBeLessThan((workedMs[n] ?? 0) * 4 + 100);
  }
});

test('ends after the piece in which the signal aborts', async () => {
  const stopping = new AbortController();
  const got: number[] = [];
  for await (const piece of atLeisure(pieces(10), { clock: impatient(), signal: stopping.signal })) {
    got.push(piece);
    if (piece === 3) stopping.abort();
  }
  expect(got).toEqual([0, 1, 2, 3]);
});

test('without leisure nothing is waited for', async () => {
  const got: number[] = [];
  for await (const piece of atLeisure(pieces(4), undefined)) got.push(piece);
  expect(got).toEqual([0, 1, 2, 3]);
});
