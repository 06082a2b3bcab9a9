import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../src/config.ts';
import { PACKAGE_ROOT } from '../src/data-files.ts';
import { connect } from '../src/database/connect.ts';
import { openDatabase } from '../src/database/open.ts';
import { silentLog } from '../src/kernel/log.ts';
import { benchImport, IMPORT_ROWS } from './import.ts';
import { benchStart } from './start.ts';
import { benchTurns } from './turns.ts';

/** `npm run bench [-- --write]`: every figure of docs/BENCHMARKS.md, taken in one run on this machine. */
interface Figure {
  what: string;
  got: string;
  reach: string;
  ok: boolean;
}

const dataDir = mkdtempSync(path.join(tmpdir(), 'acuerdo-bench-db-'));
const config = readConfig({ NODE_ENV: 'test', DEMO: 'on', DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
const database = await openDatabase({ config, env: process.env, log: silentLog() });
const figures: Figure[] = [];
try {
  const db = await connect(database.uri);
  const { turns, bare, ratio } = await benchTurns(db, config);
  await db.dropDatabase();
  await db.close();
  figures.push({ what: 'bare transaction of 4 writes, 16 at once', got: `${bare.toFixed(0)}/s`, reach: '–', ok: true });
  figures.push({
    what: 'whole turn, message stored to outbox row committed',
    got: `${turns.toFixed(0)}/s`,
    reach: '–',
    ok: true,
  });
  figures.push({ what: 'whole turn ÷ bare transaction', got: ratio.toFixed(2), reach: '≥ 0.4', ok: ratio >= 0.4 });
  const { peakMb, seconds } = await benchImport(database.uri, process.env);
  figures.push({
    what: `import of ${IMPORT_ROWS.toLocaleString('en')} rows, peak memory`,
    got: `${peakMb.toFixed(0)} MB`,
    reach: '≤ 300 MB',
    ok: peakMb <= 300,
  });
  figures.push({
    what: `import of ${IMPORT_ROWS.toLocaleString('en')} rows, time`,
    got: `${seconds.toFixed(0)} s`,
    reach: '–',
    ok: true,
  });
} finally {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
}
const startMs = await benchStart(process.env);
figures.push({
  what: '`npm start` on an empty folder to the first answer',
  got: `${(startMs / 1000).toFixed(1)} s`,
  reach: '≤ 5 s',
  ok: startMs <= 5000,
});

const rows = figures.map(({ what, got, reach, ok }) => `| ${what} | ${got} | ${reach} | ${ok ? 'yes' : 'NO'} |`);
const table = ['| figure | measured | reach | reached |', '| --- | --- | --- | --- |', ...rows].join('\n');
console.log(table);
if (process.argv.includes('--write')) {
  const file = path.join(PACKAGE_ROOT, 'docs/BENCHMARKS.md');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: PACKAGE_ROOT, encoding: 'utf8' }).trim();
  const page = readFileSync(file, 'utf8');
  const block = `<!-- figures -->\nCommit ${commit}, Node ${process.version}, 2 cores.\n\n${table}\n<!-- /figures -->`;
  writeFileSync(file, page.replace(/<!-- figures -->[\s\S]*<!-- \/figures -->/, block));
}
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1;
