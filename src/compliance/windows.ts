import { addDays, type CivilDate, civilDateIn, instantAt, wallTimeIn, weekdayOf } from '../kernel/calendar.ts';
import type { Pack } from './pack.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The pack's hours of a day, [open, close); null when it is closed. 'unknown': no holiday table for that year. */
export function windowOf(pack: Pack, day: CivilDate): readonly [string, string] | null | 'unknown' {
  const holiday = pack.calendar.isHoliday(day);
  if (holiday === null) return 'unknown';
  const name = WEEKDAYS[weekdayOf(day) - 1] ?? 'sun';
  return pack.windows[holiday ? 'holiday' : name];
}

/** Open only when every zone that the debtor may live in is open, by the clock on the wall there. */
export function hoursAt(pack: Pack, zones: readonly string[], at: Date): 'open' | 'closed' | 'unknown' {
  let answer: 'open' | 'closed' = 'open';
  for (const zone of zones) {
    const window = windowOf(pack, civilDateIn(zone, at));
    if (window === 'unknown') return 'unknown';
    const wall = wallTimeIn(zone, at);
    if (window === null || wall < window[0] || wall >= window[1]) answer = 'closed';
  }
  return answer;
}

/** The first instant after `at` at which the hours end in one of the zones; null when they are closed, or not known, at `at`. */
export function closingAfter(pack: Pack, zones: readonly string[], at: Date): Date | null {
  if (hoursAt(pack, zones, at) !== 'open') return null;
  const ends = zones.flatMap((zone) => {
    const day = civilDateIn(zone, at);
    const window = windowOf(pack, day);
    return window === null || window === 'unknown' ? [] : [instantAt(day, window[1], zone).getTime()];
  });
  return ends.length > 0 ? new Date(Math.min(...ends)) : null;
}

/**
 * Instants after `from`, in order, at which hours may open or a local date of the first zone begins, with those of `also`:
 * what waits for any of them may not go earlier. Made day by day, since most waits end on the first.
 */
export function* openings(
  pack: Pack,
  zones: readonly string[],
  from: Date,
  { days, also }: { days: number; also: readonly Date[] },
): Generator<Date> {
  const [first = pack.tz_default, ...others] = zones;
  let day = civilDateIn(first, from);
  let dawn = from.getTime() + 1;
  for (let n = 0; n <= days; n += 1) {
    const next = addDays(day, 1);
    const dusk = instantAt(next, '00:00', first).getTime();
    const moments = [...(n > 0 ? [dawn] : []), ...openingOf(pack, first, day), ...also.map((at) => at.getTime())];
    // Elsewhere it may be yesterday or tomorrow.
    for (const zone of others)
      for (const local of [addDays(day, -1), day, next]) moments.push(...openingOf(pack, zone, local));
    for (const ms of [...new Set(moments)].sort((a, b) => a - b)) if (ms >= dawn && ms < dusk) yield new Date(ms);
    [day, dawn] = [next, dusk];
  }
}

function openingOf(pack: Pack, zone: string, day: CivilDate): number[] {
  const window = windowOf(pack, day);
  return window === null || window === 'unknown' ? [] : [instantAt(day, window[0], zone).getTime()];
}
