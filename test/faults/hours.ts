/** The hours of policies/mx.yaml, written down a second time: the checker must not take the service's word for them. */
const OPEN = '07:00';
const CLOSE = '22:00';
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

/** Whether a debtor who lives in `zone` may be reminded at this instant. Holidays are left to the service's own tests. */
export function isWithinHours(zone: string, at: number): boolean {
  const [day = '', time = ''] = wallClock(zone, at).split(' ');
  return WEEKDAYS.includes(day) && time >= OPEN && time < CLOSE;
}

/** `Mon 09:30` by the clock on the wall there. */
export function wallClock(zone: string, at: number): string {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('weekday')} ${part('hour')}:${part('minute')}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const options = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-GB', options);
  formats.set(timeZone, format);
  return format;
}

/** One for every hour of the world, none with a change of clock that matters here. */
const ZONES = [
  'Pacific/Kiritimati',
  'Pacific/Tongatapu',
  'Pacific/Fiji',
  'Pacific/Noumea',
  'Australia/Brisbane',
  'Asia/Tokyo',
  'Asia/Shanghai',
  'Asia/Bangkok',
  'Asia/Dhaka',
  'Asia/Karachi',
  'Asia/Dubai',
  'Africa/Nairobi',
  'Africa/Johannesburg',
  'Africa/Lagos',
  'Africa/Abidjan',
  'Atlantic/Cape_Verde',
  'America/Noronha',
  'America/Sao_Paulo',
  'America/Manaus',
  'America/Bogota',
  'America/Mexico_City',
  'America/Phoenix',
  'Pacific/Pitcairn',
  'Pacific/Gambier',
  'Pacific/Honolulu',
  'Pacific/Pago_Pago',
];

const RUN_MS = 40 * 60_000; // longer than a whole run: hours do not change under it

/**
 * Where it is day for as long as a run takes, and where it is not. Between Saturday evening and Monday morning there may be no such day in the whole world:
 * then reminders are expected to wait everywhere.
 */
export function zonesOfNow(now: number): { open: string | null; closed: string } {
  const always = (is: boolean) => (zone: string) =>
    [0, RUN_MS / 2, RUN_MS].every((later) => isWithinHours(zone, now + later) === is);
  const closed = ZONES.find(always(false));
  if (closed === undefined) throw new Error('it is day everywhere, which cannot be');
  return { open: ZONES.find(always(true)) ?? null, closed };
}
