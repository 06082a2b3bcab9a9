import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** Faults that a test of `npm test` shows, since they need no processes to be killed. */
export interface ShownElsewhere {
  faults: readonly number[];
  file: string;
  test: string;
}

export const shownElsewhere: readonly ShownElsewhere[] = [
  {
    faults: [26],
    file: 'test/channels/whatsapp-client.test.ts',
    test: 'after 503 it comes back by itself on a new socket, and what was written meanwhile is heard once',
  },
  { faults: [26], file: 'test/channels/whatsapp-client.test.ts', test: '440 stops it' },
  {
    faults: [27],
    file: 'test/channels/whatsapp-client.test.ts',
    test: 'an encrypted message is heard once, and only then receipted',
  },
  {
    faults: [28],
    file: 'test/channels/whatsapp-client.test.ts',
    test: 'two processes, one number: one stands by, and takes over when the other is gone',
  },
  {
    faults: [29],
    file: 'test/jobs/agenda.test.ts',
    test: 'a process that boots while a sweep runs does not free its lock',
  },
  {
    faults: [30],
    file: 'test/jobs/agenda.test.ts',
    test: 'a lock that a killed process left is taken over when its time is up',
  },
  {
    faults: [33],
    file: 'test/sending/late-replies.test.ts',
    test: 'an opt-out that is heard between the look and the send stops what it forbids',
  },
];

/** Those whose test is not there under that name: a table that points nowhere is worth nothing. */
export const pointingNowhere = (): ShownElsewhere[] =>
  shownElsewhere.filter(({ file, test }) => !readFileSync(path.join(ROOT, file), 'utf8').includes(test));
