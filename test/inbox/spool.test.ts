import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createArrivals } from '../../src/inbox/arrivals.ts';
import type { InboxRow } from '../../src/inbox/inbox-store.ts';
import { createSpool, type Spool } from '../../src/inbox/spool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { noCrash } from '../../src/kernel/crash.ts';
import { conversationId, type InboxId, sortableId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';

let dir: string;
beforeEach(() => {
  dir = path.join(mkdtempSync(path.join(tmpdir(), 'acuerdo-spool-')), 'spool');
});
afterEach(() => rmSync(path.dirname(dir), { recursive: true, force: true }));

const LATER_MS = 60_000; // what nobody added to for so long was left by a process that died
const open = (aheadMs = 0): Spool => {
  const now = () => new Date(systemClock.now().getTime() + aheadMs);
  return createSpool({ dir, crash: noCrash, log: silentLog(), now });
};
const filesThere = (): string[] => readdirSync(dir).map((name) => path.join(dir, name));

function row(id: string): InboxRow {
  const at = new Date('2026-03-02T16:00:00.123Z');
  const incoming = { kind: 'message', text: `¿${id}?\n"ñ"`, channel: 'simulator', from: '+525550100001' } as const;
  const conversation = conversationId('simulator', '+525550100001');
  return {
    ...{ _id: id as InboxId, conversationId: conversation, debtorId: null, incoming, receivedAt: at },
    ...{ seq: sortableId(systemClock.now()), state: 'new', attempts: 0, notBefore: at },
  };
}

/** A database that can be away: it keeps what it is given, each id once. */
function database() {
  const rows = new Map<string, InboxRow>();
  const state = { isAway: false, isFrozen: false, writes: 0 };
  return {
    ids: () => [...rows.keys()],
    rows,
    state,
    async insertAll(some: readonly InboxRow[]): Promise<boolean[]> {
      state.writes += 1;
      if (state.isFrozen) return new Promise(() => undefined);
      if (state.isAway) throw new Error('away');
      return some.map((each) => {
        const isNew = !rows.has(each._id);
        if (isNew) rows.set(each._id, each);
        return isNew;
      });
    },
  };
}

describe('the spool', () => {
  test('what was appended is stored again as it was, in its order, and the files are gone', async () => {
    const spool = open();
    const rows = Array.from({ length: 40 }, (_, n) => row(`wa:${n}`));
    await Promise.all(rows.slice(0, 20).map(spool.append));
    for (const each of rows.slice(20)) await spool.append(each);
    expect(spool.isEmpty()).toBe(false);
    const stored: InboxRow[] = [];
    expect(await spool.replay(async (some) => void stored.push(...some))).toBe(40);
    expect(stored).toEqual(rows);
    expect([spool.isEmpty(), filesThere()]).toEqual([true, []]);
  });

  test('nobody else may read it', async () => {
    await open().append(row('wa:1'));
    expect(filesThere().map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  test('another process finds it at its start; a last line that was torn is left out', async () => {
    await open().append(row('wa:1'));
    for (const file of filesThere()) appendFileSync(file, '{"_id":"wa:2","conversationId":"c-');
    const second = open(LATER_MS);
    expect(second.isEmpty()).toBe(false);
    const stored: string[] = [];
    await second.replay(async (some) => void stored.push(...some.map(({ _id }) => _id)));
    expect(stored).toEqual(['wa:1']);
    expect(filesThere()).toEqual([]);
  });

  test('what could not be stored stays, also when its process dies while it is being read', async () => {
    const spool = open();
    await spool.append(row('wa:1'));
    await expect(spool.replay(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(spool.isEmpty()).toBe(false);
    await spool.append(row('wa:2'));
    const stored: string[] = [];
    await open(LATER_MS).replay(async (some) => void stored.push(...some.map(({ _id }) => _id)));
    expect(stored).toEqual(['wa:1', 'wa:2']);
  });

  test('what a process leaves that dies later is taken too, within 5 s, by one that has nothing of its own', async () => {
    let aheadMs = 0;
    const now = () => new Date(systemClock.now().getTime() + aheadMs);
    const survivor = createSpool({ dir, crash: noCrash, log: silentLog(), now });
    await open().append(row('wa:1'));
    const stored: string[] = [];
    const keep = async (some: InboxRow[]) => void stored.push(...some.map(({ _id }) => _id));
    expect(survivor.isEmpty()).toBe(true);
    expect(await survivor.replay(keep)).toBe(0);
    aheadMs = 5_000;
    expect(await survivor.replay(keep)).toBe(1);
    expect([stored, filesThere(), survivor.isEmpty()]).toEqual([['wa:1'], [], true]);
  });

  test('what another process has just written is its own to store', async () => {
    await open().append(row('wa:1'));
    expect(await open().replay(async () => undefined)).toBe(0);
    expect(filesThere()).toHaveLength(1);
  });

  test('a file that another process takes while it is written: every line that was promised is stored', async () => {
    const writer = open();
    const stored = new Set<string>();
    const keep = async (some: InboxRow[]) => {
      for (const { _id } of some) stored.add(_id);
    };
    let isDone = false;
    let thefts = 0;
    const taking = (async () => {
      while (!isDone) {
        thefts += await open(LATER_MS).replay(keep);
        await systemClock.sleep(100); // more often and nothing would ever be written
      }
    })();
    const ids: string[] = [];
    while (ids.length < 200 || (thefts === 0 && ids.length < 20_000)) {
      const id = `wa:${ids.length}`;
      ids.push(id);
      await writer.append(row(id));
    }
    isDone = true;
    await taking;
    await writer.replay(keep);
    expect(ids.filter((id) => !stored.has(id))).toEqual([]);
    expect(thefts).toBeGreaterThan(0);
    expect(filesThere()).toEqual([]);
  });

  test('a disk that refuses is told to whoever waits: nothing is promised', async () => {
    const spool = open();
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'not a folder');
    await expect(spool.append(row('wa:1'))).rejects.toThrow();
    rmSync(dir);
  });
});

describe('what arrives', () => {
  function arrivalsOn(db: ReturnType<typeof database>, spool: Spool | null) {
    return createArrivals({
      insertAll: db.insertAll,
      spool,
      crash: noCrash,
      meter: noMeter,
      clock: { sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) },
      log: silentLog(),
    });
  }

  test('what comes while others are written goes together in the next write, and each is told whether it was new', async () => {
    const db = database();
    const { store } = arrivalsOn(db, null);
    const outcomes = await Promise.all(Array.from({ length: 64 }, (_, n) => store(row(`wa:${n % 32}`))));
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(32);
    expect(db.state.writes).toBeLessThanOrEqual(2);
  });

  test('without a spool whoever brings it is told that it was not stored', async () => {
    const db = database();
    db.state.isAway = true;
    const { store } = arrivalsOn(db, null);
    await expect(store(row('wa:1'))).rejects.toThrow('away');
    db.state.isAway = false;
    expect(await store(row('wa:1'))).toBe('stored');
  });

  test.each(['isAway', 'isFrozen'] as const)(
    'while the database %s all are promised from the disk, and only the first waits for it',
    async (how) => {
      const db = database();
      const spool = open();
      const { store, replay } = arrivalsOn(db, spool);
      await store(row('wa:0'));
      db.state[how] = true;
      await Promise.all([1, 2, 3].map((n) => store(row(`wa:${n}`))));
      const { writes } = db.state;
      for (const n of [4, 5, 6]) await store(row(`wa:${n}`));
      expect(db.state.writes).toBe(writes);
      expect(await replay()).toBe(0);
      db.state[how] = false;
      await store(row('wa:7')); // must not overtake
      expect(db.ids()).toEqual(['wa:0']);
      expect(await replay()).toBe(7);
      await store(row('wa:8'));
      expect(db.ids()).toEqual(Array.from({ length: 9 }, (_, n) => `wa:${n}`));
    },
  );

  test('a message that was stored after all, spooled and brought again is one', async () => {
    const db = database();
    const spool = open();
    const { store, replay } = arrivalsOn(db, spool);
    const message = row('wa:1');
    db.rows.set('wa:1', message);
    await spool.append(message);
    await store({ ...message, seq: 'another' });
    await replay();
    expect(db.ids()).toEqual(['wa:1']);
    expect(db.rows.get('wa:1')).toBe(message);
    expect(await store(message)).toBe('duplicate');
  });

  test('the line on the disk has the words, since they are all that there is; it ends with the replay', async () => {
    const spool = open();
    await spool.append(row('wa:1'));
    const [file = ''] = filesThere();
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
    await spool.replay(async () => undefined);
    expect(existsSync(file)).toBe(false);
  });
});
