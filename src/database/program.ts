import { type ExecFileException, execFile } from 'node:child_process';

export type Env = Record<string, string | undefined>;
/** Told of each step that a person may have to wait for. */
export type Progress = (line: string) => void;

/** Path or name of something that can be run. */
export type Program = string;

interface RunOptions {
  timeoutMs: number;
  env?: Record<string, string | undefined>;
}

/**
 * Runs a program to its end.
 * @throws Error with the last line that it wrote to stderr, short enough for a list of what was tried.
 */
export function run(program: Program, args: string[], { timeoutMs, env }: RunOptions): Promise<{ stdout: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: timeoutMs,
      maxBuffer: 1 << 24,
      ...(env === undefined ? {} : { env: env as NodeJS.ProcessEnv }),
    };
    execFile(program, args, options, (err, stdout, stderr) => {
      if (err === null) return resolve({ stdout });
      reject(new Error(reasonOf(program, err, stderr, timeoutMs)));
    });
  });
}

function reasonOf(program: Program, err: ExecFileException, stderr: string, timeoutMs: number): string {
  if (err.code === 'ENOENT') return `${program} is not installed`;
  if (err.killed) return `${program} did not finish within ${timeoutMs / 1000} s`;
  const lastLine = stderr.trim().split('\n').at(-1)?.trim();
  return lastLine ? lastLine.slice(0, 300) : `${program} ended with ${String(err.code)}`;
}
