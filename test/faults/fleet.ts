import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = path.join(import.meta.dirname, '..', '..');
const READY_MS_MAX = 90_000;
const RESTART_MS = 100;

/** One process of the service, started as an operator starts it, and started again whenever it ends: as a supervisor does. */
export interface Member {
  name: string;
  /** Up and ready for work. */
  isUp(): boolean;
  pid(): number;
  /** Sends a signal to the process as it is now. @returns false when there is none */
  signal(signal: NodeJS.Signals): boolean;
  /** Resolves when it is ready, now or after the restart that is under way. */
  ready(): Promise<void>;
  /** Variables that its next life has, and no later one: a crash point. */
  arm(env: Record<string, string>): void;
  /** How its lives ended: `SIGKILL`, `SIGTERM`, `exit 0`. */
  ends: readonly string[];
  /** Resolves when one more life has ended. @returns how, or null when it did not within `ms` */
  nextEnd(ms: number): Promise<string | null>;
}

export interface Recipe {
  roles: string;
  env?: Record<string, string>;
  /** Before the program's own arguments: `--max-old-space-size=128`. */
  node?: string[];
  /** What the process is run under: `prlimit --nofile=64`. */
  under?: string[];
}

export type Fleet = ReturnType<typeof createFleet>;

/** @param env of every member, beside what its recipe says */
export function createFleet(dir: string, env: Record<string, string>) {
  const members = new Map<string, Member & { retire(): Promise<void> }>();

  function start(name: string, recipe: Recipe): Member {
    const member = supervise(name, recipe, { ...env, ROLES: recipe.roles, ...recipe.env }, dir);
    members.set(name, member);
    return member;
  }

  return {
    start,
    of(name: string): Member {
      const member = members.get(name);
      if (!member) throw new Error(`there is no ${name} in the fleet`);
      return member;
    },
    /** Ends one for good. */
    async retire(name: string): Promise<void> {
      await members.get(name)?.retire();
      members.delete(name);
    },
    names: (): string[] => [...members.keys()],
    ready: async () => void (await Promise.all([...members.values()].map((member) => member.ready()))),
    async stop(): Promise<void> {
      await Promise.all([...members.values()].map((member) => member.retire()));
    },
  };
}

function supervise(name: string, recipe: Recipe, env: Record<string, string>, dir: string) {
  const log = openSync(path.join(dir, `${name}.log`), 'a');
  const ends: string[] = [];
  const waiting = new Set<(end: string) => void>();
  let isWanted = true;
  let isUp = false;
  let child: ChildProcess;
  let armed: Record<string, string> = {};

  function run(): void {
    const once = armed;
    armed = {};
    const command = [...(recipe.under ?? []), process.execPath, ...(recipe.node ?? []), 'src/cli/acuerdo.js', 'start'];
    const { NODE_OPTIONS, MONGODB_TEST_URI, npm_lifecycle_event, ...inherited } = process.env;
    child = spawn(command[0] ?? '', command.slice(1), {
      cwd: ROOT,
      env: { ...inherited, ...env, ...once },
      stdio: ['ignore', 'pipe', log],
    });
    const life = child;
    createInterface({ input: life.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (/runs: /.test(line) && life === child) isUp = true;
    });
    life.once('exit', (code, signal) => {
      isUp = false;
      const end = signal ?? `exit ${code}`;
      ends.push(end);
      for (const tell of waiting) tell(end);
      waiting.clear();
      if (isWanted) setTimeout(() => isWanted && run(), RESTART_MS);
    });
  }
  run();

  async function ready(): Promise<void> {
    const until = Date.now() + READY_MS_MAX;
    while (!isUp) {
      if (Date.now() > until) throw new Error(`${name} did not come up; see ${dir}/${name}.log`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  function nextEnd(ms: number): Promise<string | null> {
    return new Promise((resolve) => {
      const tell = (end: string) => {
        clearTimeout(timer);
        resolve(end);
      };
      const timer = setTimeout(() => {
        waiting.delete(tell);
        resolve(null);
      }, ms);
      waiting.add(tell);
    });
  }

  return {
    name,
    ends,
    isUp: () => isUp,
    pid: () => child.pid ?? 0,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    ready,
    nextEnd,
    arm: (env: Record<string, string>) => {
      armed = env;
    },
    async retire(): Promise<void> {
      isWanted = false;
      child.kill('SIGCONT');
      await end(child, 'SIGTERM');
      closeSync(log);
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(timer);
}
