import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../kernel/errors.ts';

/** A YAML file that a collections manager edits, read into plain data; knows the line of every field in it. */
export interface DataFile {
  name: string;
  data: unknown;
  lineOf(path: readonly PropertyKey[]): number | null;
}

/** @throws AppError data_invalid when the text is no YAML 1.2, or a key stands twice. */
export function readDataFile(name: string, text: string): DataFile {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, version: '1.2', schema: 'core', uniqueKeys: true });
  const faults = doc.errors.map((e) => `${name}:${lines.linePos(e.pos[0]).line} ${e.message.split('\n')[0]}`);
  if (faults.length > 0) throw dataInvalid(faults);
  const lineOf = (path: readonly PropertyKey[]) => {
    const offset = offsetOf(doc.contents, path);
    return offset === null ? null : lines.linePos(offset).line;
  };
  return { name, data: doc.toJS(), lineOf };
}

/** Every fault of a file in one error, a line each: file, line, field, what would be right. */
export function dataInvalid(faults: readonly string[]): AppError {
  return new AppError('data_invalid', faults.join('\n'), { details: { faults } });
}

/**
 * `policies/cl.yaml:12 windows.mon: …` for each issue.
 * @param files the file itself, then those it extends: a field is looked for in the first that has it
 */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  files: readonly [DataFile, ...DataFile[]],
): string[] {
  return issues.map((issue) => {
    const holder = files.find((file) => file.lineOf(issue.path) !== null) ?? files[0];
    const line = nearestLine(holder, issue.path);
    const field = issue.path.map(String).join('.') || '(whole file)';
    return `${holder.name}${line === null ? '' : `:${line}`} ${field}: ${issue.message}`;
  });
}

function nearestLine(file: DataFile, path: readonly PropertyKey[]): number | null {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const line = file.lineOf(path.slice(0, depth));
    if (line !== null) return line;
  }
  return null;
}

function offsetOf(root: unknown, path: readonly PropertyKey[]): number | null {
  let node = root;
  let offset: number | null = null;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (!pair || !isNode(pair.key)) return null;
      offset = pair.key.range?.[0] ?? null;
      node = pair.value;
      continue;
    }
    if (!isSeq(node)) return null;
    node = node.items[Number(part)];
    if (!isNode(node)) return null;
    offset = node.range?.[0] ?? null;
  }
  return offset;
}
