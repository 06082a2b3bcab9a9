import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/compliance/gate.ts';
import type { ContactRequest, PastMessage } from '../../src/compliance/request.ts';
import type { Medium } from '../../src/kernel/medium.ts';
import { shippedPacks } from '../conformance/compliance-vectors.ts';

/** Tuesday, 10:00 in each place but where it is said. */
const TUESDAY = new Date('2026-11-24T16:00:00Z');
const ago = (hours: number): Date => new Date(TUESDAY.getTime() - hours * 3_600_000);

function decideOn(
  country: string,
  zone: string,
  change: { now?: Date; past?: [number, Medium][]; text?: string } = {},
): string {
  const history: PastMessage[] = (change.past ?? []).map(([hours, channel]) => ({
    at: ago(hours),
    channel,
    direction: 'out',
    kind: 'reminder',
    status: 'sent',
  }));
  const request: ContactRequest = {
    now: change.now ?? TUESDAY,
    zones: [zone],
    channel: 'email',
    kind: 'reminder',
    history,
    context: {
      recipient: 'debtor',
      debtStatus: 'overdue',
      identityVerified: true,
      disclosesDebt: true,
      collector: 'first_party',
      ...(change.text !== undefined && { text: change.text }),
    },
  };
  const decision = decide(shippedPacks, country, request);
  return `${decision.answer} ${decision.rule}`;
}

describe('what the packs say of e-mail', () => {
  test.each([
    ['mx', 'America/Mexico_City'],
    ['cl', 'America/Santiago'],
    ['co', 'America/Bogota'],
    ['br', 'America/Sao_Paulo'],
    ['ar', 'America/Argentina/Buenos_Aires'],
    ['pe', 'America/Lima'],
  ])('%s: hours hold as for every channel', (country, zone) => {
    expect(decideOn(country, zone)).toBe('allow all');
    expect(decideOn(country, zone, { now: new Date('2026-11-25T05:00:00Z') })).toBe('defer hours');
  });

  test('Chile: it is one of the two written contacts of a week, and comes two days after another', () => {
    const zone = 'America/Santiago';
    expect(decideOn('cl', zone, { past: [[30, 'sms']] })).toBe('defer gap');
    expect(decideOn('cl', zone, { past: [[50, 'sms']] })).toBe('allow all');
    const two: [number, Medium][] = [
      [120, 'whatsapp'],
      [60, 'sms'],
    ];
    expect(decideOn('cl', zone, { past: two })).toBe('defer cap');
  });

  test('Colombia: once a day, and not on a second channel in a week', () => {
    const zone = 'America/Bogota';
    expect(decideOn('co', zone, { past: [[1, 'email']] })).toBe('defer cap');
    expect(decideOn('co', zone, { past: [[30, 'email']] })).toBe('allow all');
    expect(decideOn('co', zone, { past: [[30, 'whatsapp']] })).toBe('defer lock');
  });

  test('United States: every one says how to stop', () => {
    const zone = 'America/New_York';
    expect(decideOn('us', zone, { text: 'Hi Ana, I have a message for you.' })).toMatch(/^block content/);
    expect(decideOn('us', zone, { text: 'Hi Ana, I have a message for you. Reply STOP to get no more.' })).toBe(
      'allow all',
    );
  });
});
