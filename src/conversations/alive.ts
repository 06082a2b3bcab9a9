/** How often a process says that it lives, and looks whether the others do. */
export const BEAT_MS = 2_000;

/**
 * Looks that see no new beat, until a process is dead: 11.4 s at least, since two of them count only when they lie `MISS_MS` apart by the database's one
 * clock. Looks are counted rather than time: while the database stands still, or all machines sleep, nobody looks and nobody dies. They are counted in
 * the database, whoever looks, since in bad times the watchers die too before they have seen enough. An event loop stands still for 3 s at a bad moment.
 */
export const MISSES_MAX = 6;
export const MISS_MS = 1_900; // a little less than between two looks of one watcher

/**
 * For how long after a beat that arrived its process may act. Less than `MISS_MS * MISSES_MAX` by 3.4 s, for what lies between the last check and the
 * bytes on the wire.
 */
export const FRESH_MS = 8_000;

/** How long the dead are remembered: longer than any lease (60 s), though it was written by a clock that is minutes ahead. */
export const REMEMBERED_MS = 600_000;

/**
 * Who this process is to the others. A life is one incarnation: a process that was taken for dead (stopped, cut off, asleep) is so for good, and goes
 * on under a new one, so that what it held in the old one is never mistaken for what it holds now.
 */
export interface Presence {
  /** Written on all that it takes. Null while it has none: what it takes then is free when its time is over, and not before. */
  life(): string | null;
  /** All that it had. */
  lives(): readonly (string | null)[];
  /** Lives that are over, its own among them: what is marked with one is nobody's. */
  dead(): readonly string[];
  /** Whether nobody can have taken over what it took in that life. Asks nobody. */
  mayAct(life: string | null): boolean;
}

/** Without a heartbeat: time alone frees what it held. */
export const TIME_ALONE: Presence = { life: () => null, lives: () => [null], dead: () => [], mayAct: () => true };
