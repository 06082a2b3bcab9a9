import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type MongoProxy, openMongoProxy } from '../fakes/mongo-proxy.ts';
import { ACCOUNT, type FakeTwilio, openFakeTwilio } from '../fakes/twilio.ts';
import { type Chance, createChance } from './chance.ts';
import { check, type Finding, waitsOf } from './checker.ts';
import { type Debtor, type Evidence, groupBy, scriptOf } from './evidence.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { zonesOfNow } from './hours.ts';
import { makePortfolio } from './portfolio.ts';
import { createPostman, type Postman } from './postman.ts';
import { BAD_MANNERS, type Manners, watchProvider } from './provider-side.ts';
import { replayAll } from './replay.ts';
import { type Replica, SET, startReplica } from './replica.ts';
import { readDatabase, settle } from './settled.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const DATABASE = 'acuerdo';
const PUBLIC_URL = 'https://pay.example.com';
const PARKED_DAYS = 10;
/** The processes that are always there, and their roles. */
const MEMBERS = { web: 'http', worker: 'worker,scheduler', sender: 'sender' };
/** What one process has that does the work of all of them, as `npm start` does. */
const EVERY_ROLE = 'http,worker,scheduler,sender';
/** A short code, whose carriers take a hundred messages a second: what is tried here is not the pace. */
export const SHORT_CODE = '52525';

export interface World {
  seed: number;
  chance: Chance;
  replica: Replica;
  proxy: MongoProxy;
  fake: FakeTwilio;
  postman: Postman;
  provider: ReturnType<typeof watchProvider>;
  fleet: Fleet;
  db: ReturnType<Replica['client']['db']>;
  dir: string;
  /** Where reminders may go now; null when it is night or weekend everywhere. */
  openZone: string | null;
  /** Gives a case debtors of its own. */
  adopt(owner: string, count: number, kind?: 'open' | 'closed' | 'reminded'): Debtor[];
  /** The next follow-up of each of these falls due now. */
  fallDue(debtors: readonly { debtorId: string }[]): Promise<void>;
  /** One process does it all, `whole`, until the world is tidied. */
  becomeOne(): Promise<void>;
  /** Clear weather, and the three processes up and nobody else, whatever a case left behind. */
  tidy(): Promise<void>;
  /** Waits until nothing is on its way. */
  settle(ms: number, phones?: readonly string[]): Promise<boolean>;
  /** Holds the witnesses against each other, as they are now. */
  judge(lateMs: number): Promise<{ evidence: Evidence; findings: Finding[]; waits: number[] }>;
  close(): Promise<void>;
}

export interface WorldInput {
  seed: number;
  /** Debtors who write, debtors who are to be reminded by day, and by night. */
  debtors: { open: number; reminded: number; closed: number };
  /** How the provider reports; badly when left out. */
  manners?: Manners;
  /** How often the provider tries a webhook. */
  tries?: number;
}

/** mongod, a proxy before it, a provider, a portfolio, and the service in three processes: web, worker and sender. */
export async function openWorld({ seed, debtors: wanted, manners = BAD_MANNERS, tries }: WorldInput): Promise<World> {
  const dir = mkdtempSync(path.join(tmpdir(), 'acuerdo-faults-'));
  const chance = createChance(seed);
  const mongoPort = await freePort();
  const proxy = await openMongoProxy({ host: '127.0.0.1', port: mongoPort });
  const replica = await startReplica(dir, mongoPort, proxy.port);
  const account = { ...ACCOUNT, smsFrom: SHORT_CODE };
  const fake = await openFakeTwilio(account);
  const webPort = await freePort();
  const at = { url: `http://127.0.0.1:${webPort}`, publicUrl: PUBLIC_URL };
  fake.connectTo(at);
  const postman = createPostman({ account, at, ...(tries === undefined ? {} : { tries }) });
  const provider = watchProvider(fake, postman, chance.fork(), manners);
  const uri = `mongodb://127.0.0.1:${proxy.port}/${DATABASE}?replicaSet=${SET}`;
  const env = environment({ uri, webPort, dir, apiUrl: fake.url });
  const db = replica.client.db(DATABASE);
  const zones = zonesOfNow(Date.now());
  const day = zones.open ?? zones.closed;
  const { csv, debtors } = makePortfolio(
    [
      { count: wanted.open, zone: day, reminded: false },
      { count: wanted.reminded, zone: day, reminded: true },
      { count: wanted.closed, zone: zones.closed, reminded: true },
    ],
    Date.now(),
  );
  const file = path.join(dir, 'portfolio.csv');
  writeFileSync(file, csv);
  await promisify(execFile)(process.execPath, ['src/cli/acuerdo.js', 'import', file], { cwd: ROOT, env });
  await park();
  const fleet = createFleet(dir, env);
  for (const [name, roles] of Object.entries(MEMBERS)) fleet.start(name, { roles });
  await fleet.ready();

  async function tidy(): Promise<void> {
    proxy.clear();
    replica.resume();
    fake.answers.length = 0;
    await replica.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
    for (const name of fleet.names()) {
      if (!(name in MEMBERS)) await fleet.retire(name);
      else fleet.of(name).signal('SIGCONT');
    }
    for (const [name, roles] of Object.entries(MEMBERS))
      if (!fleet.names().includes(name)) fleet.start(name, { roles });
    await fleet.ready();
  }

  async function becomeOne(): Promise<void> {
    await Promise.all(Object.keys(MEMBERS).map((name) => fleet.retire(name)));
    fleet.start('whole', { roles: EVERY_ROLE });
    await fleet.ready();
  }

  /** Nothing falls due before a case says so. */
  async function park(): Promise<void> {
    const later = new Date(Date.now() + PARKED_DAYS * 86_400_000);
    await db.collection('followups').updateMany({ state: 'scheduled' }, { $set: { dueAt: later } });
  }

  function adopt(owner: string, count: number, kind: 'open' | 'closed' | 'reminded' = 'open'): Debtor[] {
    const fits = { open: [day, false], reminded: [day, true], closed: [zones.closed, true] }[kind];
    const free = debtors.filter((d) => d.owner === '' && d.zone === fits[0] && d.reminded === fits[1]).slice(0, count);
    if (free.length < count) throw new Error(`no more debtors of the kind ${kind}: ${free.length} of ${count}`);
    for (const debtor of free) debtor.owner = owner;
    return free;
  }

  async function fallDue(whom: readonly { debtorId: string }[]): Promise<void> {
    for (const { debtorId } of whom) {
      const next = await db
        .collection('followups')
        .find({ debtorId, state: 'scheduled' })
        .sort({ _id: 1 })
        .limit(1)
        .next();
      if (!next) throw new Error(`nothing is planned for ${debtorId}`);
      await db.collection('followups').updateOne({ _id: next._id }, { $set: { dueAt: new Date() } });
    }
  }

  async function judge(lateMs: number) {
    provider.look();
    const database = await readDatabase(db);
    const scripts = new Set<string>();
    const byConversation = groupBy(database.inbox, ({ conversationId }) => conversationId);
    for (const rows of byConversation.values()) {
      if (rows.some(({ incoming, state }) => incoming.kind !== 'message' || state !== 'done')) continue;
      scripts.add(scriptOf(rows.sort((a, b) => (a.seq < b.seq ? -1 : 1))));
    }
    const evidence: Evidence = {
      ...database,
      posted: postman.posted,
      received: provider.received,
      debtors,
      replay: await replayAll(uri, [...scripts], day),
      at: Date.now(),
      lateMs,
    };
    return { evidence, findings: check(evidence), waits: waitsOf(evidence) };
  }

  return {
    seed,
    chance,
    replica,
    proxy,
    fake,
    postman,
    provider,
    fleet,
    db,
    dir,
    openZone: zones.open,
    adopt,
    fallDue,
    becomeOne,
    tidy,
    settle: (ms, phones) => settle(db, ms, phones ? { phones } : {}),
    judge,
    async close() {
      proxy.clear();
      replica.resume();
      await fleet.stop();
      await provider.stop();
      await fake.close();
      await replica.stop();
      await proxy.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    },
  };
}

/** As an operator sets it, outside the demo: a real clock, a database and a provider of its own. */
function environment({ uri, webPort, dir, apiUrl }: { uri: string; webPort: number; dir: string; apiUrl: string }) {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    DEMO: 'off',
    LOG_LEVEL: 'info',
    PORT: String(webPort),
    PUBLIC_URL,
    MONGODB_URI: uri,
    DATA_DIR: path.join(dir, 'data'),
    PAYMENT_PROVIDER: 'sandbox',
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_SMS_FROM: SHORT_CODE,
    TWILIO_API_URL: apiUrl,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
