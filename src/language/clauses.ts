import type { Cues } from './cues.ts';
import type { Mention, Sum } from './mention.ts';
import type { Bone } from './skeleton.ts';

/** A stretch of the message that says one thing. */
export interface Clause {
  /** ` words and placeholders `: what cues are tested on. */
  text: string;
  bones: Bone[];
  mentions: Mention[];
  sums: Sum[];
  isQuestion: boolean;
  /** The question mark comes after a later clause: "ya pagué, no les figura?". */
  asksLater: boolean;
  /** The mark or word that opened it. */
  opener: string;
}

const MARK = /^[.,;:!?¿¡…()\-–—]$/;

/** Two words that begin a correction. */
const SLIP: ReadonlySet<string> = new Set([
  'quise decir',
  'quiero decir',
  'o sea',
  'mas bien',
  'quer dizer',
  'quis dizer',
  'ou melhor',
  'na verdade',
  'i mean',
  'i meant',
  'make that',
  'no wait',
  'no perdon',
  'no espera',
  'no digo',
  'no mejor',
  'no nao',
  'scratch that',
]);

/** Two words that look like a break and are none. */
const TOGETHER: ReadonlySet<string> = new Set([
  'lo mejor',
  'siempre y',
  'la mejor',
  'mucho mejor',
  'es mejor',
  'con perdon',
  'even so',
  'or so',
  'and so',
  'so and',
  'que digo',
  'chance y',
  'igual y',
]);

/** Splits at marks and at words such as "pero" and "y". A question reaches from "¿", or from the mark before, to "?". */
export function splitClauses(bones: readonly Bone[], cues: Cues): Clause[] {
  const clauses: Clause[] = [];
  let current: Bone[] = [];
  let opener = '';
  const close = (next: string, isQuestion: boolean) => {
    if (current.length > 0) clauses.push(clauseOf(current, opener, isQuestion));
    current = [];
    opener = next;
  };
  for (const [i, bone] of bones.entries()) {
    if (MARK.test(bone.text)) {
      const isAsked = bone.text === '?' && !isTag([...(clauses.at(-1)?.bones ?? []), ...current]);
      close(bone.text, isAsked);
      if (isAsked) markQuestion(clauses);
      continue;
    }
    if (current.length > 0 && SLIP.has(`${bone.text} ${bones[i + 1]?.text ?? ''}`)) close(bone.text, false);
    else if (
      cues.splitters.has(bone.text) &&
      !isTrailing(bones, i) &&
      current.length > 0 &&
      !TOGETHER.has(`${current.at(-1)?.text} ${bone.text}`)
    )
      close(bone.text, false);
    if (isInstead(current, bone) || isOneForOther(current, bone, bones[i + 1])) close('', false);
    current.push(bone);
    if (bone.mention && (offersAgain(bones, i) || isReplaced(current))) close('', false);
  }
  close('', false);
  return clauses;
}

/** "el martes mejor": the word ends the clause that it is about. */
const isTrailing = (bones: readonly Bone[], i: number): boolean =>
  bones[i]?.text !== 'y' && (bones[i + 1] === undefined || MARK.test(bones[i + 1]?.text ?? ''));

/** "no esta quincena | la que sigue", "este viernes no | el otro": what is offered for what was turned down. */
const isInstead = (clause: readonly Bone[], { mention }: Bone): boolean =>
  mention?.kind === 'elliptic' &&
  clause.some((bone) => bone.mention !== undefined) &&
  clause.some(({ text }) => /^(no|nao|not)$/.test(text)) &&
  !/^(ni|nem|nor|y|e|o|ou|or|and|tampoco)$/.test(clause.at(-1)?.text ?? '');

/** "friday no | monday yes", "sexta não | segunda sim". */
const isOneForOther = (clause: readonly Bone[], { mention }: Bone, next: Bone | undefined): boolean =>
  mention !== undefined &&
  /^(si\+?|sim|yes)$/.test(next?.text ?? '') &&
  / DATE (?:no|nao)(?: (?:el|la|em|a|on|para)){0,2}$/.test(` ${clause.map(({ text }) => text).join(' ')}`);

/** "en vez de mañana | el sábado". */
const isReplaced = (clause: readonly Bone[]): boolean =>
  / (?:vez|lugar|invés|inves|instead|rather) (?:de|of|than)(?: (?:el|la|o|the|on))? \w*DATE$/.test(
    ` ${clause.map(({ text }) => text).join(' ')}`,
  );

/** "…cuando no me pagaron el viernes | te pago el lunes": a paying verb between two dates belongs to the second. */
function offersAgain(bones: readonly Bone[], i: number): boolean {
  let k = i + 1;
  while (/^(te|le|les|lo|se|yo|i|will|ill|eu|can|voy|a|vou)$/.test(bones[k]?.text ?? '')) k += 1;
  if (!/^(PAY|PAYINF)$/.test(bones[k]?.text ?? '')) return false;
  for (let n = k + 1; n < bones.length && n < k + 8; n += 1) {
    if (MARK.test(bones[n]?.text ?? '')) return false;
    if (bones[n]?.mention) return true;
  }
  return false;
}

/** "te pago el viernes, ¿va?", "pago sexta, ok?": said, and only its hearing is asked. */
const isTag = (bones: readonly Bone[]): boolean =>
  / (?:PAY|PAYING|(?:ill|will|voy a|vou) (?:\w+ ){0,2}PAYINF) (?:.* )?(?<!(?:is|that|it|esta|te|le|les|todo|se|me) )(?:va|sale|ok|okay|vale|dale|beleza|ta|esta|viu|ne|cool|right|alright|deal|listo)$/.test(
    ` ${bones.map(({ text }) => text).join(' ')}`,
  ) && bones.some(({ mention }) => mention !== undefined);

/** The question mark asks everything back to the last full stop or to "¿". */
function markQuestion(clauses: Clause[]): void {
  for (let i = clauses.length - 1; i >= 0; i -= 1) {
    const clause = clauses[i];
    if (!clause || (i < clauses.length - 1 && clauses[i + 1]?.opener === '.')) return;
    clause.isQuestion = true;
    clause.asksLater = i < clauses.length - 1;
    if (clause.opener === '¿' || clause.opener === '.' || clause.opener === '!') return;
  }
}

function clauseOf(bones: Bone[], opener: string, isQuestion: boolean): Clause {
  return {
    text: ` ${bones.map(({ text }) => text).join(' ')} `,
    bones,
    mentions: bones.flatMap(({ mention }) => (mention ? [mention] : [])),
    sums: bones.flatMap(({ sum }) => (sum ? [sum] : [])),
    isQuestion,
    asksLater: false,
    opener,
  };
}
