import type { Connection } from 'mongoose';
import type { App } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { DAY_MS } from '../src/kernel/calendar.ts';
import { monotonicMs } from '../src/kernel/clock.ts';
import { debtorOf, importDebtors, openBenchApp } from './house.ts';
import { bareTransactions } from './physical.ts';

const PARKED_AT_ONCE = 10_000;
const PARKED_DAYS = 30;
const PARKED_DEBTORS = 50_000; // twenty follow-ups a debtor, a day and a half apart

export interface FollowupSpeeds {
  /** Due rows claimed, their inbox rows committed. */
  sweptPerSecond: number;
  /** Sweep to committed outbox row. */
  turnsPerSecond: number;
  barePerSecond: number;
}

/** Follow-ups that fall due with `parked` others behind them, in alternation with bare transactions. */
export async function benchFollowups(
  db: Connection,
  config: Config,
  size: { parked: number; due: number; rounds: number },
): Promise<FollowupSpeeds> {
  const app = await openBenchApp(db, config);
  await importDebtors(app, db, { from: 0, to: size.due, channel: 'simulator', plans: false });
  await park(db, size.parked, app.clock.now());
  const ms = { sweep: 0, turns: 0, bare: 0 };
  for (let round = -1; round < size.rounds; round += 1) {
    await makeDue(db, app, size.due, round);
    const start = monotonicMs();
    const swept = await app.conversations.sweepFollowups();
    const sweptAt = monotonicMs();
    const turned = await app.conversations.runTurns();
    const turnedAt = monotonicMs();
    if (swept !== size.due || turned !== size.due) throw new Error(`${swept} swept, ${turned} turned of ${size.due}`);
    const bare = await bareTransactions(db, size.due);
    if (round < 0) continue; // until the code is compiled: a service runs for days
    ms.sweep += sweptAt - start;
    ms.turns += turnedAt - start;
    ms.bare += bare;
  }
  await expectSaid(db, size.due);
  const perSecond = (spent: number) => (size.due * size.rounds * 1000) / spent;
  return {
    sweptPerSecond: perSecond(ms.sweep),
    turnsPerSecond: perSecond(ms.turns),
    barePerSecond: perSecond(ms.bare),
  };
}

/** Follow-ups of other days. */
export async function park(db: Connection, count: number, now: Date): Promise<void> {
  for (let at = 0; at < count; at += PARKED_AT_ONCE) {
    const rows = Array.from({ length: Math.min(PARKED_AT_ONCE, count - at) }, (_, i) => {
      const n = at + i;
      const dueAt = new Date(now.getTime() + DAY_MS + ((n * 7919) % count) * ((PARKED_DAYS * DAY_MS) / count));
      return followup(`parked:${n}`, { debtorId: `bench/parked${n % PARKED_DEBTORS}`, debtId: null, dueAt });
    });
    await db.collection('followups').insertMany(rows as never[], { ordered: false });
  }
}

/** One follow-up of each of the first `count` debtors, due a moment ago. */
async function makeDue(db: Connection, app: App, count: number, round: number): Promise<void> {
  const dueAt = new Date(app.clock.now().getTime() - 1000);
  const rows = Array.from({ length: count }, (_, n) =>
    followup(`due:${round}:${n}`, { debtorId: debtorOf(n), debtId: `bench/b${n}/d${n}`, dueAt }),
  );
  await db.collection('followups').insertMany(rows as never[]);
}

export function followup(id: string, of: { debtorId: string; debtId: string | null; dueAt: Date }) {
  return {
    _id: id,
    ...of,
    promiseId: null,
    kind: 'due_reminder',
    occurrence: 'd+45',
    flow: 'reminder_after',
    tone: 'neutral',
    messageKind: 'reminder',
    why: '45 days late',
    state: 'scheduled',
    reason: null,
  };
}

async function expectSaid(db: Connection, count: number): Promise<void> {
  const said = (await db.collection('outbox').distinct('debtorId', { kind: 'reminder' })).length;
  if (said !== count) throw new Error(`${said} debtors of ${count} were reminded`);
}
