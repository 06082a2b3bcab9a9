import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PACKAGE_ROOT } from '../src/data-files.ts';
import { monotonicMs } from '../src/kernel/clock.ts';

/** `acuerdo import` of a long file in a process of its own: its peak memory in MB (as the kernel counts it) and how long it took. */
export async function benchImport(
  mongodbUri: string,
  env: Record<string, string | undefined>,
  rows: number,
): Promise<{ peakMb: number; seconds: number }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'acuerdo-import-'));
  const file = path.join(dir, 'portfolio.csv');
  await writePortfolio(file, rows);
  const start = monotonicMs();
  try {
    const args = ['--import', path.join(PACKAGE_ROOT, 'bench/peak-memory.js'), 'src/cli/acuerdo.js', 'import', file];
    const child = spawn(process.execPath, args, {
      cwd: PACKAGE_ROOT,
      env: { ...env, MONGODB_URI: mongodbUri, LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [code] = (await once(child, 'exit')) as [number];
    const peak = /peak memory (\d+) kB/.exec(errors)?.[1];
    if (code !== 0 || peak === undefined) throw new Error(`import ended with ${code}: ${errors.slice(0, 500)}`);
    return { peakMb: Number(peak) / 1024, seconds: (monotonicMs() - start) / 1000 };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function writePortfolio(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file);
  out.write(
    'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency\n',
  );
  for (let n = 0; n < rows; n += 1) {
    const id = String(n).padStart(6, '0');
    const row = `bench,Banco de Prueba,b${id},Persona ${id},90000${id},MX,America/Mexico_City,es-MX,+52551${id.padStart(7, '0')},d${id},Crédito personal,1,2026-10-15,1200.00,MXN\n`;
    if (!out.write(row)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
