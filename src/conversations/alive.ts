/** How often a process says that it lives, and looks whether the others do. */
export const BEAT_MS = 2_000;

/**
 * Looks in a row, each at least `BEAT_MS` after the one before, that see no new beat: 12 s, four times as long as an event loop that stands still for
 * want of memory or under a heavy import was seen to. Looks are counted rather than time, so that no clock is compared with another, and a watcher that
 * was stopped itself, or whose database was away, has seen nothing meanwhile.
 */
export const LOOKS_MAX = 6;

/**
 * For how long after a beat that arrived its process may act. Less than `BEAT_MS * LOOKS_MAX` by 4 s, for what lies between the last check and the
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

/** A life as it stands in the database. */
export interface Beats {
  id: string;
  beats: number;
}

/** What a watcher saw of each: the beat, and how many looks later it was still the same. */
export type Watched = ReadonlyMap<string, { beats: number; unmoved: number }>;

/** One more look. Who is not there any more is forgotten. Pure. */
export function watch(before: Watched, living: readonly Beats[]): Watched {
  return new Map(
    living.map(({ id, beats }) => {
      const last = before.get(id);
      return [id, { beats, unmoved: last?.beats === beats ? last.unmoved + 1 : 0 }];
    }),
  );
}

/** Those whose heart has stopped. Pure. */
export const stopped = (watched: Watched): Beats[] =>
  [...watched].flatMap(([id, { beats, unmoved }]) => (unmoved >= LOOKS_MAX ? [{ id, beats }] : []));
