#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Error: Acuerdo needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(78);
}
const { register } = await import('tsx/esm/api');
const { fileURLToPath } = await import('node:url');
register({ tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)) }); // ours, whatever folder we are called from
const { runAcuerdo } = await import('./acuerdo.ts');
await runAcuerdo(process.argv, process.env);
