import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

interface Locked {
  optionalDependencies?: Record<string, string>;
}

// npm leaves out what the registry at hand does not have; `npm ci` then refuses the lock file, or other platforms miss their binaries
test('package-lock.json holds the binaries of every platform', () => {
  const file = path.resolve(import.meta.dirname, '../package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`${place}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages))
      .map((name) => `${place}: ${name}`),
  );
  expect(missing).toEqual([]);
});
