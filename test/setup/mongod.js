import { tsImport } from 'tsx/esm/api';

/** jest does not transform what a global setup imports, so TypeScript is loaded by tsx here. */
export default async function startMongod() {
  const { startThrowAwayMongod } = await tsImport('./throw-away-mongod.ts', import.meta.url);
  const { uri, stop } = await startThrowAwayMongod();
  process.env.MONGODB_TEST_URI = uri;
  globalThis.stopThrowAwayMongod = stop;
}
