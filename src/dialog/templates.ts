import { LOCALES, type Locale, languageOf } from '../kernel/locale.ts';
import type { Fault } from './fault.ts';
import type { Text, Texts } from './texts.ts';
import { type DataFile, folderOfTemplates, readYaml } from './yaml-file.ts';

/** A text that a provider has approved, by its id there, and which of the text's parameters fill its numbered gaps. */
export interface Template {
  contentSid: string;
  /** "1" → `first_name`. */
  variables: ReadonlyMap<string, string>;
}

export interface Templates {
  /** That of the debtor's own locale, else of its language; null where none was approved: the text then goes inside the window only. */
  find(key: string, locale: Locale): Template | null;
  count: number;
  faults: readonly Fault[];
}

const CONTENT_SID = /^HX[0-9a-fA-F]{32}$/;
const FIELDS = ['content_sid', 'variables'];

export const noTemplates: Templates = { find: () => null, count: 0, faults: [] };

/**
 * Reads `locales/<folder>/templates.yaml`: text key → `{content_sid: HX…, variables: {"1": first_name}}`. Never throws: what is wrong stands in
 * `faults`. https://www.twilio.com/docs/content/using-variables-with-content-api
 */
export function loadTemplates(files: readonly DataFile[], texts: Texts): Templates {
  const byFolder = new Map<string, Map<string, Template>>();
  const faults: Fault[] = [];
  for (const file of files) {
    const folder = folderOfTemplates(file);
    if (folder === null) continue;
    byFolder.set(folder, readTemplates(file, folder, texts, faults));
  }
  return {
    faults,
    count: [...byFolder.values()].reduce((sum, templates) => sum + templates.size, 0),
    find: (key, locale) => byFolder.get(locale)?.get(key) ?? byFolder.get(languageOf(locale))?.get(key) ?? null,
  };
}

function readTemplates(file: DataFile, folder: string, texts: Texts, faults: Fault[]): Map<string, Template> {
  const yaml = readYaml(file);
  faults.push(...yaml.faults);
  const templates = new Map<string, Template>();
  if (yaml.faults.length > 0 || yaml.data === null) return templates; // nothing approved yet: only comments
  const report = (key: string, problem: string, fix: string) =>
    faults.push({ file: file.name, line: key === 'templates' ? 1 : yaml.lineOf([key]), where: key, problem, fix });
  if (!isPlain(yaml.data)) {
    report('templates', 'holds no templates', 'write one "text key: {content_sid: …, variables: {…}}" a line');
    return templates;
  }
  for (const [key, entry] of Object.entries(yaml.data)) {
    const text = textIn(texts, folder, key);
    const fields = text && entryOf(entry, key, report);
    if (!text) report(key, 'is no text of this locale', 'write the key of a text, such as neutral.proactive');
    if (!text || !fields) continue;
    checkText(text, fields.variables, key, report);
    templates.set(key, fields);
  }
  return templates;
}

type Report = (key: string, problem: string, fix: string) => void;

function entryOf(entry: unknown, key: string, report: Report): Template | null {
  const fields = isPlain(entry) ? entry : {};
  const { content_sid: contentSid, variables = {} } = fields;
  const stray = Object.keys(fields).filter((name) => !FIELDS.includes(name));
  if (stray.length > 0) report(key, `has the field ${stray.join(', ')}`, `write ${FIELDS.join(' and ')} only`);
  if (typeof contentSid !== 'string' || !CONTENT_SID.test(contentSid)) {
    report(key, 'has no content_sid of the right form', 'copy it from Twilio: HX and 32 letters from 0-9 and a-f');
    return null;
  }
  const pairs = isPlain(variables) ? Object.entries(variables) : [];
  const isNumbered = isPlain(variables) && pairs.every(([n, name], i) => n === `${i + 1}` && typeof name === 'string');
  if (isNumbered) return { contentSid, variables: new Map(pairs as [string, string][]) };
  report(
    key,
    'does not number its variables',
    'write variables: {"1": first_name, "2": creditor}, from 1 without a gap',
  );
  return null;
}

/** The template's wording stands at Twilio, and is this text's: what WhatsApp would not approve of it is said here. */
function checkText(text: Text, variables: Template['variables'], key: string, report: Report): void {
  for (const name of variables.values()) {
    if (!text.params.includes(name))
      report(
        key,
        `fills in {${name}}, which the text does not`,
        `use what the text fills in: ${text.params.join(', ')}`,
      );
    if (new RegExp(`\\{${name},\\s*(select|plural)`).test(text.source))
      report(
        key,
        `fills in {${name}}, by which the text chooses its words`,
        'a template has one wording: leave it out',
      );
  }
  if (/^\{\w+\}|\{\w+\}[.!?¡¿\s]*$/.test(text.source))
    report(
      key,
      'begins or ends with what is filled in, which WhatsApp does not approve',
      'put words around it in the text',
    );
}

/** A locale's own wording, else its language's: what `find` would pair with this template. */
function textIn(texts: Texts, folder: string, key: string): Text | null {
  const language = (LOCALES as readonly string[]).includes(folder) ? languageOf(folder as Locale) : folder;
  return texts.byFolder.get(folder)?.get(key) ?? texts.byFolder.get(language)?.get(key) ?? null;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
