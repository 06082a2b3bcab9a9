import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { CONFIG_DOCS } from '../src/config.ts';
import { ERRORS } from '../src/kernel/errors.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const pages = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((file) => file.endsWith('.md'));

test('docs/ERRORS.md says of every error what the code says, and of no other', () => {
  const sections = [
    ...read('docs/ERRORS.md').matchAll(/^## (\w+)\n\nStatus (\d+) · try again: (yes|no) · for: (\w+)\n\n(?=\w)/gm),
  ];
  const documented = Object.fromEntries(
    sections.map(([, code, status, retry, audience]) => [
      code,
      { status: Number(status), retry: retry === 'yes', audience },
    ]),
  );
  expect(documented).toEqual(ERRORS);
});

test('.env.example names every variable of the configuration with its purpose, and no other', () => {
  const entries = [...read('.env.example').matchAll(/^# (.+)\n#?([A-Z_]+)=/gm)].map(([, doc, name]) => [name, doc]);
  expect(Object.fromEntries(entries)).toEqual(Object.fromEntries(CONFIG_DOCS));
});

test('the commands of README and docs exist', () => {
  const builtIn = ['ci', 'start', 'test', 'install'];
  const unknown: string[] = [];
  const help = execFileSync(process.execPath, [path.join(root, 'src/cli/acuerdo.js'), '--help'], { encoding: 'utf8' });
  const commands = new Set([...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name));
  for (const page of pages) {
    const text = read(page);
    for (const [all, run, name = ''] of text.matchAll(/\bnpm (run )?(?:--silent )?([a-z][a-z:]*)/g))
      if (!(name in scripts) && (run !== undefined || !builtIn.includes(name))) unknown.push(`${page}: ${all}`);
    for (const [all, name] of text.matchAll(/(?:`|\$ |-- )(?:npm run acuerdo -- |acuerdo )([a-z]+)\b/g))
      if (!commands.has(name)) unknown.push(`${page}: ${all}`);
  }
  expect(unknown).toEqual([]);
});

test('every relative link of README and docs leads somewhere', () => {
  const dead = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .filter((target) => !existsSync(path.join(root, path.dirname(page), target.split('#')[0] ?? '')))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test('docs/ARCHITECTURE.md is under 100 lines, and its picture names every folder of src', () => {
  const text = read('docs/ARCHITECTURE.md');
  expect(text.split('\n').length).toBeLessThanOrEqual(100);
  const rooms = readdirSync(path.join(root, 'src'), { withFileTypes: true });
  for (const entry of rooms) expect(text).toContain(entry.isDirectory() ? `  ${entry.name}/` : entry.name);
});

test('README opens with one sentence, a chat of six lines, and the two commands', () => {
  const [title = '', sentence = '', chat = ''] = read('README.md').split(/\n\n/);
  expect(title).toBe('# Acuerdo');
  expect(sentence).toMatch(/^Acuerdo [^.]*\.$/s);
  expect(chat.split('\n').filter((line) => !line.startsWith('```'))).toHaveLength(6);
  expect(read('README.md')).toContain('npm ci && npm start');
  expect(read('README.md')).toContain('npm ci && npm test');
});

test('docker-compose.yml runs the service in production against a replica set that it waits for', () => {
  const { services } = parse(read('docker-compose.yml')) as { services: Record<string, Record<string, unknown>> };
  const app = services['app'] as {
    build: unknown;
    environment: Record<string, string>;
    depends_on: Record<string, { condition: string }>;
    ports: string[];
  };
  const mongo = services['mongo'] as { command: string[]; healthcheck: { test: string[] }; volumes: string[] };
  expect(app.environment).toMatchObject({
    NODE_ENV: 'production',
    MONGODB_URI: expect.stringContaining('replicaSet=rs0'),
  });
  expect(Object.keys(app.environment).filter((name) => !CONFIG_DOCS.has(name))).toEqual([]);
  expect(app.depends_on).toEqual({ mongo: { condition: 'service_healthy' } });
  expect(app.environment).toHaveProperty('METRICS_PORT', expect.stringMatching(/^\d+$/));
  expect(app.ports.join()).not.toContain(app.environment['METRICS_PORT']);
  expect(mongo.command).toEqual(expect.arrayContaining(['--replSet', 'rs0']));
  expect(mongo.healthcheck.test.join(' ')).toMatch(/rs\.initiate.*isWritablePrimary/);
  expect(mongo.volumes.join()).toContain('/data/db');
});

test('the Dockerfile copies what the service needs, runs it as no root, and asks for its health', () => {
  const text = read('Dockerfile');
  for (const folder of [
    'src',
    'flows',
    'locales',
    'policies',
    'strategies',
    'samples',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    expect(text).toContain(folder);
  expect(text).toMatch(/^FROM node:20.*-slim$/m);
  expect(text).toMatch(/^USER node$/m);
  expect(text).toMatch(/^HEALTHCHECK .*\n?.*METRICS_PORT\|\|process\.env\.PORT.*health\/ready/m);
});

const withoutCode = (markdown: string): string => markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
