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
    metricsPort: null,
    publicUrl: null,
    mongodbUri: null,
    dataDir: path.resolve('.data'),
    logLevel: 'info',
    roles: ['http', 'worker', 'sender', 'whatsapp', 'scheduler'],
    paymentProvider: 'sandbox',
    twilio: null,
    whatsapp: null,
    telegram: null,
    email: null,
    crashAt: null,
  });
});

const twilio = {
  PUBLIC_URL: 'https://pay.example.com',
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_AUTH_TOKEN: 's3cret-s3cret-s3cret',
  TWILIO_SMS_FROM: '+525500000001',
};

test('Twilio with one number or both; WhatsApp is written with its prefix or without', () => {
  expect(readConfig(twilio).twilio).toEqual({
    accountSid: 'AC00000000000000000000000000000001',
    authToken: 's3cret-s3cret-s3cret',
    smsFrom: '+525500000001',
    whatsappFrom: null,
    oldAuthToken: null,
    smsPerSecond: null,
    apiUrl: null,
  });
  const both = { ...twilio, TWILIO_WHATSAPP_FROM: 'whatsapp:+525500000002', TWILIO_API_URL: 'http://localhost:4010/' };
  expect(readConfig(both).twilio).toMatchObject({ whatsappFrom: '+525500000002', apiUrl: 'http://localhost:4010' });
  expect(readConfig({ ...twilio, TWILIO_SMS_PER_SECOND: '0.5' }).twilio?.smsPerSecond).toBe(0.5);
  expect(() => readConfig({ ...twilio, TWILIO_SMS_PER_SECOND: '0' })).toThrow('TWILIO_SMS_PER_SECOND: must be above 0');
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
    [{ METRICS_PORT: 's3cret' }, /METRICS_PORT/],
    [{ METRICS_PORT: '3000' }, /METRICS_PORT: the same as PORT/],
    [{ MONGODB_URI: 'postgres://u:s3cret@db' }, /MONGODB_URI/],
    [{ PUBLIC_URL: 's3cret' }, /PUBLIC_URL/],
    [{ LOG_LEVEL: 's3cret' }, /LOG_LEVEL/],
    [{ ROLES: 'http,s3cret' }, /ROLES/],
    [{ DEMO_CLOCK: 's3cret' }, /DEMO_CLOCK/],
    [{ DEMO_CLOCK: '2026-11-23T10:00:00-06:00', DEMO: 'off' }, /DEMO_CLOCK: only the demo/],
    [{ NODE_ENV: 'production' }, /MONGODB_URI: production.*\n.*PUBLIC_URL: production/],
    [{ ...twilio, TWILIO_ACCOUNT_SID: 's3cret' }, /TWILIO_ACCOUNT_SID/],
    [{ ...twilio, TWILIO_SMS_FROM: '55s3cret' }, /TWILIO_SMS_FROM/],
    [{ ...twilio, TWILIO_WHATSAPP_FROM: 's3cret' }, /TWILIO_WHATSAPP_FROM/],
    [{ ...twilio, TWILIO_API_URL: 's3cret' }, /TWILIO_API_URL/],
    [
      { TELEGRAM_BOT_TOKEN: '1:s3cret-s3cret-s3cret-s3cret' },
      /TELEGRAM_GROUP_ID: missing[\s\S]*TELEGRAM_AGENTS: missing/,
    ],
    [{ TELEGRAM_AGENTS: 's3cret' }, /TELEGRAM_AGENTS/],
    [
      {
        TELEGRAM_BOT_TOKEN: '1:s3cret-s3cret-s3cret-s3cret',
        TELEGRAM_GROUP_ID: '-1001234567890',
        TELEGRAM_AGENTS: '5',
        TELEGRAM_WEBHOOK_SECRET: 's3cret-s3cret-s3cret',
      },
      /PUBLIC_URL: missing; Telegram calls it/,
    ],
    [{ SMTP_URL: 'http://s3cret' }, /SMTP_URL/],
    [{ EMAIL_WEBHOOK_SECRET: 's3cret-s3cret-s3cret' }, /EMAIL_WEBHOOK_SECRET: e-mail needs.*SMTP_URL/],
    [{ WHATSAPP_NUMBER: 's3cret' }, /WHATSAPP_NUMBER/],
    [{ ...production, CRASH_AT: 'turn' }, /CRASH_AT/],
    [{ ...twilio, TWILIO_AUTH_TOKEN: '' }, /TWILIO_AUTH_TOKEN: missing/],
    [{ ...twilio, TWILIO_SMS_FROM: '' }, /TWILIO_SMS_FROM: missing/],
    [{ ...twilio, PUBLIC_URL: '' }, /PUBLIC_URL: Twilio signs/],
    [{ TWILIO_WHATSAPP_FROM: '+525500000002' }, /TWILIO_ACCOUNT_SID: missing.*\n.*TWILIO_AUTH_TOKEN: missing/],
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

test('the desk, e-mail and a number of our own on WhatsApp', () => {
  const telegram = {
    TELEGRAM_BOT_TOKEN: '1:s3cret-s3cret-s3cret-s3cret',
    TELEGRAM_GROUP_ID: '-1001234567890',
    TELEGRAM_AGENTS: '5, 7',
  };
  expect(readConfig(telegram).telegram).toMatchObject({ groupId: -1001234567890, agents: [5, 7], webhookSecret: null });
  expect(readConfig({ SMTP_URL: 'smtp://ana%40example.com:pw@mail.example.com' }).email?.from).toBe('ana@example.com');
  expect(readConfig({ SMTP_URL: 'smtp://localhost:2525' }).email?.from).toBe('acuerdo@localhost');
  expect(readConfig({ WHATSAPP_NUMBER: '+525500000003' }).whatsapp).toMatchObject({
    pairing: 'qr',
    coldContact: false,
  });
});
