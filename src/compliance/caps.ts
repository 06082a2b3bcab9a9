import { addDays, type CivilDate, HOUR_MS } from '../kernel/calendar.ts';
import type { Medium } from '../kernel/medium.ts';
import type { Contact } from './contacts.ts';
import type { Pack } from './pack.ts';

/** No channel named: the rule is for all. */
const covers = (channels: readonly Medium[], channel: Medium): boolean =>
  channels.length === 0 || channels.includes(channel);
/** `days` counts today: a week is the seven local dates that end today. */
const isWithin = (contact: Contact, today: CivilDate, days: number): boolean =>
  contact.day > addDays(today, -days) && contact.day <= today;

/** Too many contacts in the last so many local dates. */
export function isOverCap(pack: Pack, contacts: readonly Contact[], channel: Medium, today: CivilDate): boolean {
  return pack.caps
    .filter((cap) => covers(cap.ch, channel))
    .some((cap) => {
      const counted = contacts.filter(
        (c) => covers(cap.ch, c.channel) && isWithin(c, today, cap.days) && (!cap.answered || c.answered),
      );
      return counted.length >= cap.max;
    });
}

/** Instants at which a gap ends. Exactly the gap is enough. */
export function gapEnds(pack: Pack, contacts: readonly Contact[], channel: Medium): Date[] {
  return pack.gap
    .filter((gap) => covers(gap.ch, channel))
    .flatMap((gap) =>
      contacts.filter((c) => covers(gap.ch, c.channel)).map((c) => new Date(c.at.getTime() + gap.hours * HOUR_MS)),
    );
}

/** Another channel was used within the lock's local dates. */
export function isLocked(pack: Pack, contacts: readonly Contact[], channel: Medium, today: CivilDate): boolean {
  const lock = pack.channel_lock;
  return lock !== null && contacts.some((c) => c.channel !== channel && isWithin(c, today, lock.days));
}
