/** The `.chat` format: what the product does, as a transcript that anybody can read. docs/scenarios.md describes it. */

export type Line =
  | { kind: 'stage'; directive: string; args: string; at: number }
  | { kind: 'says'; speaker: string; text: string; at: number }
  | { kind: 'bot'; text: string; at: number; until: number };

export interface Script {
  lines: Line[];
  source: string[];
}

/** @throws Error naming the line that is neither a comment, a stage direction, a speaker's line nor a continuation. */
export function parseScript(text: string): Script {
  const source = text.split('\n');
  const lines: Line[] = [];
  for (const [at, raw] of source.entries()) {
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    if (raw.startsWith('@')) lines.push(...stageDirections(raw, at));
    else if (raw.startsWith('     ')) continueBot(lines, raw.slice(5), at);
    else lines.push(speech(raw, at));
  }
  return { lines, source };
}

function stageDirections(raw: string, at: number): Line[] {
  return raw
    .split(/\s{3,}(?=@)/)
    .map((part) => /^@(\S+)\s*(.*)$/.exec(part.trim()))
    .map((match) => ({ kind: 'stage', directive: match?.[1] ?? '', args: match?.[2]?.trim() ?? '', at }));
}

function continueBot(lines: Line[], text: string, at: number): void {
  const last = lines.at(-1);
  if (last?.kind !== 'bot')
    throw new Error(`line ${at + 1}: an indented line continues a bot's line, and there is none before it`);
  last.text += `\n${text}`;
  last.until = at;
}

function speech(raw: string, at: number): Line {
  const match = /^([a-z_]+): ?(.*)$/u.exec(raw);
  if (!match) throw new Error(`line ${at + 1}: expected "name: words", "@direction" or "# comment"`);
  const [, speaker = '', text = ''] = match;
  return speaker === 'bot'
    ? { kind: 'bot', text, at, until: at }
    : { kind: 'says', speaker, text: withBreaks(text), at };
}

/** `\n` stands for a line break in what a debtor writes. */
const withBreaks = (text: string): string => text.replace(/\\n/g, '\n');

/** What was really said, as it would stand in the file. */
export const botLines = (text: string): string[] =>
  text.split('\n').map((line, n) => (n === 0 ? `bot: ${line}` : `     ${line}`).trimEnd());

/** @returns whether `said` is what the line expects: the exact words, or a pattern between slashes. */
export function matches(expected: string, said: string): boolean {
  const pattern = /^\/(.*)\/$/s.exec(expected);
  if (pattern?.[1] !== undefined) return new RegExp(pattern[1], 's').test(said);
  return (
    expected
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n') ===
    said
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
  );
}
