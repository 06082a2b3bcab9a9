import type { Medium } from '../kernel/medium.ts';
import { remembered } from '../kernel/remember.ts';
import type { Pack } from './pack.ts';
import { bareWords, foldText } from './plain-text.ts';
import type { ContactRequest } from './request.ts';

/** `out` binds the channel it came on, `out_all` every channel; `in` brings back; `ambiguous` must be asked back. */
export type OptOutReading = 'out' | 'out_all' | 'in' | 'ambiguous';

/**
 * What a message says about being written to; null when nothing. Words count only as the whole message, phrases anywhere in it.
 * In Latin America "cancelar" is to pay: the bare word is ambiguous there.
 */
export function readOptOut(pack: Pack, text: string): OptOutReading | null {
  const { back, ambiguous, scope } = pack.opt_out;
  const phrases = [...pack.opt_out.phrases, ...pack.opt_out.also_phrases];
  const said = bareWords(text);
  const isOneOf = (list: readonly string[]) => bareSetOf(list).has(said);
  if (isOneOf(back)) return 'in';
  if (isOneOf(pack.opt_out.words) || isOneOf(pack.opt_out.also_words)) return scope === 'all' ? 'out_all' : 'out';
  if (isOneOf(ambiguous)) return 'ambiguous';
  const folded = foldText(text);
  const saidLow = said.toLowerCase();
  return phrases.some((phrase) => phrase.test(folded) || phrase.test(saidLow)) ? 'out_all' : null;
}

/** A pack's words as messages are compared with them. Each message asks. */
const bareSetOf = remembered((list: readonly string[]): ReadonlySet<string> => new Set(list.map(bareWords)));

/** How things stand on one channel: bound since when, and by which latest word; or paused by an ambiguous one. */
export type OptOutStanding = { state: 'in' } | { state: 'paused' } | { state: 'out'; since: Date; latest: Date };

/** The latest word that touches the channel wins. */
export function optOutStanding(pack: Pack, request: ContactRequest): OptOutStanding {
  let standing: OptOutStanding = { state: 'in' };
  let paused = false;
  for (const { at, channel, reading } of wordsOf(pack, request)) {
    const isHere = channel === request.channel;
    if (isHere) paused = reading === 'ambiguous'; // any later word of the debtor's clears it
    if (reading === 'out_all' || (isHere && reading === 'out'))
      standing = { state: 'out', since: standing.state === 'out' ? standing.since : at, latest: at };
    if (isHere && reading === 'in') standing = { state: 'in' };
  }
  return standing.state === 'in' && paused ? { state: 'paused' } : standing;
}

interface Word {
  at: Date;
  channel: Medium;
  reading: OptOutReading | null;
}

function wordsOf(pack: Pack, { history, context }: ContactRequest): Word[] {
  const heard: Word[] = history
    .filter((message) => message.direction === 'in')
    .map(({ at, channel, text }) => ({ at, channel, reading: text === undefined ? null : readOptOut(pack, text) }));
  return [...heard, ...(context.consents ?? [])].sort((a, b) => a.at.getTime() - b.at.getTime());
}
