import type { Lexicon } from './lexicon.ts';
import type { Token } from './tokens.ts';

/** Number words and digits with scales become one number token: "tres mil doscientos", "2 mil 500", "15 lucas" (money), "20k", "1ro". */
export function joinNumbers(tokens: readonly Token[], lexicon: Lexicon): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; ) {
    const read = readOrdinal(tokens, i, lexicon) ?? readPair(tokens, i, lexicon) ?? readNumber(tokens, i, lexicon);
    const token = tokens[i];
    if (read && token) {
      out.push(read.token);
      i = read.next;
    } else {
      if (token) out.push(token);
      i += 1;
    }
  }
  return out;
}

interface Read {
  token: Token;
  next: number;
}

const SUFFIX = /^(st|nd|rd|th|ro|er|ero|era|vo|ra|o|a|do|da|to|ta|º|ª|°|deg)$/;

function readOrdinal(tokens: readonly Token[], i: number, lexicon: Lexicon): Read | null {
  const token = tokens[i];
  const next = tokens[i + 1];
  if (!token) return null;
  if (token.kind === 'number' && !token.big && next?.glued && (token.value ?? 99) <= 31 && SUFFIX.test(next.word))
    return { token: { ...token, kind: 'ordinal', word: 'O', to: next.to, raw: token.raw + next.raw }, next: i + 2 };
  if (token.kind !== 'word') return null;
  const value = lexicon.ordinals.get(token.word);
  if (value !== undefined) return { token: { ...token, kind: 'ordinal', word: 'O', value }, next: i + 1 };
  const tens = lexicon.values.get(token.word);
  const unitAt = tokens[i + 1]?.word === '-' ? i + 2 : i + 1;
  const unit = tokens[unitAt];
  const ordinal = unit?.kind === 'word' ? lexicon.ordinals.get(unit.word) : undefined;
  if ((tens === 20 || tens === 30) && unit && ordinal !== undefined && ordinal < 10)
    return { token: { ...token, kind: 'ordinal', word: 'O', value: tens + ordinal, to: unit.to }, next: unitAt + 1 };
  return null;
}

const CLOCK_BEFORE = /^(at|by|around|about|before|after|until|till)$/;
const CLOCK_AFTER = /^(am|pm|oclock|hundred|thousand|grand)$/;

/** "two fifty", "one twenty five": hundreds that English leaves unsaid; "at two thirty" is an hour. */
function readPair(tokens: readonly Token[], i: number, lexicon: Lexicon): Read | null {
  const [first, second, third] = [tokens[i], tokens[i + 1], tokens[i + 2]];
  if (!lexicon.pairsAreHundreds || first?.kind !== 'word' || second?.kind !== 'word') return null;
  const hundreds = first.word === 'one' ? 1 : lexicon.values.get(first.word);
  const tens = lexicon.values.get(second.word);
  if (hundreds === undefined || tens === undefined || hundreds < 1 || hundreds > 9 || tens < 10) return null;
  const unit = third?.kind === 'word' && tens >= 20 ? lexicon.values.get(third.word) : undefined;
  const next = unit !== undefined && unit < 10 ? i + 3 : i + 2;
  if (CLOCK_BEFORE.test(tokens[i - 1]?.word ?? '') || CLOCK_AFTER.test(tokens[next]?.word ?? '')) return null;
  const value = hundreds * 100 + tens + (next === i + 3 ? (unit ?? 0) : 0);
  const raw = String(value);
  const to = tokens[next - 1]?.to ?? second.to;
  return { token: { ...first, kind: 'number', word: 'N', raw, to, value, big: true, digits: raw }, next };
}

/** State of a number under construction: `total` of finished scales, `group` below the next scale, `room` that smaller parts may still fill. */
function readNumber(tokens: readonly Token[], start: number, lexicon: Lexicon): Read | null {
  let total = 0;
  let group: number | null = null;
  let room = 1000;
  let scaleLeft = Number.POSITIVE_INFINITY;
  let lastScale = 0;
  let money = false;
  let i = start;
  let end = start;
  while (i < tokens.length) {
    const token = tokens[i];
    if (!token) break;
    if (token.kind === 'number') {
      const value = token.value ?? 0;
      const opens = end === start && i === start;
      const continues = lastScale === 1000 && group === null && value >= 100 && value < 1000 && !token.big && !money;
      if (!opens && !continues) break;
      group = value;
      room = 0;
      i += 1;
      end = i;
      continue;
    }
    if (token.kind === 'mark') {
      if (token.word === '-' && token.glued && group !== null && room > 0) {
        i += 1;
        continue;
      }
      break;
    }
    if (token.kind !== 'word') break;
    const { word } = token;
    const scale = lexicon.scales.get(word);
    if (
      scale &&
      scale.value < scaleLeft &&
      (word !== 'k' || end > start) &&
      !(scale.value === 100 && group !== null && group >= 100)
    ) {
      if (scale.value === 100) {
        group = (group ?? 1) * 100;
        room = 100;
      } else {
        total += (group ?? 1) * scale.value;
        group = null;
        room = 1000;
        scaleLeft = scale.value;
        lastScale = scale.value;
      }
      money ||= scale.money;
      i += 1;
      end = i;
      continue;
    }
    const value = lexicon.values.get(word);
    if (value !== undefined && fits(value, group, room)) {
      group = (group ?? 0) + value;
      room = value >= 100 ? 100 : value >= 20 && value % 10 === 0 ? 10 : 0;
      i += 1;
      end = i;
      continue;
    }
    if (word === lexicon.and && end > start) {
      const then = tokens[i + 1];
      if (then && lexicon.halves.has(then.word) && lastScale > 0 && group === null) {
        total += lastScale / 2;
        i += 2;
        end = i;
        break;
      }
      const part = then?.kind === 'word' ? lexicon.values.get(then.word) : undefined;
      const allowed = lexicon.andAnywhere || (group !== null && room === 10 && part !== undefined && part < 10);
      if (part === undefined || !allowed || !fits(part, group, room)) break;
      i += 1;
      continue;
    }
    const next = tokens[i + 1];
    const opensScale = next?.kind === 'word' && lexicon.scales.has(next.word);
    const isHalfA = end === start && lexicon.halves.has(word) && next?.word === 'a';
    if (isHalfA && lexicon.scales.has(tokens[i + 2]?.word ?? '')) {
      group = 0.5; // "half a grand"
      room = 0;
      i += 2;
      end = i;
      continue;
    }
    if (end === start && opensScale && (lexicon.ones.has(word) || lexicon.halves.has(word))) {
      group = lexicon.halves.has(word) ? 0.5 : 1;
      room = 0;
      i += 1;
      end = i;
      continue;
    }
    break;
  }
  const first = tokens[start];
  const last = tokens[end - 1];
  if (!first || !last || end === start || (end === start + 1 && first.kind === 'number')) return null;
  const isShort = lastScale === 1_000_000 && group !== null && group >= 100 && group % 50 === 0; // "dos millones doscientos"
  const value = total + (group ?? 0) * (isShort ? 1000 : 1);
  return {
    token: {
      kind: 'number',
      word: money ? 'MONEY' : 'N',
      raw: String(value),
      from: first.from,
      to: last.to,
      glued: first.glued,
      value,
      big: value > 31 || money,
      digits: String(value),
      ...(lastScale > 0 && group === null ? { scale: lastScale } : {}),
    },
    next: end,
  };
}

function fits(value: number, group: number | null, room: number): boolean {
  if (group === null) return true;
  return value < room && (room > 10 || value < 10);
}
