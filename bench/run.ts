import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { PACKAGE_ROOT } from '../src/data-files.ts';
import { connect } from '../src/database/connect.ts';
import { openDatabase } from '../src/database/open.ts';
import { silentLog } from '../src/kernel/log.ts';
import { CELLS, FULL, QUICK } from './cells.ts';
import { type Figure, tableOf } from './figures.ts';

/**
 * `npm run bench`: every figure of docs/BENCHMARKS.md, taken in one run on this machine. `-- --write` keeps them there, `--only NAME[,NAME]` takes
 * some, `--quick` takes less of everything, to try it, `--peers` installs and measures the queues of bench/peers too, `--seed N` changes the load.
 */
const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const names = values.only?.split(',') ?? Object.keys(CELLS);
const seed = Number(values.seed);
const unknown = names.filter((name) => !(name in CELLS));
if (unknown.length > 0 || !Number.isInteger(seed)) {
  console.error(`--only takes ${Object.keys(CELLS).join(', ')}; --seed a whole number`);
  process.exit(2);
}

const dataDir = mkdtempSync(path.join(tmpdir(), 'acuerdo-bench-db-'));
const config = readConfig({ NODE_ENV: 'test', DEMO: 'on', DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
const database = await openDatabase({ config, env: process.env, log: silentLog() });
const figures: Figure[] = [];
try {
  for (const name of names) figures.push(...(await take(name)));
} finally {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
}

const table = tableOf(figures);
console.log(`\n${table}`);
if (values.write) keep(table);
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;

/** One cell on a database of its own. What cannot be taken is a figure too, one that fails. */
async function take(name: string): Promise<Figure[]> {
  const url = new URL(database.uri);
  url.pathname = `/bench-${name}`;
  const mongodbUri = url.toString();
  const db = await connect(mongodbUri);
  try {
    const size = values.quick ? QUICK : FULL;
    const stage = { db, mongodbUri, config, env: process.env, seed, size, withPeers: values.peers };
    const got = (await CELLS[name]?.(stage)) ?? [];
    for (const { what, got: value, ok } of got) console.log(`${ok ? ' ' : '!'} ${what}: ${value}`);
    return got;
  } catch (err) {
    console.error(err);
    return [{ what: name, got: 'failed', reach: 'to be taken', ok: false }];
  } finally {
    await db.dropDatabase();
    await db.close();
  }
}

function keep(text: string): void {
  const file = path.join(PACKAGE_ROOT, 'docs/BENCHMARKS.md');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: PACKAGE_ROOT, encoding: 'utf8' }).trim();
  const commit = `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src') === '' ? '' : ' and changes'}`;
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const size = values.quick ? ', --quick' : '';
  const block = `<!-- figures -->\nCommit ${commit}, seed ${seed}${size}, Node ${process.version}, ${machine}.\n\n${text}\n<!-- /figures -->`;
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/<!-- figures -->[\s\S]*<!-- \/figures -->/, () => block),
  );
}
