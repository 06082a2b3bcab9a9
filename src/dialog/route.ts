import type { Heard } from '../language/heard.ts';
import type { Flows } from './compile.ts';
import type { Facts } from './facts.ts';
import type { Handler } from './flow.ts';
import { meaningsOf, offerIn, wordsIn } from './meaning.ts';
import { holds } from './params.ts';

/** What must be heard whatever question is open: a person, an opt-out, a wrong person. */
export function urgentHandler(flows: Flows, heard: Heard, facts: Facts): Handler | null {
  return flows.global.handlers.find((h) => h.always && isMeant(h, heard) && mayAct(h, facts)) ?? null;
}

/**
 * Who answers a message that answers no open question. What names its words decides first, then the strongest intent,
 * then a day, an amount or digits alone; small talk only where nothing else was said.
 */
export function handlerFor(flows: Flows, heard: Heard, facts: Facts, isAsked: boolean): Handler | null {
  const able = flows.global.handlers.filter((h) => isMeant(h, heard) && mayAct(h, facts) && !(h.idle && isAsked));
  const strong = able.filter((h) => !h.weak);
  const weak = able.filter((h) => h.weak);
  const byIntent = (among: Handler[]): Handler | undefined => {
    for (const intent of meaningsOf(heard)) {
      const handler = among.find((h) => h.intent === intent);
      if (handler) return handler;
    }
    return undefined;
  };
  const byWords = (h: Handler) => h.words !== undefined;
  const bySigns = (h: Handler) => h.intent === undefined;
  return (
    strong.find(byWords) ?? byIntent(strong) ?? strong.find(bySigns) ?? weak.find(byWords) ?? byIntent(weak) ?? null
  );
}

function isMeant(handler: Handler, heard: Heard): boolean {
  if (handler.intent !== undefined && !meaningsOf(heard).includes(handler.intent)) return false;
  if (handler.heard === 'digits' && heard.digits === null) return false;
  if (handler.heard === 'offer' && !offerIn(heard)) return false;
  if (handler.heard === 'correction' && !(offerIn(heard) && heard.isCorrection)) return false;
  return handler.words === undefined || areSaid(handler.words, wordsIn(heard), handler.alone);
}

const areSaid = (wanted: readonly string[], said: readonly string[], alone: boolean): boolean =>
  said.length > 0 && (alone ? said.every((word) => wanted.includes(word)) : said.some((word) => wanted.includes(word)));

const mayAct = (handler: Handler, facts: Facts): boolean =>
  handler.if === undefined || holds(handler.if, {}, facts, 'heard');
