import { expect, test } from '@jest/globals';
import { decide } from '../../src/compliance/gate.ts';
import type { ContactRequest } from '../../src/compliance/request.ts';
import { shippedPacks } from '../conformance/compliance-vectors.ts';

const context: ContactRequest['context'] = {
  recipient: 'debtor',
  debtStatus: 'overdue',
  identityVerified: true,
  disclosesDebt: true,
  collector: 'first_party',
};
const request = (change: Partial<ContactRequest> = {}): ContactRequest => ({
  now: new Date('2026-11-24T10:00:00-06:00'),
  zones: ['America/Mexico_City'],
  channel: 'whatsapp',
  kind: 'reminder',
  history: [],
  context,
  ...change,
});

test('the first rule in order names the decision, with the pack and its version', () => {
  const wrong = {
    ...context,
    recipient: 'family' as const,
    identityVerified: false,
    debtStatus: 'paid' as const,
    text: 'Irás a la cárcel',
  };
  const out = [
    { at: new Date('2026-11-20T10:00:00-06:00'), channel: 'whatsapp' as const, direction: 'in' as const, text: 'BAJA' },
  ];
  const rule = (change: Partial<ContactRequest>) => decide(shippedPacks, 'mx', request(change)).rule;
  expect(decide(shippedPacks, 'mx', request())).toEqual({ answer: 'allow', rule: 'all', pack: 'mx', version: 1 });
  expect(rule({ history: out, context: wrong })).toBe('opt_out');
  expect(rule({ context: wrong })).toBe('recipient');
  expect(rule({ context: { ...wrong, recipient: 'debtor' } })).toBe('identity');
  expect(rule({ context: { ...wrong, recipient: 'debtor', identityVerified: true } })).toBe('stop_on.paid');
  expect(rule({ context: { ...wrong, recipient: 'debtor', identityVerified: true, debtStatus: 'due' } })).toBe(
    'content.threat',
  );
  expect(rule({ now: new Date('2026-11-24T23:00:00-06:00') })).toBe('hours');
  expect(decide(shippedPacks, 'zz', request())).toMatchObject({
    answer: 'block',
    rule: 'config',
    pack: 'zz',
    version: 0,
  });
});

test('without a zone, or with a time that is none, the gate is closed', () => {
  expect(decide(shippedPacks, 'mx', request({ zones: [] }))).toMatchObject({ answer: 'block', rule: 'config' });
  expect(decide(shippedPacks, 'mx', request({ now: new Date(Number.NaN) }))).toMatchObject({
    answer: 'block',
    rule: 'config',
  });
});

test('zones that are never open together block', () => {
  expect(
    decide(
      shippedPacks,
      'es',
      request({ zones: ['Europe/Madrid', 'Pacific/Honolulu'], now: new Date('2026-07-01T10:00:00Z') }),
    ),
  ).toMatchObject({
    answer: 'block',
    rule: 'hours',
  });
});

test('what the conversation learnt by other ways than words counts like words', () => {
  const at = new Date('2026-11-23T10:00:00-06:00');
  const consents = (reading: 'out' | 'out_all' | 'in', channel: 'whatsapp' | 'sms') =>
    decide(shippedPacks, 'mx', request({ context: { ...context, consents: [{ at, channel, reading }] } })).answer;
  expect(consents('out', 'whatsapp')).toBe('block');
  expect(consents('out', 'sms')).toBe('allow');
  expect(consents('out_all', 'sms')).toBe('block');
  const word = [
    { at: new Date('2026-11-20T10:00:00-06:00'), channel: 'whatsapp' as const, direction: 'in' as const, text: 'BAJA' },
  ];
  const back = request({
    history: word,
    context: { ...context, consents: [{ at, channel: 'whatsapp', reading: 'in' }] },
  });
  expect(decide(shippedPacks, 'mx', back).answer).toBe('allow');
});

test('a channel of Twilio’s is Twilio', () => {
  const third = {
    ...context,
    collector: 'third_party' as const,
    provider: 'twilio-sms',
    text: 'Reply STOP to opt out',
  };
  const us = { channel: 'sms' as const, zones: ['America/New_York'], context: third };
  expect(decide(shippedPacks, 'us', request(us))).toMatchObject({ answer: 'block', rule: 'provider' });
});

test('a forbidden word hidden by case, accents or line breaks is found; a required sentence is not held against its text', () => {
  const answer = (pack: string, text: string) =>
    decide(
      shippedPacks,
      pack,
      request({ now: new Date('2026-11-24T15:00:00Z'), zones: ['America/Bogota'], context: { ...context, text } }),
    ).rule;
  expect(answer('cl', 'NOTIFICACIÓN\n  JUDICIAL')).toBe('content.judicial');
  expect(
    answer('cl', 'ESTE AVISO NO CONSTITUYE UN PROCEDIMIENTO JUDICIAL DESTINADO A LA EJECUCIÓN DE TUS BIENES'),
  ).toBe('all');
  expect(
    answer(
      'cl',
      'Este aviso no constituye un procedimiento judicial destinado a la ejecución de tus bienes, pero hay una demanda',
    ),
  ).toBe('content.judicial');
});

test('two-way counting: a message that nobody answered is no contact', () => {
  const co = shippedPacks.all.find((pack) => pack.id === 'co');
  if (!co) throw new Error('no Colombian pack');
  const packs = { all: [], inForce: () => ({ ...co, counting: 'two_way' as const }) };
  const out = {
    at: new Date('2026-11-24T09:00:00-05:00'),
    channel: 'whatsapp' as const,
    direction: 'out' as const,
    kind: 'reminder' as const,
  };
  const answer = {
    at: new Date('2026-11-24T09:20:00-05:00'),
    channel: 'whatsapp' as const,
    direction: 'in' as const,
    text: 'hola',
  };
  const noon = { now: new Date('2026-11-24T12:00:00-05:00'), zones: ['America/Bogota'] };
  expect(decide(packs, 'co', request({ ...noon, history: [out] })).answer).toBe('allow');
  expect(decide(packs, 'co', request({ ...noon, history: [out, answer] })).answer).toBe('defer');
});
