import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import pc from 'picocolors';
import { type Config, readConfig } from '../config.ts';
import type { Env } from '../database/program.ts';
import { monotonicMs } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import type { Service } from '../main.ts';
import { openEarly } from './open-app.ts';
import { framed } from './terminal.ts';

const NPM_WATCH_MS = 250;
const REPEATED_MS = 500; // npm hands on the Ctrl-C that the terminal has already given to everybody

const HELP = `
Everything is set in the environment (.env.example): PORT, MONGODB_URI, PUBLIC_URL, DATA_DIR, LOG_LEVEL, ROLES, DEMO, DEMO_CLOCK.
Outside production and without MONGODB_URI it is a demo: sample portfolio, phone simulator, play money.

Where to go is printed on stdout; the log, one JSON line an event, on stderr.
SIGTERM or Ctrl-C: finishes what is under way and ends with 0. A second one ends at once.

Examples:
  $ acuerdo start
  $ PORT=8080 DEMO_CLOCK=2026-11-23T10:00:00-06:00 acuerdo start
  $ ROLES=worker,sender MONGODB_URI=mongodb://db/acuerdo?replicaSet=rs0 PUBLIC_URL=https://pay.example acuerdo start
`;

/** `acuerdo start`: the service, until a signal ends it. */
export function addStart(program: Command, env: Env): void {
  program
    .command('start')
    .description('run the service')
    .addHelpText('after', HELP)
    .action(async () => {
      const config = readConfig(env);
      const log = createLog(config.logLevel, process.stderr);
      const signal = Promise.race([firstSignal(), env['npm_lifecycle_event'] === undefined ? never : npmGone()]);
      const database = openEarly({ config, env, log });
      const { startService } = await import('../main.ts'); // the whole house: other commands need not wait for it
      const service = await startService({ config, database, log });
      console.log(framed(whereToGo(service, config)));
      await signal;
      await service.stop();
      process.exit(0); // Agenda leaves timers behind
    });
}

/** Resolves at the first SIGTERM or SIGINT. From then on another one ends the process at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const onSignal = (_signal: NodeJS.Signals, number: number) => {
      if (firstAt === null) {
        firstAt = monotonicMs();
        return resolve();
      }
      if (monotonicMs() - firstAt > REPEATED_MS) process.exit(128 + number);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

const never = new Promise<void>(() => undefined);

/** npm does not hand every signal on, and cannot when it is killed: the service would be left behind, holding the port. */
function npmGone(): Promise<void> {
  const atStart = lineage();
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      if (lineage() === atStart) return;
      clearInterval(watch);
      resolve();
    }, NPM_WATCH_MS);
  });
}

/** Our parent and, where the system tells it, the parent's: npm runs us through a shell, which outlives it. */
function lineage(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[2]}`;
  } catch {
    return String(process.ppid);
  }
}

/** Lines for a person who has just started it. */
export function whereToGo(service: Service, config: Config): string[] {
  const { port, metricsPort, publicUrl, whatsappPath, sampleRows } = service;
  const place = (name: string, url: string) => `${name.padEnd(16)} ${pc.cyan(url)}`;
  const watched =
    metricsPort === null ? [] : [place('Metrics, health', `http://localhost:${metricsPort}/metrics, /health/ready`)];
  if (port === null)
    return [`${pc.bold('Acuerdo')} runs: ${config.roles.join(', ')} (no pages in this process)`, ...watched];
  const here = `http://localhost:${port}`;
  const lines = [`${pc.bold('Acuerdo')} runs: ${config.roles.join(', ')}`, ''];
  if (config.demo) lines.push(place('Phone simulator', `${here}/simulator/`));
  lines.push(place('Pay pages', `${publicUrl}/p/…`), place('Health', `${here}/health/ready`), ...watched);
  if (whatsappPath) lines.push(place('WhatsApp', `${here}${whatsappPath}`));
  if (!config.demo) return lines;
  return [
    ...lines,
    '',
    pc.yellow('DEMO: made-up debtors, a simulated phone, play money, and a clock that can be moved.'),
    ...(sampleRows > 0 ? [`samples/portfolio.csv was imported (${sampleRows} rows).`] : []),
    ...(config.paymentProvider === 'sandbox'
      ? ['A pay link in the chat opens the pay page and, from there, the sandbox.']
      : []),
    `Data stay in ${config.mongodbUri === null ? config.dataDir : 'your MongoDB'}. Chat in a terminal: npm run chat -- --as MX-001`,
  ];
}
