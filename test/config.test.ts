import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../src/config.ts';

const production = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db/acuerdo?replicaSet=rs0',
  PUBLIC_URL: 'https://pay.example.com/',
};

test('with nothing set it is a demo on port 3000 with a database of its own', () => {
  expect(readConfig({})).toEqual({
    production: false,
    demo: true,
    demoClock: null,
    port: 3000,
    publicUrl: null,
    mongodbUri: null,
    dataDir: path.resolve('.data'),
    logLevel: 'info',
    roles: ['http', 'worker', 'sender', 'scheduler'],
    paymentProvider: 'sandbox',
  });
});

test('production with what it needs is no demo, has no play money, and its address has no slash at the end', () => {
  expect(readConfig(production)).toMatchObject({
    production: true,
    demo: false,
    paymentProvider: null,
    publicUrl: 'https://pay.example.com',
  });
});

describe('never a demo silently', () => {
  test.each([
    ['production', production, false],
    ['production, asked for by name', { ...production, DEMO: 'on' }, true],
    ['a database is given', { MONGODB_URI: 'mongodb://db/x' }, false],
    ['a database is given, asked for by name', { MONGODB_URI: 'mongodb://db/x', DEMO: 'on' }, true],
    ['turned off', { DEMO: 'off' }, false],
  ])('%s', (_when, env, demo) => {
    expect(readConfig(env).demo).toBe(demo);
  });
});

describe('what is wrong is named by its variable, never by its value', () => {
  test.each([
    [{ PORT: 's3cret' }, /PORT/],
    [{ PORT: '70000' }, /PORT/],
    [{ MONGODB_URI: 'postgres://u:s3cret@db' }, /MONGODB_URI/],
    [{ PUBLIC_URL: 's3cret' }, /PUBLIC_URL/],
    [{ LOG_LEVEL: 's3cret' }, /LOG_LEVEL/],
    [{ ROLES: 'http,s3cret' }, /ROLES/],
    [{ DEMO_CLOCK: 's3cret' }, /DEMO_CLOCK/],
    [{ DEMO_CLOCK: '2026-11-23T10:00:00-06:00', DEMO: 'off' }, /DEMO_CLOCK: only the demo/],
    [{ NODE_ENV: 'production' }, /MONGODB_URI: production.*\n.*PUBLIC_URL: production/],
    [{ PORT: 's3cret', LOG_LEVEL: 's3cret' }, /PORT.*\n.*LOG_LEVEL/],
  ])('%j', (env, expected) => {
    const reading = () => readConfig(env as Record<string, string>);
    expect(reading).toThrow(expected);
    expect(reading).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(reading).not.toThrow(/s3cret/);
  });
});

test('an empty value counts as not set', () => {
  expect(readConfig({ PORT: '', MONGODB_URI: ' ' })).toMatchObject({ port: 3000, mongodbUri: null });
});

test('it cannot be changed afterwards', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});
