import { expect, test } from '@jest/globals';
import { sweepsOf } from '../../src/jobs/schedule.ts';
import { systemClock } from '../../src/kernel/clock.ts';

test('each sweep of the table calls its room, once', async () => {
  const called: string[] = [];
  const say = (what: string) => async () => called.push(what);
  const sweeps = sweepsOf(
    {
      conversations: {
        sweepFollowups: say('sweepFollowups'),
        sweepStale: say('sweepStale'),
        reconcile: say('reconcile'),
        sweepIdle: say('sweepIdle'),
        sweepFiles: say('sweepFiles'),
        planAll: say('planAll'),
      },
      lookForMissed: say('lookForMissed'),
      payments: { sweepAttempts: say('sweepAttempts') },
      ledger: {
        compareHeads: async () => {
          called.push('compareHeads');
          return { checked: 0, mended: 0 };
        },
      },
    },
    systemClock,
  );
  for (const sweep of sweeps) await sweep.run(new AbortController().signal);
  expect(called).toEqual([
    'sweepFollowups',
    'sweepStale',
    'reconcile',
    'sweepIdle',
    'sweepFiles',
    'sweepAttempts',
    'planAll',
    'compareHeads',
    'lookForMissed',
  ]);
  expect(new Set(sweeps.map(({ name }) => name)).size).toBe(sweeps.length);
});
