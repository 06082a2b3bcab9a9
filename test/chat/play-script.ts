import { botLines, matches, parseScript } from './script.ts';
import { NotAsExpected, type Stage } from './stage.ts';

export interface Played {
  /** The file with the bot's lines as they were said. */
  rewritten: string;
  /** Null when all was as written. */
  fault: string | null;
}

/** Plays a script on a stage: every line of the debtor's and every direction is acted, and all that the bot then says must be written there. */
export async function playScript(text: string, stage: Stage): Promise<Played> {
  const { lines, source } = parseScript(text);
  const out: string[] = [];
  const faults: string[] = [];
  let copied = 0;
  let said: string[] = [];

  const copyUntil = (end: number) => {
    for (; copied < end; copied += 1) out.push(source[copied] ?? '');
  };
  const noMore = (at: number) => {
    for (const text of said) {
      faults.push(`line ${at + 1}: the bot also said\n${botLines(text).join('\n')}`);
      insert(botLines(text));
    }
    said = [];
  };
  /** New lines go before the blank lines that end a block. */
  const insert = (added: string[]) => {
    let at = out.length;
    while (at > 0 && out[at - 1]?.trim() === '') at -= 1;
    out.splice(at, 0, ...added);
  };

  for (const line of lines) {
    if (line.kind === 'bot') {
      copyUntil(line.at);
      const next = said.shift();
      copied = line.until + 1;
      const expected = stage.shows(line.text);
      const isRight = next !== undefined && matches(expected, next);
      if (isRight) out.push(...source.slice(line.at, line.until + 1));
      else if (next !== undefined) out.push(...botLines(next));
      if (!isRight)
        faults.push(
          `line ${line.at + 1}: expected\n${botLines(expected).join('\n')}\nbut ${next === undefined ? 'the bot said nothing' : `heard\n${botLines(next).join('\n')}`}`,
        );
      continue;
    }
    copyUntil(line.at);
    noMore(line.at);
    try {
      said =
        line.kind === 'says'
          ? await stage.says(line.speaker, line.text)
          : await stage.direct(line.directive, line.args);
    } catch (error) {
      if (!(error instanceof NotAsExpected))
        throw new Error(`line ${line.at + 1}: ${(error as Error).message}`, { cause: error });
      faults.push(`line ${line.at + 1}: ${error.message}`);
    }
    copyUntil(line.at + 1);
  }
  copyUntil(source.length);
  noMore(source.length - 1);
  return { rewritten: out.join('\n'), fault: faults.length === 0 ? null : faults.join('\n\n') };
}
