import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';

/**
 * What `work` answers, when it does so within `ms`. What is given up may still happen: for work that may be done twice.
 * @throws AppError database_unavailable when it does not, which a provider is told as 503
 */
export async function inTime<T>(work: Promise<T>, ms: number, clock: Pick<Clock, 'sleep'>): Promise<T> {
  const waited = new AbortController();
  const late = clock.sleep(ms, waited.signal).then((): null => null);
  work.catch(() => undefined); // after it was given up nobody listens
  try {
    const answer = await Promise.race([work.then((value) => ({ value })), late]);
    if (answer) return answer.value;
    throw new AppError('database_unavailable', `The database did not answer within ${ms / 1000} s.`);
  } finally {
    waited.abort('over'); // without a reason an error is made, stack and all
  }
}
