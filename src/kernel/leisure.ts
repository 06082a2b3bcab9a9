import { type Clock, monotonicMs } from './clock.ts';

const REST_PER_WORK = 4; // a fifth of the time is plenty for what nobody waits for, and answers come from the same process and database

/** How long work is done that nobody waits for: slowly, and no further than the signal allows. */
export interface Leisure {
  clock: Pick<Clock, 'sleep'>;
  signal: AbortSignal;
}

/**
 * Hands out the pieces of a long work one by one, and rests after each four times as long as it took. Without `leisure` they come as fast as they are
 * asked for. Ends early when the signal aborts.
 */
export async function* atLeisure<Piece>(
  pieces: AsyncIterable<Piece>,
  leisure: Leisure | undefined,
): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    if (leisure?.signal.aborted) return;
    const beganMs = monotonicMs();
    yield piece;
    await leisure?.clock.sleep((monotonicMs() - beganMs) * REST_PER_WORK, leisure.signal);
  }
}
