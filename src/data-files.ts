import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataFile } from './dialog/yaml-file.ts';

/** Where package.json stands: flows, locales, policies, strategies and samples lie beside it. */
export const PACKAGE_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The data that a collections manager edits, as text. */
export interface DataFiles {
  flows: DataFile[];
  locales: DataFile[];
  policies: DataFile[];
  strategies: DataFile[];
}

/** Reads every `.yaml` file of the data folders under `root`, by name. */
export function readDataFiles(root: string): DataFiles {
  const folder = (name: string) => yamlFilesUnder(root, name);
  return {
    flows: folder('flows'),
    locales: folder('locales'),
    policies: folder('policies'),
    strategies: folder('strategies'),
  };
}

function yamlFilesUnder(root: string, folder: string): DataFile[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({
      name: path.posix.join(folder, name.split(path.sep).join('/')),
      text: readFileSync(path.join(root, folder, name), 'utf8'),
    }));
}
