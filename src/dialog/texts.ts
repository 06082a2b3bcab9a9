import { IntlMessageFormat } from 'intl-messageformat';
import { LOCALES, type Locale, languageOf } from '../kernel/locale.ts';
import type { Fault } from './fault.ts';
import { type DataFile, folderOfTemplates, readYaml } from './yaml-file.ts';

/** A message in one language, ready to be filled in. */
export interface Text {
  key: string;
  source: string;
  file: string;
  line: number | null;
  params: readonly string[];
  format(values: Record<string, string | number>): string;
}

export interface Texts {
  /** By folder of locales/: `es`, `es-CL`, `en`. */
  byFolder: ReadonlyMap<string, ReadonlyMap<string, Text>>;
  /** The debtor's own locale first, then its language, then Spanish. */
  find(key: string, locale: Locale): Text | null;
  faults: readonly Fault[];
}

/** Spanish stands in where a language has no texts at all. */
const BASE_LANGUAGE = 'es';

/** Reads `locales/<folder>/<namespace>.yaml`: ICU messages by name (templates.yaml maps them and is read elsewhere). Never throws: what is wrong stands in `faults`. */
export function loadTexts(files: readonly DataFile[]): Texts {
  const byFolder = new Map<string, Map<string, Text>>();
  const faults: Fault[] = [];
  for (const file of files) if (folderOfTemplates(file) === null) readTexts(file, byFolder, faults);
  return {
    byFolder,
    faults,
    find: (key, locale) => {
      for (const folder of [locale, languageOf(locale), BASE_LANGUAGE]) {
        const text = byFolder.get(folder)?.get(key);
        if (text) return text;
      }
      return null;
    },
  };
}

const languages = [...new Set(LOCALES.map(languageOf))];
const knownFolder = (folder: string): boolean =>
  (LOCALES as readonly string[]).includes(folder) || (languages as string[]).includes(folder);

function readTexts(file: DataFile, byFolder: Map<string, Map<string, Text>>, faults: Fault[]): void {
  const [, folder = '', namespace = ''] = /([^/]+)\/([^/]+)\.yaml$/.exec(file.name) ?? [];
  const yaml = readYaml(file);
  faults.push(...yaml.faults);
  const fault = (line: number | null, where: string, problem: string, fix: string) =>
    faults.push({ file: file.name, line, where, problem, fix });
  if (!knownFolder(folder))
    fault(
      null,
      folder || 'locale',
      'is no locale that Acuerdo knows',
      `use one of ${[...languages, ...LOCALES].join(', ')}`,
    );
  if (yaml.faults.length > 0) return;
  const messages = byFolder.get(folder) ?? new Map<string, Text>();
  byFolder.set(folder, messages);
  if (yaml.data === null || typeof yaml.data !== 'object' || Array.isArray(yaml.data)) {
    fault(1, namespace, 'holds no texts', 'write one "name: text" a line');
    return;
  }
  for (const [name, source] of Object.entries(yaml.data)) {
    const key = `${namespace}.${name}`;
    const line = yaml.lineOf([name]);
    if (typeof source !== 'string' || source.trim() === '') {
      fault(line, key, 'is not a text', 'write the words, in quotes if need be');
      continue;
    }
    const text = compileText(key, source.trimEnd(), folder, file.name, line);
    if (typeof text === 'string') fault(line, key, text, 'close every { and write {name} for what is filled in');
    else messages.set(key, text);
  }
}

function compileText(key: string, source: string, folder: string, file: string, line: number | null): Text | string {
  try {
    const message = new IntlMessageFormat(source, folder, undefined, { ignoreTag: true });
    const params = new Set<string>();
    collectParams(message.getAst() as AstNode[], params);
    const names = [...params].sort();
    return {
      key,
      source,
      file,
      line,
      params: names,
      format: (values) => String(message.format(values)),
    };
  } catch (cause) {
    return `cannot be read as an ICU message (${cause instanceof Error ? cause.message.split('\n')[0] : 'unknown reason'})`;
  }
}

/** The part of formatjs' syntax tree that is needed: types 0 literal and 7 "#" carry no name. */
interface AstNode {
  type: number;
  value?: string;
  options?: Record<string, { value: AstNode[] }>;
}

function collectParams(nodes: readonly AstNode[], into: Set<string>): void {
  for (const node of nodes) {
    if (node.type !== 0 && node.type !== 7 && node.value !== undefined) into.add(node.value);
    for (const option of Object.values(node.options ?? {})) collectParams(option.value, into);
  }
}
