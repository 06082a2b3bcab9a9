import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUuid } from '../../src/kernel/ids.ts';

const MAIN = path.resolve(import.meta.dirname, '../../src/cli/acuerdo.js');
let elsewhere: string;
const database = new URL(process.env['MONGODB_TEST_URI'] ?? 'mongodb://unset');
database.pathname = `/test-${newUuid()}`;

beforeAll(async () => {
  elsewhere = await mkdtemp(path.join(tmpdir(), 'acuerdo-cli-'));
});
afterAll(() => rm(elsewhere, { recursive: true, force: true }));

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** The command as a user gives it, from a folder that is not ours. */
function acuerdo(args: string[], env: Record<string, string> = {}, stdin = ''): Promise<Run> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: elsewhere, env: { PATH, HOME, ...env } });
    const said = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      said.out += data;
    });
    child.stderr.on('data', (data) => {
      said.err += data;
    });
    child.on('close', (code) => resolve({ code, ...said }));
    child.stdin.end(stdin);
  });
}

const demo = { MONGODB_URI: database.toString(), DEMO: 'on' };

test('help is on stdout, with examples and exit codes, for all and for each command', async () => {
  const all = await acuerdo(['--help']);
  expect(all).toMatchObject({ code: 0, err: '' });
  expect(all.out).toMatch(/Commands:[\s\S]*start[\s\S]*followups[\s\S]*Examples:[\s\S]*Exit codes: 0 done/);
  for (const name of ['start', 'followups', 'conversation']) {
    const one = await acuerdo([name, '--help']);
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(one.out).toContain('Examples:');
  }
});

describe('a command line that is not right ends with 2 and says what would be', () => {
  test.each([
    [[], /Usage: acuerdo/],
    [['folowups'], /Did you mean followups\?/],
    [['followups', '--limit', '0'], /whole number from 1 to 1000/],
    [['conversation', '--reply', 'hola'], /Say which conversation/],
    [['conversation', '--mode', 'asleep'], /bot, pending, human, resolved/],
  ])('%j', async (args, expected) => {
    const { code, out, err } = await acuerdo(args, demo);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(expected);
    expect(err).not.toMatch(/^\s+at /m);
  });
});

test('a configuration that is not right ends with 78 and names the variable', async () => {
  const { code, err } = await acuerdo(['start'], { PORT: 'many' });
  expect(code).toBe(78);
  expect(err).toMatch(/PORT/);
});

test('production without a database is refused: it never becomes a demo', async () => {
  const { code, err } = await acuerdo(['start'], { NODE_ENV: 'production' });
  expect(code).toBe(78);
  expect(err).toMatch(/MONGODB_URI: production needs a database/);
});

test('a database that does not answer ends with 69', async () => {
  const { code, err } = await acuerdo(['followups'], { MONGODB_URI: 'mongodb://127.0.0.1:1/?replicaSet=x' });
  expect(code).toBe(69);
  expect(err).toMatch(/127\.0\.0\.1:1 did not answer/);
}, 60_000);

test('a port that is taken ends with 69, and nothing is left running', async () => {
  const stranger = createServer().listen(0);
  const port = (stranger.address() as AddressInfo).port;
  const { code, err } = await acuerdo(['start'], { ...demo, PORT: String(port), LOG_LEVEL: 'silent' });
  stranger.close();
  expect(code).toBe(69);
  expect(err).toContain(`Port ${port} is taken`);
}, 60_000);

test('start says where to go in plain lines when piped, is ready, logs on stderr, and ends with 0 at SIGTERM', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const service = spawn(process.execPath, [MAIN, 'start'], { cwd: elsewhere, env: { PATH, HOME, ...demo, PORT: '0' } });
  const said = { out: '', err: '' };
  service.stderr.on('data', (data) => {
    said.err += data;
  });
  for await (const data of service.stdout) {
    said.out += data;
    const base = /^Health +(http:\S+)$/m.exec(said.out)?.[1];
    if (base === undefined || !said.out.includes('Chat in a terminal')) continue;
    expect(await (await fetch(base)).json()).toEqual({ ready: true, reasons: [] });
    service.kill('SIGTERM');
  }
  const code = service.exitCode ?? (await new Promise((resolve) => service.once('exit', resolve)));
  expect(code).toBe(0);
  expect(said.out).toMatch(/^Phone simulator +http:\/\/localhost:\d+\/simulator\/$/m);
  expect(said.out).toMatch(/^DEMO: /m);
  const events = said.err
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  expect(events.at(0)).toBe('service ready');
  expect(events.at(-1)).toBe('service stopped');
}, 60_000);

test('followups are listed in tab-separated lines when piped, and as JSON', async () => {
  const piped = await acuerdo(['followups', '--limit', '3'], demo);
  expect(piped).toMatchObject({ code: 0, err: '' });
  const [head, ...rows] = piped.out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(head).toEqual(['when', 'debtor', 'name', 'why', 'flow', 'state', 'silenced']);
  expect(rows).toHaveLength(3);
  expect(rows[0]?.[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  const json = await acuerdo(['followups', '--limit', '1', '--json'], demo);
  expect(JSON.parse(json.out)).toMatchObject([{ state: 'scheduled', flow: expect.any(String) }]);
}, 60_000);

test('an agent takes a conversation over and gives it back', async () => {
  await acuerdo(['chat', '--as', 'MX-001'], demo, 'quiero hablar con una persona\n');
  const list = await acuerdo(['conversation', '--mode', 'pending'], demo);
  const id = list.out.split('\n')[1]?.split('\t')[0] ?? '';
  expect(id).toMatch(/^c-[0-9a-f]{16}$/);
  const replied = await acuerdo(['conversation', id, '--reply', 'Hola, soy Laura.', '--agent', 'laura'], demo);
  expect(replied.out).toMatch(/debtor {2}quiero hablar con una persona[\s\S]*agent +Hola, soy Laura\./);
  const held = JSON.parse((await acuerdo(['conversation', id, '--json'], demo)).out);
  expect(held).toMatchObject({ mode: 'human' });
  const other = await acuerdo(['conversation', id, '--reply', 'Hola, soy Iván.', '--agent', 'ivan'], demo);
  expect(other).toMatchObject({ code: 1, err: expect.stringContaining('laura holds conversation') });
  expect((await acuerdo(['conversation', id, '--return'], demo)).code).toBe(0);
  const again = await acuerdo(['conversation', id, '--return'], demo);
  expect(again.code).toBe(1);
  const unknown = await acuerdo(['conversation', 'c-0000000000000000'], demo);
  expect(unknown).toMatchObject({ code: 1, out: '' });
}, 120_000);

test('output that nobody reads on is no failure', async () => {
  const script = `{ "${process.execPath}" "${MAIN}" --help; echo "exit $?" >&2; } | head -c 1`;
  const child = spawn('sh', ['-c', script], { cwd: elsewhere });
  let err = '';
  for await (const data of child.stderr) err += data;
  expect(err).toBe('exit 0\n');
});
