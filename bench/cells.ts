import type { Connection } from 'mongoose';
import type { Config } from '../src/config.ts';
import { AGENDA_DEFAULTS, AGENDA_TUNED, benchAgenda } from './agenda.ts';
import { atLeast, atMost, type Figure, ms, plain, rate } from './figures.ts';
import { benchFollowups } from './followups.ts';
import { benchImport } from './import.ts';
import { benchInbound } from './inbound.ts';
import { benchKill, KILLS } from './kill.ts';
import { benchLateness } from './lateness.ts';
import { benchMemory } from './memory.ts';
import { benchPeers, type PeerSpeed } from './peers.ts';
import { benchReplies } from './replies.ts';
import { benchStart } from './start.ts';
import { benchTurns } from './turns.ts';

/** What every cell is given: a database of its own, and how much there is to do. */
export interface Stage {
  db: Connection;
  mongodbUri: string;
  config: Config;
  env: Record<string, string | undefined>;
  seed: number;
  size: Size;
  /** graphile-worker and pg-boss too, which have to be installed first. */
  withPeers: boolean;
}

export interface Size {
  inbound: { messages: number; rounds: number };
  replies: { debtors: number; poured: number };
  turnRounds: number;
  followups: { due: number; rounds: number; parked: number[] };
  late: { count: number; perSecond: number };
  agendaJobs: number;
  peerJobs: number;
  killed: number;
  conversations: number;
  importRows: number;
}

export const FULL: Size = {
  inbound: { messages: 5_000, rounds: 4 },
  replies: { debtors: 3_000, poured: 3_000 },
  turnRounds: 50,
  followups: { due: 2_000, rounds: 5, parked: [0, 100_000, 1_000_000] },
  late: { count: 1_000, perSecond: 50 },
  agendaJobs: 3_000,
  peerJobs: 10_000,
  killed: 1_200,
  conversations: 100_000,
  importRows: 100_000,
};

export const QUICK: Size = {
  inbound: { messages: 1_000, rounds: 2 },
  replies: { debtors: 300, poured: 300 },
  turnRounds: 10,
  followups: { due: 500, rounds: 2, parked: [0, 20_000] },
  late: { count: 200, perSecond: 40 },
  agendaJobs: 500,
  peerJobs: 1_000,
  killed: 300,
  conversations: 1_000,
  importRows: 5_000,
};

const LATE_MS_MAX = 2_500; // the sweep looks every 2 s
const REPLY_MS_MAX = 91; // p99 of Temporal's signals: docs/BENCHMARKS.md
const MEMORY_MB_MAX = 300;
const FLAT_SHARE = 0.1;

/** Each figure or set of figures that `--only` can name, in the order in which they are taken. */
export const CELLS: Record<string, (stage: Stage) => Promise<Figure[]>> = {
  inbound,
  replies,
  turns,
  followups,
  kill,
  memory,
  import: imports,
  start,
};

async function inbound({ db, mongodbUri, size, seed }: Stage): Promise<Figure[]> {
  const got = await benchInbound(db, mongodbUri, { ...size.inbound, seed });
  return [
    plain('bare `insertOne`, majority and journaled, 64 at once', rate(got.bareInsertsPerSecond)),
    plain('bare Express, the same form, nothing done', rate(got.bareExpressPerSecond)),
    plain('signed webhooks acknowledged, their rows durable, 64 at once', rate(got.perSecond)),
    plain('acknowledgement at half of that, p50 and p99', `${ms(got.ackP50Ms)}, ${ms(got.ackP99Ms)}`),
    atLeast('inbound acknowledged ÷ bare `insertOne`', got.perSecond / got.bareInsertsPerSecond, 0.6),
  ];
}

async function replies({ db, mongodbUri, config, size, seed }: Stage): Promise<Figure[]> {
  const { perSecond, latencies } = await benchReplies(db, mongodbUri, { config, ...size.replies, seed });
  return [
    plain('message to answer at the provider, one process with every role, at most', rate(perSecond)),
    ...latencies.flatMap(({ providerMs, p50Ms, p99Ms, p999Ms }) => [
      plain(`the same at half load, provider of ${providerMs} ms taken off: p50, p99.9`, `${ms(p50Ms)}, ${ms(p999Ms)}`),
      atMost(`the same, provider of ${providerMs} ms: p99`, p99Ms, REPLY_MS_MAX, ' ms'),
    ]),
  ];
}

async function turns({ db, config, size }: Stage): Promise<Figure[]> {
  const got = await benchTurns(db, config, size.turnRounds);
  return [
    plain('bare transaction of 4 writes, 16 at once', rate(got.bare)),
    plain('whole turn, message stored to outbox row committed', rate(got.turns)),
    atLeast('whole turn ÷ bare transaction', got.ratio, 0.5),
  ];
}

async function followups({ db, mongodbUri, config, size, withPeers }: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  let last = { swept: 0, parked: 0, share: 0 };
  for (const parked of size.followups.parked) {
    const got = await benchFollowups(db, config, { ...size.followups, parked });
    const late = await benchLateness(db, config, size.late);
    await db.dropDatabase();
    const behind = `${parked.toLocaleString('en')} parked`;
    figures.push(
      plain(`due follow-ups made into turns, ${behind}`, rate(got.sweptPerSecond)),
      plain(
        `whole follow-up turns, sweep to outbox row, ${behind}`,
        `${rate(got.turnsPerSecond)} (bare ${rate(got.barePerSecond)})`,
      ),
      plain(`lateness, ${behind}: p50`, ms(late.p50Ms)),
      atMost(`lateness, ${behind}: p99`, late.p99Ms, LATE_MS_MAX, ' ms'),
    );
    last = { swept: got.sweptPerSecond, parked, share: got.turnsPerSecond / got.barePerSecond };
  }
  const behind = `${last.parked.toLocaleString('en')} parked`;
  figures.push(atLeast(`whole follow-up turn ÷ bare transaction, ${behind}`, last.share, 0.4));
  for (const [name, tuning] of [
    ['at its defaults', AGENDA_DEFAULTS],
    ['tuned', AGENDA_TUNED],
  ] as const) {
    const agenda = await benchAgenda(mongodbUri, { parked: last.parked, due: size.agendaJobs }, tuning);
    figures.push(
      plain(`one Agenda job a follow-up, ${name}, ${behind}`, rate(agenda)),
      atLeast(`due follow-ups ÷ Agenda ${name}`, last.swept / agenda, 10),
    );
  }
  return withPeers ? [...figures, ...(await besidePeers(last, size.peerJobs))] : figures;
}

async function besidePeers({ swept, parked }: { swept: number; parked: number }, due: number): Promise<Figure[]> {
  let peers: PeerSpeed[];
  try {
    peers = await benchPeers({ parked, due });
  } catch (err) {
    const [why] = String(err).split('\n');
    return [plain('graphile-worker and pg-boss', `not measured: ${why?.slice(0, 120)}`)];
  }
  return peers.flatMap(({ name, perSecond }) => {
    const figure = plain(`${name}, ${parked.toLocaleString('en')} parked`, rate(perSecond));
    return name.startsWith('graphile') ? [figure, atLeast(`due follow-ups ÷ ${name}`, swept / perSecond, 1)] : [figure];
  });
}

async function kill({ db, mongodbUri, config, size, seed }: Stage): Promise<Figure[]> {
  const { naive, ours } = await benchKill(db, mongodbUri, { config, messages: size.killed, seed });
  return [
    plain(
      `a handler without outbox, killed ${KILLS} times: acknowledged, never answered`,
      `${naive.lost} of ${naive.acknowledged}`,
    ),
    {
      what: `ours, killed ${KILLS} times: acknowledged, never answered and not flagged`,
      got: `${ours.lost - ours.flagged} of ${ours.acknowledged} (${ours.flagged} flagged)`,
      reach: '0',
      ok: ours.lost === ours.flagged,
    },
  ];
}

async function memory({ db, mongodbUri, config, size }: Stage): Promise<Figure[]> {
  const { residentMb, peakMb } = await benchMemory(db, mongodbUri, { config, conversations: size.conversations });
  const count = size.conversations.toLocaleString('en');
  const half = residentMb[Math.floor(residentMb.length / 2)] ?? 0;
  const growth = (residentMb.at(-1) ?? 0) / half - 1;
  return [
    atMost(`memory of one process, ${count} conversations, at most`, peakMb, MEMORY_MB_MAX, ' MB'),
    {
      what: 'its growth over the second half of them',
      got: `${(growth * 100).toFixed(1)} %`,
      reach: `≤ ${FLAT_SHARE * 100} %`,
      ok: growth <= FLAT_SHARE,
    },
  ];
}

async function imports({ mongodbUri, env, size }: Stage): Promise<Figure[]> {
  const { peakMb, seconds } = await benchImport(mongodbUri, env, size.importRows);
  const rows = size.importRows.toLocaleString('en');
  return [
    atMost(`import of ${rows} rows, peak memory`, peakMb, MEMORY_MB_MAX, ' MB'),
    plain(`import of ${rows} rows, time`, `${seconds.toFixed(0)} s`),
  ];
}

async function start({ env }: Stage): Promise<Figure[]> {
  return [atMost('`npm start` on an empty folder to the first answer', (await benchStart(env)) / 1000, 5, ' s')];
}
