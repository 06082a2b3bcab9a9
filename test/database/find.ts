import { findMongod } from '../../src/database/binary.ts';

/** Looks for a mongod in the environment it was started in, which may be a poor one, and says what came of it: for binary.test.ts. */
try {
  console.log(JSON.stringify({ found: await findMongod(process.env, (line) => console.error(line)) }));
} catch (err) {
  console.log(JSON.stringify({ code: (err as { code?: string }).code, message: (err as Error).message }));
}
