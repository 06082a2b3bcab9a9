import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Debtor, Evidence } from './evidence.ts';
import { allReceived, type FaultCase, must, pause, postedBy, Skipped, writeAll } from './fault-case.ts';
import type { World } from './world.ts';

/** Three rounds of messages, while something is done to the database. */
async function talkWhile(
  world: World,
  owner: string,
  disturb: (debtors: Debtor[]) => Promise<void>,
  count = 8,
): Promise<void> {
  const debtors = world.adopt(owner, count);
  const talking = (async () => {
    for (const text of ['hola', '1234', 'saldo']) {
      await writeAll(world, debtors, text);
      await pause(2_500);
    }
  })();
  await Promise.all([talking, disturb(debtors)]);
}

const allAcknowledged: NonNullable<FaultCase['after']> = (
  _world: World,
  evidence: Evidence,
  mine: readonly Debtor[],
) => {
  const lost = postedBy(evidence, mine).filter(({ ackedAt }) => ackedAt === null);
  must(lost.length === 0, `${lost.length} messages were never acknowledged`);
};

/** Injects into system calls of mongod until it is ended. @throws Skipped where strace is missing or not allowed */
async function strace(world: World, inject: string): Promise<ChildProcess> {
  const args = [
    '-f',
    '-q',
    '-o',
    '/dev/null',
    '-p',
    String(world.replica.pid()),
    '-e',
    'trace=fdatasync,fsync',
    '-e',
    inject,
  ];
  const tracer = spawn('strace', args, { stdio: 'ignore' });
  const failed = Promise.race([once(tracer, 'error'), once(tracer, 'exit')]).then(
    () => true,
    () => true,
  );
  if (await Promise.race([failed, pause(1_000).then(() => false)])) throw new Skipped('strace cannot be attached here');
  return tracer;
}

async function end(tracer: ChildProcess): Promise<void> {
  if (tracer.exitCode !== null || tracer.signalCode !== null) return;
  const ended = once(tracer, 'exit');
  tracer.kill('SIGTERM');
  await Promise.race([ended, pause(5_000)]);
}

export const databaseCases: readonly FaultCase[] = [
  {
    faults: [8],
    name: 'mongod is killed and started again, five times',
    run: (world, owner) =>
      talkWhile(world, owner, async () => {
        for (let n = 0; n < 5; n += 1) {
          await pause(700);
          await world.replica.killAndRestart();
        }
      }),
  },
  {
    faults: [9],
    name: 'mongod is frozen for 20 s',
    async run(world, owner) {
      const debtors = world.adopt(owner, 10);
      world.replica.pause();
      const writing = writeAll(world, debtors, 'hola');
      await pause(20_000);
      world.replica.resume();
      await writing;
      const slowest = Math.max(
        ...world.postman.posted
          .filter(({ phone }) => debtors.some((debtor) => debtor.phone === phone))
          .map(({ firstAt, ackedAt }) => (ackedAt ?? Number.POSITIVE_INFINITY) - firstAt),
      );
      must(slowest < 15_000, `a message was acknowledged after ${slowest} ms only: the provider waits 15 s`);
    },
    after: allAcknowledged,
  },
  {
    faults: [10],
    name: 'each sync of the journal takes 50 ms longer',
    async run(world, owner) {
      const tracer = await strace(world, 'inject=fdatasync,fsync:delay_enter=50000');
      try {
        await talkWhile(world, owner, () => pause(5_000), 5);
      } finally {
        await end(tracer);
      }
    },
    after: allAcknowledged,
  },
  {
    faults: [11],
    name: 'the disk refuses to sync the journal (EIO)',
    async run(world, owner) {
      const tracer = await strace(world, 'inject=fdatasync,fsync:error=EIO:when=20+');
      try {
        await talkWhile(world, owner, async () => {
          await pause(4_000);
          await end(tracer);
          await world.replica.killAndRestart(); // it has ended itself: a journal that cannot be written is no journal
        });
      } finally {
        await end(tracer);
      }
    },
  },
  {
    faults: [12],
    name: 'the answer to a commit is lost',
    run: (world, owner) =>
      talkWhile(world, owner, async () => {
        const error = { errorCode: 91, errmsg: 'the answer is lost', errorLabels: ['RetryableWriteError'] };
        const off = await world.replica.failCommand(
          { times: 6 },
          { failCommands: ['commitTransaction'], writeConcernError: error },
        );
        await pause(3_000);
        await off();
        await world.replica.failCommand({ times: 6 }, { failCommands: ['commitTransaction'], closeConnection: true });
      }),
  },
  {
    faults: [12],
    name: 'every connection to the database is reset, ten times a second',
    run: (world, owner) =>
      talkWhile(world, owner, async () => {
        for (let n = 0; n < 50; n += 1) {
          await pause(100);
          world.proxy.resetAll();
        }
      }),
  },
  {
    faults: [13],
    name: 'write conflicts',
    run: (world, owner) =>
      talkWhile(world, owner, async () => {
        const conflict = { errorCode: 112, errorLabels: ['TransientTransactionError'] };
        await world.replica.failCommand(
          { times: 30 },
          { failCommands: ['update', 'bulkWrite', 'findAndModify'], ...conflict },
        );
      }),
  },
  {
    faults: [14],
    name: 'inserts take 20 s',
    run: (world, owner) =>
      talkWhile(
        world,
        owner,
        async () => {
          await pause(1_000);
          await world.replica.failCommand(
            { times: 4 },
            { failCommands: ['insert'], blockConnection: true, blockTimeMS: 20_000 },
          );
        },
        4,
      ),
    after: allAcknowledged,
  },
  {
    faults: [15],
    name: 'the primary steps down for 5 s',
    run: (world, owner) =>
      talkWhile(world, owner, async () => {
        await pause(1_500);
        await world.replica.client.db('admin').command({ replSetStepDown: 5, force: true });
      }),
  },
  {
    faults: [16],
    name: 'connections to the database stay open and carry nothing any more',
    async run(world, owner) {
      const debtors = world.adopt(owner, 8);
      await writeAll(world, debtors, 'hola');
      await allReceived(world, debtors, 2, 20_000);
      world.proxy.strand();
      await writeAll(world, debtors, 'quién eres?');
      await allReceived(world, debtors, 3, 90_000);
    },
    after: allAcknowledged,
  },
  {
    faults: [17],
    name: 'five hundred webhooks at once, over fifty connections',
    async run(world, owner) {
      const debtors = world.adopt(owner, 100);
      const texts = ['hola', 'buenas', 'quién eres?', 'saldo', 'gracias'];
      await Promise.all(debtors.flatMap(({ phone }) => texts.map((text) => world.postman.send(phone, text))));
    },
    after: allAcknowledged,
  },
];
