import { isAlias, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { Fault } from './fault.ts';

export interface DataFile {
  /** As a person would name it: `flows/promise.yaml`. */
  name: string;
  text: string;
}

/** A YAML file read into plain data, with the line of every path in it. */
export interface YamlFile {
  name: string;
  data: unknown;
  lineOf(path: readonly (string | number)[]): number | null;
  faults: Fault[];
}

/** YAML 1.2 core and nothing more: anchors, aliases, tags and merge keys are faults, so that what is read is what is written. */
export function readYaml(file: DataFile): YamlFile {
  const lines = new LineCounter();
  const doc = parseDocument(file.text, { version: '1.2', schema: 'core', lineCounter: lines, uniqueKeys: true });
  const lineAt = (offset: number | undefined) => (offset === undefined ? null : lines.linePos(offset).line);
  const faults: Fault[] = doc.errors.map((e) => ({
    file: file.name,
    line: lineAt(e.pos[0]),
    where: 'YAML',
    problem: e.message.split('\n')[0] ?? e.code,
    fix: 'write plain YAML 1.2; quote a text that holds ": " or begins with a sign',
  }));
  visit(doc, {
    Node: (_key, node) => {
      const fancy = isAlias(node) || node.anchor !== undefined ? 'an anchor or alias' : tagOf(node);
      if (fancy)
        faults.push({
          file: file.name,
          line: lineAt(node.range?.[0]),
          where: 'YAML',
          problem: `${fancy} is not allowed here`,
          fix: 'write the value out',
        });
    },
  });
  return {
    name: file.name,
    data: faults.length > 0 ? null : doc.toJS(),
    faults,
    lineOf: (path) => {
      for (let depth = path.length; depth > 0; depth -= 1) {
        const line = lineAt(offsetOf(doc.contents, path.slice(0, depth)));
        if (line !== null) return line;
      }
      return lineAt(doc.contents?.range?.[0]);
    },
  };
}

const tagOf = (node: Node): string | null => (node.tag?.startsWith('!') ? `the tag ${node.tag}` : null);

function offsetOf(from: Node | null, path: readonly (string | number)[]): number | undefined {
  let node: unknown = from;
  let offset: number | undefined;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === part);
      if (!pair) return undefined;
      offset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      node = pair.value;
      continue;
    }
    const items = node && typeof node === 'object' && 'items' in node ? (node.items as unknown[]) : [];
    node = items[part as number];
    if (!isNode(node)) return undefined;
    offset = node.range?.[0];
  }
  return offset;
}

/** The folder of `locales/<folder>/templates.yaml`; null of any other file. */
export const folderOfTemplates = ({ name }: DataFile): string | null =>
  /([^/]+)\/templates\.yaml$/.exec(name)?.[1] ?? null;
