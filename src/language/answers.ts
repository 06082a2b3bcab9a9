import type { Expecting, Heard } from './heard.ts';
import type { Token } from './tokens.ts';

const YES =
  /^(si+|sip|simon|sii|claro|claro que si|por supuesto|ok|okey|okay|oka|okas|va|vale|dale|sale|de acuerdo|correcto|asi es|exacto|confirmo|confirmado|confirmar|acepto|perfecto|listo|bueno|esta bien|afirmativo|obvio|de una|cierto|eso|seguro|ya|sim|isso|isso mesmo|com certeza|pode ser|pode|certo|beleza|ta bom|tudo bem|fechado|combinado|aceito|yes|yeah|yep|yup|sure|right|correct|thats right|sounds good|absolutely|of course|definitely|confirm|confirmed|agreed|fine|i agree|please do|y|s|exactamente|efectivamente|me parece bien|esta perfecto|va que va|sale vale|ok gracias|si gracias|si por favor|yes please|listo gracias|adelante|procede|hecho|bien)$/;
const NO =
  /^(no|nop|nope|nel|nah|na|nao|negativo|para nada|incorrecto|no gracias|nunca|jamas|de ninguna manera|no es correcto|no esta bien|no es asi|esta mal|mal|no way|not really|wrong|no thanks|n|nao obrigado|nao obrigada|errado|todavia no|aun no|not yet|ainda nao|mejor no|no quiero|no acepto|no confirmo|nao quero|i dont|no thank you|incorrect)$/;
const YES_FIRST =
  /^ (si|sip|claro|ok|okay|dale|va|vale|sale|sim|yes|yeah|yep|sure|correcto|listo|perfecto|confirmo|de acuerdo|por supuesto) /;
const NO_FIRST = /^ (no|nel|nop|nao|nope|nah|negativo) /;
const BUT = / (pero|mas|but|porem|mejor|melhor|solo que|nada mas que) /;

export interface AnswerContext {
  expecting: Expecting;
  optionCount: number;
  /** The message names a date or a sum. */
  hasOffer: boolean;
}

/** Short answers to what the dialog asked. `words` are folded, without marks, ` si pero el lunes `. */
export function readAnswers(
  clean: string,
  words: string,
  tokens: readonly Token[],
  context: AnswerContext,
): Pick<Heard, 'yesNo' | 'choice' | 'digits'> {
  return {
    yesNo: yesNo(clean, words, context),
    choice: choice(words, tokens, context),
    digits: digits(clean, tokens, context.expecting),
  };
}

function yesNo(clean: string, words: string, { expecting, hasOffer }: AnswerContext): 'yes' | 'no' | null {
  if (/^(👍|👌|✅|✔️?|🆗|💯)/u.test(clean)) return 'yes';
  if (/^(👎|❌|🚫)/u.test(clean)) return 'no';
  const whole = words.trim();
  if (YES.test(whole)) return 'yes';
  if (NO.test(whole)) return 'no';
  if (YES_FIRST.test(words)) {
    if (hasOffer && BUT.test(words)) return null; // "sí pero el lunes" agrees to something else
    return expecting === 'yes_no' || /^[^,.!?]{1,12}[,.!]/.test(clean) || words.trim().split(' ').length <= 4
      ? 'yes'
      : null;
  }
  if (NO_FIRST.test(words)) return expecting === 'yes_no' || /^\p{L}{1,8}[,.!]/u.test(clean) ? 'no' : null;
  return null;
}

const CHOICE =
  /^ (?:(?:la|el|lo|los|las|a|o|the|option|opcion|opcao|numero|number|num|quiero|elijo|escojo|prefiero|quero|escolho|i want|pick|de|por favor|please|one|me quedo con) ){0,4}#?(?:(?:N|O)? ?)(\d{1,2}) (?:(?:por favor|please|opcion|option|one|esta bien|gracias) ){0,2}$/;

/** "2", "la segunda", "opción 3": only while options are offered, or when the word option is said. */
function choice(words: string, tokens: readonly Token[], { expecting, optionCount }: AnswerContext): number | null {
  const isOption = expecting === 'choice' || / (opcion|option|opcao) /.test(words);
  if (!isOption) return null;
  const numbered = ` ${tokens
    .filter(({ kind }) => kind !== 'mark')
    .map(({ kind, word, value }) => (kind === 'number' || kind === 'ordinal' ? String(value) : word))
    .join(' ')} `
    .replace(/ (ultima|ultimo|last) /, ` ${optionCount} `)
    .replace(/ (uno|una|um|one) $/, ' 1 ');
  const picked = Number(CHOICE.exec(numbered)?.[1] ?? Number.NaN);
  const max = optionCount > 0 ? optionCount : 9;
  return picked >= 1 && picked <= max ? picked : null;
}

function digits(clean: string, tokens: readonly Token[], expecting: Expecting): string | null {
  const bare = /^[\d\s.-]{3,24}$/.test(clean) ? clean.replace(/\D/g, '') : '';
  if (bare.length >= 3 && bare.length <= 12 && (/^\d+$/.test(clean) || expecting === 'digits')) return bare;
  if (expecting !== 'digits') return null;
  const runs = tokens.flatMap((token) => (token.kind !== 'word' && token.digits !== undefined ? [token.digits] : []));
  const [only] = runs;
  return runs.length === 1 && only !== undefined && only.length >= 3 && only.length <= 12 ? only : null;
}
