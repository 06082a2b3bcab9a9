import path from 'node:path';

/** The two tables of docs/ARCHITECTURE.md, read. */
export interface Architecture {
  /** Room → rooms it may import. */
  rooms: ReadonlyMap<string, ReadonlySet<string>>;
  /** Package → where it may be imported: `http/`, `kernel/money.ts`, `*-store.ts`. */
  homes: ReadonlyMap<string, readonly string[]>;
}

export function readArchitecture(markdown: string): Architecture {
  const rooms = new Map<string, Set<string>>();
  const rest: string[] = [];
  for (const [names = '', may = ''] of rowsOf(markdown, 'room')) {
    if (may.startsWith('everything')) rest.push(...list(names));
    else for (const name of list(names)) rooms.set(name, new Set(may === '–' ? [] : list(may)));
  }
  const restricted = [...rooms.keys()];
  for (const name of rest) rooms.set(name, new Set([...restricted, ROOT]));
  const homes = new Map<string, string[]>();
  for (const [names = '', places = ''] of rowsOf(markdown, 'package'))
    for (const name of list(names)) homes.set(name, list(places.replaceAll('`', '')));
  return { rooms, homes };
}

/** Files that stand in no room: the composition root. They know everybody. */
export const ROOT = '(root)';

export const roomOf = (file: string): string => {
  const [first = '', second] = file.split('/');
  return second === undefined ? ROOT : first;
};

const LINES_MAX = 400;
const FORBIDDEN_NAMES = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'types',
  'type',
  'index',
  'manager',
  'service',
  'base',
  'misc',
  'shared',
];
const CLOCK = /\bnew Date\(\s*\)|\bDate\.now\b|\bperformance\.now\b|\bhrtime\b/;
const CHANCE = /\bMath\.random\b|\brandom(?:UUID|Bytes|Int|Fill)\b|\bgetRandomValues\b/;
const ENVIRONMENT = /\bprocess\.env\b/;

/** All that is wrong with one file of `src/`, named relative to it. */
export function breachesOf(file: string, source: string, { rooms, homes }: Architecture): string[] {
  const breaches: string[] = [];
  const room = roomOf(file);
  for (const { from, isTypeOnly } of importsOf(source)) {
    if (from.startsWith('.')) {
      const target = roomOf(path.posix.join(path.posix.dirname(file), from));
      if (room !== ROOT && target !== room && !rooms.get(room)?.has(target))
        breaches.push(`${file}: ${room} may not import ${target} (${from})`);
      continue;
    }
    const home = homes.get(packageOf(from));
    if (home && !isTypeOnly && !home.some((place) => isAt(file, place)))
      breaches.push(`${file}: ${packageOf(from)} belongs in ${home.join(', ')}`);
  }
  const code = withoutComments(source);
  if (CLOCK.test(code) && file !== 'kernel/clock.ts')
    breaches.push(`${file}: reads the clock; take a Clock or an instant as an argument`);
  if (CHANCE.test(code) && file !== 'kernel/ids.ts') breaches.push(`${file}: draws chance; kernel/ids.ts does that`);
  if (ENVIRONMENT.test(code) && !['config.ts', 'main.ts'].includes(file) && room !== 'cli')
    breaches.push(`${file}: reads process.env; take it as an argument`);
  return [...breaches, ...shapeBreachesOf(file, source)];
}

/** What holds for tests and benches too. */
export function shapeBreachesOf(file: string, source: string): string[] {
  const breaches: string[] = [];
  const lines = source.split('\n').length - 1;
  if (lines > LINES_MAX) breaches.push(`${file}: has ${lines} lines, at most ${LINES_MAX}`);
  const name = path.posix.basename(file).replace(/\.(test\.)?[a-z]+$/, '');
  if (FORBIDDEN_NAMES.includes(name)) breaches.push(`${file}: a name that says nothing; what is it about?`);
  return breaches;
}

interface Import {
  from: string;
  /** Gone when the program runs. */
  isTypeOnly: boolean;
}

export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const statements = [...code.matchAll(/^\s*(import|export)\s+(type\s+)?([^'";]*?)from\s*['"]([^'"]+)['"]/gm)].map(
    ([, , type, names = '', from = '']) => ({
      from,
      isTypeOnly: type !== undefined || isAllTypes(names),
    }),
  );
  const effects = [...code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)].map(([, from = '']) => ({
    from,
    isTypeOnly: false,
  }));
  const dynamic = [...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map(([, from = '']) => ({
    from,
    isTypeOnly: false,
  }));
  return [...statements, ...effects, ...dynamic];
}

/** `{ type A, type B }` */
function isAllTypes(names: string): boolean {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1] ?? 'a value';
  const parts = inner.split(',').map((name) => name.trim());
  return parts.every((name) => name === '' || name.startsWith('type '));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAt(file: string, place: string): boolean {
  if (place.endsWith('/')) return file.startsWith(place);
  const [start = '', end] = place.split('*');
  return end === undefined ? file === place : file.startsWith(start) && file.endsWith(end);
}

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/.*$/gm, '$1');

function rowsOf(markdown: string, firstHead: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHead} |`));
  if (start < 0) throw new Error(`docs/ARCHITECTURE.md has no table that begins with "${firstHead}"`);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim());
