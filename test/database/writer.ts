import { connect } from '../../src/database/connect.ts';
import { openDatabase } from '../../src/database/open.ts';
import { silentLog } from '../../src/kernel/log.ts';

/** Writes rows for ever, saying each one that was acknowledged: to be killed by embedded.test.ts. */
const [dataDir = ''] = process.argv.slice(2);
const { uri } = await openDatabase({ config: { mongodbUri: null, dataDir }, env: process.env, log: silentLog() });
const db = await connect(uri);
for (let n = 0; ; n += 1) {
  await db.collection('rows').insertOne({ n }, { writeConcern: { w: 'majority', j: true } });
  process.stdout.write(`${n}\n`);
}
