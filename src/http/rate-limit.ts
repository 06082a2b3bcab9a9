import { monotonicMs } from '../kernel/clock.ts';

const WINDOW_MS = 60_000;
const KEYS_MAX = 10_000; // about 1 MB; the oldest are forgotten first

/** Counts per key in fixed windows of a minute, in this process. @returns whether one more is allowed. */
export function createRateLimit(perMinute: number, nowMs: () => number = monotonicMs): (key: string) => boolean {
  const windows = new Map<string, { startedMs: number; count: number }>();
  return (key) => {
    const now = nowMs();
    const window = windows.get(key);
    if (window && now - window.startedMs < WINDOW_MS) {
      window.count += 1;
      return window.count <= perMinute;
    }
    windows.delete(key); // so that it goes to the end of the order
    if (windows.size >= KEYS_MAX) for (const oldest of windows.keys()) if (windows.delete(oldest)) break;
    windows.set(key, { startedMs: now, count: 1 });
    return true;
  };
}
