const HINTS_MAX = 5_000; // what is more is found by looking

/**
 * What this process has made due itself and therefore need not ask the database for. Hints and no more: they may be lost, late or wrong, and what is not
 * among them is found by looking. Where nobody ever takes them (a process of other roles), none are kept.
 */
export function createHints<Key, About>() {
  const hints = new Map<Key, { about: About; at: number }>();
  let isAsked = false;
  return {
    /** Due from `at`; a second hint for the same key takes the place of the first. */
    add(key: Key, at: Date, about: About): void {
      if (isAsked && (hints.size < HINTS_MAX || hints.has(key))) hints.set(key, { about, at: at.getTime() });
    },
    /** Those that are due, the earliest given first, at most so many: they are no hints any more. */
    take(now: Date, max: number, isWanted: (key: Key, about: About) => boolean = () => true): [Key, About][] {
      isAsked = true;
      const taken: [Key, About][] = [];
      for (const [key, { about, at }] of hints) {
        if (taken.length >= max) break;
        if (at > now.getTime() || !isWanted(key, about)) continue;
        taken.push([key, about]);
        hints.delete(key);
      }
      return taken;
    },
    drop(key: Key): void {
      hints.delete(key);
    },
    /** When the next one is due; null when there is none. */
    next(): Date | null {
      let first = Number.POSITIVE_INFINITY;
      for (const { at } of hints.values()) first = Math.min(first, at);
      return Number.isFinite(first) ? new Date(first) : null;
    },
  };
}
