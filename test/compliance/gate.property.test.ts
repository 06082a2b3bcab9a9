import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, inputsHash, lookbackDays } from '../../src/compliance/gate.ts';
import type { Pack } from '../../src/compliance/pack.ts';
import type { ContactRequest, PastMessage } from '../../src/compliance/request.ts';
import { civilDateIn, DAY_MS, HOUR_MS, wallTimeIn, weekdayOf } from '../../src/kernel/calendar.ts';
import { MESSAGE_KINDS } from '../../src/kernel/medium.ts';
import { shippedPacks } from '../conformance/compliance-vectors.ts';

const MINUTE_MS = 60_000;
const ZONES: Record<string, string[]> = {
  mx: ['America/Mexico_City', 'America/Tijuana', 'America/Cancun'],
  cl: ['America/Santiago', 'America/Punta_Arenas', 'Pacific/Easter'],
  us: ['America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu'],
};
const COUNTED = ['reminder', 'preventive', 'demand', 'offer', 'promise_followup'] as const;

const pastMessage = (nowMs: number): fc.Arbitrary<PastMessage> =>
  fc.record(
    {
      at: fc.integer({ min: 0, max: 9 * 24 * 60 }).map((minutes) => new Date(nowMs - minutes * MINUTE_MS)),
      channel: fc.constantFrom('whatsapp' as const, 'sms' as const, 'voice' as const, 'email' as const),
      direction: fc.constantFrom('in' as const, 'out' as const, 'out' as const),
      kind: fc.constantFrom(...MESSAGE_KINDS),
      status: fc.constantFrom('delivered' as const, 'failed' as const, 'unknown' as const),
      text: fc.constantFrom('hola', 'BAJA', 'ALTA', 'CANCELAR', 'no me llamen'),
      answered: fc.boolean(),
    },
    { requiredKeys: ['at', 'channel', 'direction'] },
  );

const asked = fc
  .record({ pack: fc.constantFrom(...shippedPacks.all), minute: fc.integer({ min: 0, max: 600 * 24 * 60 }) })
  .chain(({ pack, minute }) => {
    const nowMs = Date.parse('2026-01-10T00:00:00Z') + minute * MINUTE_MS;
    const zones = fc.subarray(ZONES[pack.id.slice(0, 2)] ?? [pack.tz_default], { minLength: 1 });
    return fc.record({
      pack: fc.constant(pack),
      request: fc.record({
        now: fc.constant(new Date(nowMs)),
        zones,
        channel: fc.constantFrom('whatsapp' as const, 'sms' as const, 'voice' as const, 'email' as const),
        kind: fc.constantFrom(
          ...COUNTED,
          'reply' as const,
          'receipt' as const,
          'info_requested' as const,
          'opt_out_ack' as const,
        ),
        history: fc.array(pastMessage(nowMs), { maxLength: 9 }),
        context: fc.constant({
          recipient: 'debtor' as const,
          debtStatus: 'overdue' as const,
          identityVerified: true,
          disclosesDebt: true,
          collector: 'first_party' as const,
        }),
      }) satisfies fc.Arbitrary<ContactRequest>,
    });
  });

function isOpen(pack: Pack, zone: string, at: Date): boolean {
  const day = civilDateIn(zone, at);
  const { windows, calendar } = pack;
  const weekday = (
    [windows.mon, windows.tue, windows.wed, windows.thu, windows.fri, windows.sat, windows.sun] as const
  )[weekdayOf(day) - 1];
  const window = calendar.isHoliday(day) === true ? windows.holiday : weekday;
  return window != null && wallTimeIn(zone, at) >= window[0] && wallTimeIn(zone, at) < window[1];
}

describe('the gate, whatever it is asked', () => {
  test('lets no counted message go outside the hours of any of the debtor’s zones', () => {
    fc.assert(
      fc.property(asked, ({ pack, request }) => {
        fc.pre(COUNTED.some((kind) => kind === request.kind));
        const decision = decide(shippedPacks, pack.id, request);
        if (decision.answer === 'allow')
          expect(request.zones.every((zone) => isOpen(pack, zone, request.now))).toBe(true);
      }),
      { numRuns: 800 },
    );
  });

  test('defers to an instant at which the message may go, and to none later than needed', () => {
    let deferred = 0;
    fc.assert(
      fc.property(
        asked,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
        ({ pack, request }, shares) => {
          const decision = decide(shippedPacks, pack.id, request);
          if (decision.answer !== 'defer') return;
          deferred += 1;
          const { now } = request;
          const { until } = decision;
          const answerAt = (ms: number) => decide(shippedPacks, pack.id, { ...request, now: new Date(ms) }).answer;
          expect(until.getTime()).toBeGreaterThan(now.getTime());
          expect(answerAt(until.getTime())).toBe('allow');
          const waitMs = until.getTime() - now.getTime();
          const earlier = [
            ...shares.map((share) => now.getTime() + Math.floor(share * waitMs)),
            ...[1, 1000, MINUTE_MS, 2 * MINUTE_MS, 59 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, DAY_MS].map(
              (ms) => until.getTime() - ms,
            ),
          ];
          for (const ms of earlier)
            if (ms >= now.getTime() && ms < until.getTime()) expect(answerAt(ms)).not.toBe('allow');
        },
      ),
      { numRuns: 300 },
    );
    expect(deferred).toBeGreaterThan(100);
  });

  test('answers the same, in whatever order the history is told', () => {
    fc.assert(
      fc.property(asked, ({ pack, request }) => {
        const instants = new Set(request.history.map((message) => message.at.getTime()));
        fc.pre(instants.size === request.history.length);
        const first = decide(shippedPacks, pack.id, request);
        expect(decide(shippedPacks, pack.id, request)).toEqual(first);
        expect(decide(shippedPacks, pack.id, { ...request, history: request.history.toReversed() })).toEqual(first);
        expect(inputsHash(pack.id, request)).toBe(inputsHash(pack.id, { ...request }));
      }),
      { numRuns: 300 },
    );
  });

  test('looks back no further than it says', () => {
    fc.assert(
      fc.property(asked, ({ pack, request }) => {
        fc.pre(COUNTED.some((kind) => kind === request.kind));
        const old = new Date(request.now.getTime() - (lookbackDays(pack) + 2) * DAY_MS);
        const contact: PastMessage = { at: old, channel: 'sms', direction: 'out', kind: 'reminder' };
        const decision = decide(shippedPacks, pack.id, request);
        expect(decide(shippedPacks, pack.id, { ...request, history: [contact, ...request.history] })).toEqual(decision);
      }),
      { numRuns: 200 },
    );
  });
});
