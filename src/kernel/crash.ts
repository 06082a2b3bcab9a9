/** A named point at which a test may kill the process: between two writes, where a crash hurts most. */
export type CrashPoint = (name: string) => void;

export const noCrash: CrashPoint = () => undefined;

/**
 * Kills this process with SIGKILL at a point's n-th passing: no handler runs, nothing is flushed.
 * @param at `name` or `name:n`, n from 1; null: never
 */
export function createCrashPoint(at: string | null, kill = () => process.kill(process.pid, 'SIGKILL')): CrashPoint {
  if (at === null) return noCrash;
  const [wanted, nth = '1'] = at.split(':');
  let left = Number(nth);
  return (name) => {
    if (name !== wanted) return;
    left -= 1;
    if (left === 0) kill();
  };
}
