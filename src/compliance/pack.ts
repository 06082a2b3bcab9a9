import { civilDateIn, isCivilDate } from '../kernel/calendar.ts';
import { type DataFile, dataInvalid, describeIssues, readDataFile } from './data-file.ts';
import { holidaysOf } from './holidays.ts';
import { type PackRules, packHeadSchema, packSchema } from './pack-schema.ts';

/** The rules of one place from one day on, ready to be asked. */
export interface Pack extends PackRules {
  calendar: ReturnType<typeof holidaysOf>;
}

/** One file as it was read. Only with those that it extends is it a pack. */
export interface PackFile {
  source: DataFile;
  id: string;
  version: number;
  effectiveFrom: string;
  extends: string | null;
  abstract: boolean;
  body: Record<string, unknown>;
}

export interface Packs {
  /** The pack of a country or place (`mx`, `ar-caba`) in force at `now`, by the calendar of its own zone; null when there is none. */
  inForce(country: string, now: Date): Pack | null;
  /** Every version of every pack, whole. */
  readonly all: readonly Pack[];
}

/**
 * Reads one file of `policies/`. A file that extends nothing is checked whole here, an overlay when it is put together.
 * @throws AppError data_invalid naming file, line, field and what would be right
 */
export function loadPack(yamlText: string, fileName: string): PackFile {
  const source = readDataFile(fileName, yamlText);
  const head = packHeadSchema.safeParse(source.data);
  if (!head.success) throw dataInvalid(describeIssues(head.error.issues, [source]));
  const { abstract, ...body } = head.data;
  const file: PackFile = {
    source,
    id: body.id,
    version: body.version,
    effectiveFrom: body.effective_from,
    extends: body.extends ?? null,
    abstract,
    body,
  };
  if (!abstract && file.extends === null) packOf([file]);
  return file;
}

/**
 * All packs, each put together from its file and those it extends.
 * @throws AppError data_invalid with every fault of every file
 */
export function packsFrom(files: readonly { name: string; text: string }[]): Packs {
  const faults: string[] = [];
  const attempt = <T>(work: () => T): T[] => {
    try {
      return [work()];
    } catch (err) {
      if (!(err instanceof Error) || !('code' in err)) throw err;
      faults.push(err.message);
      return [];
    }
  };
  const read = files.flatMap(({ name, text }) => attempt(() => loadPack(text, name)));
  const chains = read
    .filter((file) => !file.abstract)
    .flatMap((file) => attempt(() => chainsOf(file, read, [])).flat());
  faults.push(...twins(read));
  const made = chains.flatMap((chain) => attempt(() => ({ chain, pack: packOf(chain) })));
  if (faults.length > 0) throw dataInvalid([...new Set(faults)]);
  made.sort((a, b) => compareChains(b.chain, a.chain));
  return {
    all: made.map(({ pack }) => pack),
    inForce: (country, now) => {
      if (Number.isNaN(now.getTime())) return null;
      const id = country.toLowerCase();
      const found = made.find(({ chain, pack }) => {
        const today = pack.id === id ? civilDateIn(pack.tz_default, now) : '';
        return pack.id === id && chain.every((file) => file.effectiveFrom <= today);
      });
      return found?.pack ?? null;
    },
  };
}

/** The file, then what it extends, one chain for each version of that. */
function chainsOf(file: PackFile, all: readonly PackFile[], below: readonly PackFile[]): [PackFile, ...PackFile[]][] {
  const fault = (text: string) =>
    dataInvalid([`${file.source.name}:${file.source.lineOf(['extends']) ?? 1} extends: ${text}`]);
  if (below.some((other) => other.id === file.id)) throw fault(`${file.id} extends itself`);
  if (file.extends === null) return [[file]];
  const bases = all.filter((other) => other.id === file.extends);
  if (bases.length === 0)
    throw fault(`there is no pack "${file.extends}"; have ${[...new Set(all.map((p) => p.id))].join(', ')}`);
  return bases.flatMap((base) =>
    chainsOf(base, all, [...below, file]).map((chain): [PackFile, ...PackFile[]] => [file, ...chain]),
  );
}

function packOf(chain: readonly [PackFile, ...PackFile[]]): Pack {
  const [file, ...bases] = chain;
  const body = chain.toReversed().reduce<Record<string, unknown>>((under, over) => merge(under, over.body), {});
  const parsed = packSchema.safeParse({ ...body, id: file.id });
  if (!parsed.success)
    throw dataInvalid(describeIssues(parsed.error.issues, [file.source, ...bases.map((base) => base.source)]));
  const misplaced = Object.entries(parsed.data.holidays.tables).flatMap(([year, table]) =>
    Object.keys(table)
      .filter((day) => !isCivilDate(day) || !day.startsWith(year))
      .map((day) => `${file.source.name} holidays.tables.${year}: ${day} is not a day of ${year}`),
  );
  if (misplaced.length > 0) throw dataInvalid(misplaced);
  return { ...parsed.data, calendar: holidaysOf(parsed.data.holidays) };
}

/** An overlay's field replaces the base's; objects are merged field by field, and lists whose items have an `id` item by item. */
function merge(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const out = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const base = out[key];
    if (isRecord(base) && isRecord(value)) out[key] = merge(base, value);
    else if (isIdList(base) && isIdList(value))
      out[key] = [...base.filter((item) => !value.some((v) => v.id === item.id)), ...value];
    else out[key] = value;
  }
  return out;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isIdList = (value: unknown): value is { id: unknown }[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => isRecord(item) && 'id' in item);

function compareChains(a: readonly PackFile[], b: readonly PackFile[]): number {
  for (const [i, file] of a.entries()) {
    const other = b[i];
    if (!other) return 1;
    const order = file.effectiveFrom.localeCompare(other.effectiveFrom) || file.version - other.version;
    if (order !== 0) return order;
  }
  return 0;
}

function twins(files: readonly PackFile[]): string[] {
  return files
    .filter((file, i) => files.findIndex((other) => other.id === file.id && other.version === file.version) < i)
    .map(
      (file) =>
        `${file.source.name} version: ${file.id} version ${file.version} is in another file too; raise the version`,
    );
}
