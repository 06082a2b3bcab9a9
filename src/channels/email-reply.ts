const ATTRIBUTION_LINES_MAX = 3; // mail programs break "El lun, 2 mar 2026 a las 10:00, … escribió:" at some 78 letters

/** "El … escribió:", "On … wrote:", "Em … escreveu:", and the same ahead of an address or a date only. */
const ATTRIBUTION = /^(el|on|em|a|le)\b.{6,300}\b(escribi[oó]|wrote|escreveu|a écrit)\s*:$/isu;
const FORWARDED =
  /^-{2,}\s*(mensaje original|mensagem original|original message|mensaje reenviado|forwarded message)/iu;
const RULE = /^_{5,}$/; // Outlook's line above what it quotes
const SIGNATURE = /^--\s?$/;
const PHONE_SIGNATURE =
  /^(enviado|sent|envoyé) (desde|do|from|depuis|pelo|via) (mi|meu|my|mon|el|o)?\s?[\p{L}\d ]{1,40}\.?$/iu;
const APP_SIGNATURE = /^(get|obtener|obter|obtenga|descarga) outlook (for|para)\b/iu;
const HEADER_FROM = /^\*?(de|from)\s*:\*?\s*\S/iu;
const HEADER_REST = /^\*?(enviado( el)?|enviada( em)?|sent|fecha|date|data|para|to)\s*:\*?\s*\S/iu;

/** What a debtor has newly written: without what their mail program quotes below or above it, and without the signature. */
export function newWordsOf(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const kept: string[] = [];
  for (let n = 0; n < lines.length; n += 1) {
    const line = lines[n]?.trim() ?? '';
    if (endsTheMessage(line) || isHeaderBlock(lines, n)) break;
    const attribution = attributionAt(lines, n);
    if (attribution > 0) {
      n += attribution - 1;
      if (!isQuoted(nextWords(lines, n + 1))) break; // what follows is the old message without its marks
      continue;
    }
    if (!isQuoted(line)) kept.push(line);
  }
  return kept
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const isQuoted = (line: string): boolean => line.startsWith('>');

const endsTheMessage = (line: string): boolean =>
  [SIGNATURE, RULE, FORWARDED, PHONE_SIGNATURE, APP_SIGNATURE].some((mark) => mark.test(line));

/** Outlook puts the old message's headers above it. */
function isHeaderBlock(lines: string[], n: number): boolean {
  return HEADER_FROM.test(lines[n]?.trim() ?? '') && HEADER_REST.test(lines[n + 1]?.trim() ?? '');
}

/** @returns how many lines the attribution that begins here has; 0 when none does, or a shorter one begins below: then this line is the debtor's */
function attributionAt(lines: string[], n: number): number {
  for (let count = 1; count <= ATTRIBUTION_LINES_MAX; count += 1) {
    const block = lines.slice(n, n + count).map((line) => line.trim());
    if (block.includes('')) return 0;
    if (isAttribution(block)) return block.some((_line, at) => at > 0 && isAttribution(block.slice(at))) ? 0 : count;
  }
  return 0;
}

/** It names a day or an address: "mi hermana te escribió:" is the debtor's own. */
function isAttribution(block: string[]): boolean {
  const line = block.join(' ');
  return ATTRIBUTION.test(line) && /[\d@]/.test(line);
}

const nextWords = (lines: string[], from: number): string =>
  lines
    .slice(from)
    .find((line) => line.trim() !== '')
    ?.trim() ?? '';
