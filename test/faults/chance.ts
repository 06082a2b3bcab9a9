/** Chance that a seed repeats: a failing run is run again with the seed it printed. */
export interface Chance {
  /** 0 ≤ x < 1 */
  next(): number;
  /** Whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True with this probability. */
  once(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A series of its own, so that one part's draws do not move another's. */
  fork(): Chance;
}

/** mulberry32: 32 bits of state, enough to choose victims. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    once: (probability) => next() < probability,
    pick: (items) => {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    fork: () => createChance(between(0, 0xffff_ffff)),
  };
}
