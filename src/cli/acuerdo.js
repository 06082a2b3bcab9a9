#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Error: Acuerdo needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(78);
}
// By itself V8 lets the heap grow to four times what is in use, up and down by 80 MB. At 1.8 times a service stays below 300 MB however many debtors it
// has talked with; less would cost answers their time. To be said before the first module is loaded.
const { setFlagsFromString } = await import('node:v8');
setFlagsFromString('--heap-growing-percent=80');
const { register } = await import('tsx/esm/api');
const { fileURLToPath } = await import('node:url');
register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) }); // ours, whatever folder we are called from
const { runAcuerdo } = await import('./acuerdo.ts');
await runAcuerdo(process.argv, process.env);
