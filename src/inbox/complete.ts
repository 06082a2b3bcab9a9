import { readOptOut } from '../compliance/opt-out.ts';
import type { Packs } from '../compliance/pack.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { isHeld } from '../conversations/holder.ts';
import { optionNamed, type Say } from '../dialog/say.ts';
import { countryOfPhone } from '../kernel/phone.ts';
import type { Heard, Understand } from '../language/heard.ts';
import type { Place } from './burst.ts';
import type { InboxRow } from './inbox-store.ts';

/** What is longer is no bare answer: nobody need look whether it is one. */
export const ANSWER_LENGTH_MAX = 40;

export interface CompletenessDeps {
  understand: Understand;
  say: Say;
  packs: Packs;
}

/** Tells the messages that wait for nothing more: an answer to the question that is open, a tapped button, a picture, a word that stops or resumes messages. */
export function createCompleteness({ understand, say, packs }: CompletenessDeps) {
  /** A message is asked about when it is looked at, and again when its turn is taken. */
  const known = new WeakMap<InboxRow, { version: number; place: Place }>();

  /** Words that stop or resume messages; yes, no or the number of an option, when that is asked. */
  function mustBeHeard(row: InboxRow, held: Conversation, law = lawIn(row, held)): boolean {
    if (row.incoming.kind !== 'message') return true;
    const { text } = row.incoming;
    return law !== null || (text.length <= ANSWER_LENGTH_MAX && answers(row, text, held));
  }

  /** Words that stop or resume messages. Where no law is known, what anybody would take for them. */
  function lawIn(row: InboxRow, held: Conversation): 'stop' | 'other' | null {
    if (row.incoming.kind !== 'message') return null;
    const { text } = row.incoming;
    const pack = packs.inForce(countryOfPhone(held.address) ?? '', row.receivedAt);
    const reading = pack && readOptOut(pack, text);
    if (reading) return reading.startsWith('out') ? 'stop' : 'other';
    if (pack || text.length > ANSWER_LENGTH_MAX) return null;
    const { intents } = read(row, text, held);
    return intents.some(({ intent }) => intent === 'opt_out' || intent === 'opt_in') ? 'other' : null;
  }

  function answers(row: InboxRow, text: string, held: Conversation): boolean {
    const options = held.dialog.stack.at(-1)?.options.length ?? 0;
    const { expecting } = held;
    const isAsking = options > 0 || expecting === 'yes_no' || expecting === 'digits' || expecting === 'amount';
    if (!isAsking) return false;
    const heard = read(row, text, held);
    if (expecting === 'yes_no' && heard.yesNo !== null) return true;
    if (expecting === 'digits' && heard.digits !== null) return true;
    if (expecting === 'amount' && heard.amounts.length > 0) return true;
    return options > 0 && (heard.choice !== null || optionNamed(text, held.dialog, say, held.locale) !== null);
  }

  /** What is heard however much the debtor writes: the same, and whoever asks for a person. */
  function isUrgent(row: InboxRow, held: Conversation): boolean {
    if (row.incoming.kind !== 'message' || mustBeHeard(row, held)) return true;
    if (row.incoming.text.length > ANSWER_LENGTH_MAX) return false;
    return read(row, row.incoming.text, held).intents.some(
      ({ intent }) => intent === 'person' || intent === 'wrong_person',
    );
  }

  function read(row: InboxRow, text: string, held: Conversation): Heard {
    const options = held.dialog.stack.at(-1)?.options.length ?? 0;
    return understand(text, {
      now: row.receivedAt,
      zone: 'UTC',
      locale: held.locale,
      currency: 'MXN',
      expecting: held.expecting,
      ...(options > 0 ? { optionCount: options } : {}),
    });
  }

  function placeOf(row: InboxRow, held: Conversation): Place {
    const before = known.get(row);
    if (before?.version === held.version) return before.place;
    const place = placeIn(row, held);
    known.set(row, { version: held.version, place });
    return place;
  }

  /** A person who holds the conversation sees each message at once. */
  function placeIn(row: InboxRow, held: Conversation): Place {
    if (row.incoming.kind !== 'message' || row.incoming.tapped || row.incoming.media) return 'alone';
    const law = lawIn(row, held);
    if (law === 'stop') return 'last';
    return isHeld(held) || mustBeHeard(row, held, law) ? 'alone' : 'part';
  }

  return { placeOf, isUrgent };
}

export type Completeness = ReturnType<typeof createCompleteness>;
