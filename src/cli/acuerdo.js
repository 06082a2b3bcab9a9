#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Error: Acuerdo needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(78);
}
// By itself V8 lets the heap grow to four times what is in use, and the young part of it to 48 MB. So it stays near what is in use: 300 MB are enough for a service
// that has talked with 100,000 debtors, or for the import of as many rows. To be said before the first module is loaded.
const v8 = await import('node:v8');
for (const flag of ['--heap-growing-percent=30', '--max-semi-space-size=4']) v8.setFlagsFromString(flag);
const { register } = await import('tsx/esm/api');
const { fileURLToPath } = await import('node:url');
register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) }); // ours, whatever folder we are called from
const { runAcuerdo } = await import('./acuerdo.ts');
await runAcuerdo(process.argv, process.env);
