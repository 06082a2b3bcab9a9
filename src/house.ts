import type { Connection } from 'mongoose';
import { type App, createApp } from './app.ts';
import type { Channel } from './channels/channel.ts';
import type { Config } from './config.ts';
import { connect } from './database/connect.ts';
import type { Database } from './database/open.ts';
import { importSample } from './demo.ts';
import { type HouseRules, readHouseRules } from './house-rules.ts';
import type { ArrivalRules } from './inbox/arrivals.ts';
import { type Clock, type MovableClock, runningClock, systemClock } from './kernel/clock.ts';
import type { Log } from './kernel/log.ts';
import type { Meter } from './kernel/meter.ts';

export interface HouseInput {
  config: Config;
  /** Being opened, since it takes as long as loading the house. */
  database: Promise<Database>;
  log: Log;
  meter?: Meter;
  /** In the demo, an empty database is given the sample portfolio. */
  withSample: boolean;
  /** How what debtors write is taken in: each message at once when left out. */
  arrivals?: ArrivalRules;
  channels: (clock: Clock, db: Connection) => Channel[];
  publicUrl: () => string;
}

export interface House {
  app: App;
  db: Connection;
  /** The demo's clock, which may be moved; null where time is real. */
  demoClock: MovableClock | null;
  /** How many rows of the sample portfolio were imported just now. */
  sampleRows: number;
  close(): Promise<void>;
}

/** Database, clock and rooms: what the service and every command stand on. What was opened is closed again when the rest fails. */
export async function openHouse(input: HouseInput): Promise<House> {
  const { config, log } = input;
  const reading = readEarly();
  const database = await input.database;
  const closers = [database.close];
  try {
    const db = await connect(database.uri);
    closers.unshift(() => db.close());
    const demoClock = config.demo ? runningClock(config.demoClock ?? systemClock.now()) : null;
    const clock = demoClock ?? systemClock;
    const app = await createApp({
      config,
      db,
      clock,
      log,
      rules: await reading,
      ...(input.meter && { meter: input.meter }),
      ...(input.arrivals && { arrivals: input.arrivals }),
      channels: input.channels(clock, db),
      publicUrl: input.publicUrl,
    });
    if (app.sandbox) closers.unshift(app.sandbox.stop);
    if (demoClock) await catchUp(demoClock, app);
    const sampleRows = config.demo && input.withSample ? await importSample(app, db) : 0;
    return { app, db, demoClock, sampleRows, close };
  } catch (err) {
    await close();
    throw err;
  }

  async function close(): Promise<void> {
    for (const step of closers.splice(0)) await step();
  }
}

/** Reads the rules while the database starts. Whoever awaits them is told what is wrong with them. */
function readEarly(): Promise<HouseRules> {
  const reading = Promise.resolve().then(() => readHouseRules());
  reading.catch(() => undefined);
  return reading;
}

/** A demo whose clock was moved goes on from there when it is started again: time never runs back over what was said. */
async function catchUp(clock: MovableClock, app: App): Promise<void> {
  const [latest] = await app.conversations.list({}, 1);
  const behindMs = (latest?.updatedAt.getTime() ?? 0) - clock.now().getTime();
  if (behindMs > 0) clock.advance(behindMs);
}
