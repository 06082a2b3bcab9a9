import { mkdirSync, readdirSync } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { CrashPoint } from '../kernel/crash.ts';
import { newUuid, sortableId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { InboxRow } from './inbox-store.ts';

const WRITTEN_TO = '.jsonl';
const TAKEN = '.taken'; // being read: nobody adds to it any more
const OWNER_ONLY = 0o600;
const ROWS_AT_ONCE = 500;
const ABANDONED_MS = 2_000; // whoever writes does so more often, or has nothing to write
const LOOK_EVERY_MS = 5_000; // for what a process that died has left in a folder of several

type Store = (rows: InboxRow[]) => Promise<void>;

export interface SpoolInput {
  /** Made when it is missing. Several processes may share it. */
  dir: string;
  crash: CrashPoint;
  log: Log;
  now: () => Date;
}

/**
 * Where messages wait on disk while the database is away: one JSON line each, in files that are only added to, each line on the disk before
 * `append` resolves. A file is taken by renaming it, and whoever adds to one looks afterwards whether another process took it meanwhile: so no
 * line is lost between the two, and a line that is stored twice is one message by its id.
 */
export function createSpool({ dir, crash, log, now }: SpoolInput) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let appends = 0;
  let isEmpty = filesIn(readdirSync(dir)).length === 0;
  let lookedAt = now().getTime();
  const own = newUuid();
  /** The last of what must not happen at the same time: a batch being written, and the letting go of its file. */
  let before: Promise<unknown> = Promise.resolve();
  let waiting: { line: string; done: () => void; failed: (err: unknown) => void }[] = [];
  let current: { file: string; handle: FileHandle } | null = null;
  let writing: Promise<void> | null = null;

  /** Resolves when the row is on the disk. Rows that come while others are written go together in the next write. */
  function append(row: InboxRow): Promise<void> {
    isEmpty = false;
    appends += 1;
    return new Promise((done, failed) => {
      waiting.push({ line: `${JSON.stringify(row)}\n`, done, failed });
      writing ??= writeAll();
    });
  }

  function oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = before.then(work);
    before = done.catch(() => undefined);
    return done;
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await oneByOne(() => writeDown(batch.map(({ line }) => line).join('')));
        for (const { done } of batch) done();
      } catch (err) {
        await oneByOne(letGo);
        for (const { failed } of batch) failed(err);
      }
    }
    writing = null; // at once: whoever comes next begins anew
  }

  async function writeDown(lines: string): Promise<void> {
    for (;;) {
      current ??= await begin();
      await current.handle.appendFile(lines);
      crash('spool.before_sync');
      await current.handle.datasync();
      if (await exists(current.file)) break;
      await letGo(); // taken while we wrote: whoever took it may have read it before
    }
    crash('spool.after_sync');
  }

  /** A new file, whose name is on the disk as well. */
  async function begin(): Promise<{ file: string; handle: FileHandle }> {
    const file = path.join(dir, `${sortableId(now())}-${own}${WRITTEN_TO}`);
    const handle = await open(file, 'ax', OWNER_ONLY);
    const folder = await open(dir, 'r');
    await folder.sync().finally(() => folder.close());
    return { file, handle };
  }

  async function letGo(): Promise<void> {
    const old = current;
    current = null;
    await old?.handle.close().catch(() => undefined);
  }

  /**
   * Stores what waits, in the order of its arrival. With nothing of our own the folder is looked at every 5 s only.
   * @param store puts rows where they belong, durably; ids that are there already change nothing
   * @returns how many rows. @throws what `store` throws; what it did not take stays
   */
  async function replay(store: Store): Promise<number> {
    const at = now().getTime();
    if (isEmpty && at - lookedAt < LOOK_EVERY_MS) return 0;
    lookedAt = at;
    let count = 0;
    for (;;) {
      const sofar = appends;
      const files = filesIn(await readdir(dir)).sort();
      if (files.length === 0 && writing === null && appends === sofar) {
        isEmpty = true;
        return count;
      }
      if (files.length === 0) await writing;
      await oneByOne(letGo); // from here our own are added to no more
      let left = 0;
      for (const name of files) {
        if (await mayTake(name)) count += await replayFile(name, store);
        else left += 1;
      }
      if (left > 0) return count;
    }
  }

  /** What another process wrote a moment ago it is still writing, and will store by itself. */
  async function mayTake(name: string): Promise<boolean> {
    if (name.includes(own)) return true;
    const file = await stat(path.join(dir, name)).catch(() => null);
    return file === null || now().getTime() - file.mtimeMs > ABANDONED_MS;
  }

  async function replayFile(name: string, store: Store): Promise<number> {
    const file = path.join(dir, name);
    const taken = file.endsWith(TAKEN) ? file : `${file}${TAKEN}`;
    if (taken !== file && !(await found(rename(file, taken)))) return 0; // another process was first
    if (!(await exists(taken))) return 0;
    const text = await readFile(taken, 'utf8');
    const rows = text.split('\n').flatMap((line) => rowOf(line) ?? []);
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) await store(rows.slice(at, at + ROWS_AT_ONCE));
    await found(unlink(taken));
    return rows.length;
  }

  /** The last line may be torn: its process died before anybody was told that it was taken. */
  function rowOf(line: string): InboxRow | null {
    if (line === '') return null;
    try {
      const row = JSON.parse(line) as InboxRow;
      return { ...row, receivedAt: new Date(row.receivedAt), notBefore: new Date(row.notBefore) };
    } catch {
      log.warn({ bytes: line.length }, 'a torn line of the spool is left out');
      return null;
    }
  }

  return {
    append,
    replay,
    /** True: new messages may go straight to the database without overtaking any. */
    isEmpty: () => isEmpty,
  };
}

export type Spool = ReturnType<typeof createSpool>;

/** Those that a dead process was reading come first, as their names do. */
const filesIn = (names: string[]): string[] =>
  names.filter((name) => name.endsWith(WRITTEN_TO) || name.endsWith(`${WRITTEN_TO}${TAKEN}`));

const exists = (file: string): Promise<boolean> => found(stat(file));

/** @returns false when the file is not there: an answer, where anything else is a failure */
async function found(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw err;
  }
}
