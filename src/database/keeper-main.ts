import { keep } from './keeper.ts';

/** Started by embedded.ts: dataDir, path and version of mongod, grace in milliseconds. */
const [dataDir = '', mongodPath = '', version = '', graceMs = '5000'] = process.argv.slice(2);
process.exitCode = await keep({ dataDir, mongod: { path: mongodPath, version }, graceMs: Number(graceMs) });
process.exit();
