/** How a connection came to its end, and how often in a row it has. */
export interface Closing {
  /** WhatsApp's or Baileys' code; null when there was none. */
  code: number | null;
  reason: string;
  /** From 1: connections that ended in a row without one that held. */
  attempt: number;
}

/** Why nobody tries any more until a person has looked at it. */
export type Problem = 'replaced' | 'banned' | 'outdated' | 'refused' | 'bad_session' | 'not_paired' | 'other_number';

export type Next =
  | { do: 'reopen' }
  | { do: 'wait'; ms: number }
  /** The phone has let go of us: the keys are worth nothing any more, and are wiped. */
  | { do: 'pair_again' }
  | { do: 'stop'; problem: Problem };

const FIRST_WAIT_MS = 1_000;
const WAIT_MS_MAX = 60_000;
const TRIES_MAX = 5; // of what a retry seldom mends
/** Our own reason for ending one: the phone that was paired has another number. */
export const OTHER_NUMBER = 'The linked phone has another number';
const QR_ENDED = /QR refs attempts ended/i;

/**
 * What to do when a connection has ended: each code of Baileys 7, as facts/platforms.md (h) has them from its source.
 * @param chance 0 to 1, so that many processes do not come back at once
 */
export function afterClosing({ code, reason, attempt }: Closing, chance: number): Next {
  const wait: Next = { do: 'wait', ms: waitMs(attempt, chance) };
  if (reason === OTHER_NUMBER) return { do: 'stop', problem: 'other_number' };
  switch (code) {
    case 515: // after pairing, and whenever WhatsApp likes: come back at once
      return attempt <= TRIES_MAX ? { do: 'reopen' } : wait;
    case 401:
      return attempt <= TRIES_MAX ? { do: 'pair_again' } : { do: 'stop', problem: 'refused' };
    case 403:
      return { do: 'stop', problem: 'banned' };
    case 405:
      return { do: 'stop', problem: 'outdated' };
    case 440: // somebody else uses this session: coming back would throw them out, and they us
      return { do: 'stop', problem: 'replaced' };
    case 411:
    case 500:
      return attempt < TRIES_MAX ? wait : { do: 'stop', problem: 'bad_session' };
    case 408:
      return QR_ENDED.test(reason) ? { do: 'stop', problem: 'not_paired' } : wait;
    default: // 428, 503, none, and what is not known yet
      return wait;
  }
}

/** Doubles up to a minute; half of it is chance. */
function waitMs(attempt: number, chance: number): number {
  const full = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.max(0, attempt - 1));
  return Math.round(full / 2 + (full / 2) * chance);
}
