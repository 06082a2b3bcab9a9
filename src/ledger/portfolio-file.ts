import { isUtf8 } from 'node:buffer';
import { type Info, type Options, type Parser, parse } from 'csv-parse';
import { type Fault, PORTFOLIO_COLUMNS } from './portfolio.ts';

/** A quote that is never closed would swallow the rest of the file: no honest row is this long. */
const ROW_BYTES_MAX = 65_536;
const HEADER_BYTES_MAX = 16_384;
const DELIMITERS = [',', ';', '\t'] as const;
const [CR, LF, SPACE, TAB] = [13, 10, 32, 9];

/** The file cannot be read past this place. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile';
  readonly fault: Fault;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.fault = { line, column: null, reason };
  }
}

/** One row with the physical line on which it begins, counted from 1. */
export interface FileRow {
  line: number;
  cells: string[];
  /** Bytes of the file up to the end of this row. */
  bytes: number;
}

/**
 * Streams the rows of a CSV file (comma, semicolon or tab, as its first line shows), the header first; rows without any value are left out.
 * Rows before a fault are given out before it is thrown. Memory: a chunk and a row.
 * @throws UnreadableFile when the bytes are not UTF-8, a quote is broken, or a row is longer than 64 KB
 */
export async function* readRows(source: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  const rows: FileRow[] = [];
  const place = { line: 1, bytes: 0, pending: Buffer.alloc(0) };
  let parser: Parser | null = null;
  let held = Buffer.alloc(0);

  function onRow(cells: string[], info: Pick<Info, 'bytes'>): null {
    const span = place.pending.subarray(0, info.bytes - place.bytes);
    const line = place.line + linesIn(span.subarray(0, blankBefore(span)));
    place.line += linesIn(span);
    place.pending = place.pending.subarray(span.length);
    place.bytes = info.bytes;
    if (cells.some((cell) => cell !== '')) rows.push({ line, cells, bytes: info.bytes });
    return null;
  }

  async function* take(chunk: Buffer): AsyncGenerator<FileRow> {
    parser ??= parserFor(delimiterOf(chunk), onRow);
    place.pending = Buffer.concat([place.pending, chunk]);
    const err = await written(parser, chunk);
    yield* rows.splice(0);
    if (err) throw broken(err, place.line + linesIn(place.pending.subarray(0, blankBefore(place.pending))));
  }

  for await (const chunk of checkedUtf8(source)) {
    held = Buffer.concat([held, chunk]);
    if (parser === null && !held.includes(LF) && held.length < HEADER_BYTES_MAX) continue;
    yield* take(held);
    held = Buffer.alloc(0);
  }
  if (held.length > 0) yield* take(held);
  if (parser === null) return;
  const err = await written(parser, null);
  yield* rows.splice(0);
  if (err) throw broken(err, place.line + linesIn(place.pending.subarray(0, blankBefore(place.pending))));
}

function parserFor(delimiter: string, onRow: (cells: string[], info: Pick<Info, 'bytes'>) => null): Parser {
  const options: Options = {
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: ROW_BYTES_MAX,
    on_record: (record, info) => onRow(record as unknown as string[], info),
  };
  const parser = parse(options);
  parser.on('error', () => undefined); // told through the callback of write
  parser.resume(); // nothing is ever read from it, and it may not wait for that
  return parser;
}

/** @param chunk null: the end */
function written(parser: Parser, chunk: Buffer | null): Promise<Error | null> {
  return new Promise((resolve) => {
    if (chunk !== null) return void parser.write(chunk, (err) => resolve(err ?? null));
    parser.once('error', resolve);
    parser.once('end', () => resolve(null));
    parser.end();
  });
}

function broken(err: Error, line: number): UnreadableFile {
  const { code } = err as { code?: string };
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new UnreadableFile(
      line,
      `the row that begins here is longer than ${ROW_BYTES_MAX} bytes; a quote (") in it is not closed`,
    );
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return new UnreadableFile(line, 'a quote (") in the row that begins here is not closed before the end of the file');
  if (code?.endsWith('QUOTE'))
    return new UnreadableFile(
      line,
      'a quote (") in the row that begins here is broken: a quoted value is "like this", a quote within it is written twice ("")',
    );
  return new UnreadableFile(line, `the row that begins here cannot be read (${code ?? err.name})`);
}

/** The mark that the header has most of, outside quotes. A header of known columns has them between each two. */
function delimiterOf(head: Buffer): string {
  const line = (/^\uFEFF?([^\r\n]*)/.exec(head.toString('utf8'))?.[1] ?? '').replace(/"[^"]*"/g, '');
  const best = DELIMITERS.map((mark) => ({ mark, cells: line.split(mark).filter(isColumn).length }));
  return best.reduce((a, b) => (b.cells > a.cells ? b : a)).mark;
}

const isColumn = (cell: string): boolean =>
  (PORTFOLIO_COLUMNS as readonly string[]).includes(cell.trim().toLowerCase());

/** Passes whole UTF-8 sequences on. @throws UnreadableFile naming the first byte that is none: another encoding is never guessed */
async function* checkedUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let tail = Buffer.alloc(0);
  let passed = { line: 1, bytes: 0, lineStart: 0 };
  for await (const chunk of source) {
    const bytes = Buffer.concat([tail, chunk]);
    const whole = bytes.subarray(0, bytes.length - unfinished(bytes));
    tail = Buffer.from(bytes.subarray(whole.length));
    if (!isUtf8(whole) || whole.includes(0)) throw notText(whole, passed);
    yield whole;
    const lastBreak = whole.lastIndexOf(LF);
    passed = {
      line: passed.line + linesIn(whole),
      bytes: passed.bytes + whole.length,
      lineStart: lastBreak < 0 ? passed.lineStart : passed.bytes + lastBreak + 1,
    };
  }
  if (tail.length > 0) throw notText(tail, passed);
}

/** Bytes at the end that begin a sequence whose rest is not there yet: 0 to 3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function notText(bytes: Buffer, passed: { line: number; bytes: number; lineStart: number }): UnreadableFile {
  const at = badByte(bytes);
  const line = passed.line + linesIn(bytes.subarray(0, at));
  const lastBreak = bytes.lastIndexOf(LF, at);
  const lineStart = lastBreak < 0 ? passed.lineStart : passed.bytes + lastBreak + 1;
  const where = `byte ${passed.bytes + at + 1} of the file, ${passed.bytes + at - lineStart + 1} of the line`;
  if (bytes[at] === 0)
    return new UnreadableFile(line, `the file is no text: it holds a NUL byte (${where}). Save it as UTF-8 CSV`);
  return new UnreadableFile(
    line,
    `the file is not UTF-8 at line ${line} (${where}). Save it as UTF-8 ("CSV UTF-8" in Excel) and import it again`,
  );
}

function badByte(bytes: Buffer): number {
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes[i] ?? 0);
    if (bytes[i] === 0 || length === 0 || !isUtf8(bytes.subarray(i, i + length))) return i;
    i += length;
  }
  return 0;
}

/** How many bytes a UTF-8 sequence has that begins with `byte`; 0 when none does. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

/** Line breaks: LF, CR LF, or a CR alone. */
function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let i = bytes.indexOf(LF); i >= 0; i = bytes.indexOf(LF, i + 1)) count++;
  for (let i = bytes.indexOf(CR); i >= 0; i = bytes.indexOf(CR, i + 1))
    if (i + 1 < bytes.length && bytes[i + 1] !== LF) count++;
  return count;
}

function blankBefore(bytes: Buffer): number {
  const at = bytes.findIndex((byte) => byte !== CR && byte !== LF && byte !== SPACE && byte !== TAB);
  return at < 0 ? bytes.length : at;
}
