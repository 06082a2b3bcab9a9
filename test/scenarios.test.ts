import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { playScript } from './chat/play-script.ts';
import { openStage } from './chat/stage.ts';
import { testDatabase } from './setup/database.ts';

const FOLDER = path.join(import.meta.dirname, 'scenarios');
const rewrites = process.env.CHAT_REWRITE === '1';

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.chat'))
  .sort();

describe('scenarios', () => {
  let database: { db: Connection; drop(): Promise<void> };
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  test('there are enough of them to say what the product does', () => {
    expect(files.length).toBeGreaterThanOrEqual(25);
  });

  test.each(files)('%s', async (name) => {
    const file = path.join(FOLDER, name);
    const stage = await openStage(database.db);
    try {
      const { rewritten, fault } = await playScript(readFileSync(file, 'utf8'), stage);
      if (rewrites) writeFileSync(file, rewritten);
      else if (fault !== null) throw new Error(`${name}, ${fault}`);
    } finally {
      await stage.close();
    }
  });
});
