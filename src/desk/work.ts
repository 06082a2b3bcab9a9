import type { Connection } from 'mongoose';
import type { Conversations } from '../conversations/conversations.ts';
import { isDatabaseAway } from '../database/away.ts';
import type { Clock } from '../kernel/clock.ts';
import { newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { createBell, keepDoing } from '../kernel/loop.ts';
import { type Meter, noMeter } from '../kernel/meter.ts';
import type { Board } from './board.ts';
import type { Desk } from './desk.ts';
import { createFates } from './fates.ts';
import { createBoardLease } from './lease-store.ts';
import { createPoster } from './poster.ts';
import { readUpdate, updateNumber } from './updates.ts';

const PAUSE_MS = 3_000; // after a board that did not answer
const LOOK_EVERY_MS = 1_000;

export interface DeskWorkDeps {
  db: Connection;
  desk: Desk;
  board: Board;
  our: { botId: string; groupId: number };
  /** Null: the board is asked for news. */
  webhook: () => { url: string; secret: string } | null;
  conversations: () => Pick<Conversations, 'linesOf'>;
  clock: Clock;
  machine: Clock;
  log: Log;
  /** What operators watch; nobody when left out. */
  meter?: Meter;
}

/** The desk's two loops: it shows what happened, and hears what agents do. Of all processes one has them, under a lease. */
export function createDeskWork(deps: DeskWorkDeps) {
  const { desk, board, machine, log, meter = noMeter } = deps;
  const lease = createBoardLease(deps.db, { owner: newUuid(), machine });
  const step = createPoster({ desk, board, lease, machine, log });
  const look = createFates({ store: desk.store, conversations: deps.conversations, machine });
  let listens = false;
  let from: number | null = null;
  let lookedAt = 0;

  /** One thing to show. @returns 0 when there is nothing, or another process has the board */
  async function show(): Promise<number> {
    if (!(await lease.hold())) return 0;
    const toldOf = isTimeToLook() ? await look(deps.clock.now()) : 0;
    return toldOf + (await step());
  }

  function isTimeToLook(): boolean {
    const now = machine.now().getTime();
    if (now - lookedAt < LOOK_EVERY_MS) return false;
    lookedAt = now;
    return true;
  }

  /**
   * What agents did since the last time. The number that is asked from moves on only past what is durable; what is told twice is done once.
   * @returns how many updates there were
   */
  async function listen(signal: AbortSignal): Promise<number> {
    if (!(await lease.hold())) {
      listens = false;
      return 0;
    }
    const webhook = deps.webhook();
    if (!listens) {
      const set = await board.listenBy(webhook);
      if (!set.ok) return pause(set.why === 'later' ? set.afterMs : PAUSE_MS, signal);
      listens = true;
    }
    if (webhook !== null) return 0;
    const news = await board.updates(from, signal);
    if (!news.ok) return pause(news.why === 'later' ? news.afterMs : PAUSE_MS, signal);
    for (const update of news.value) {
      await take(update);
      from = (updateNumber(update) ?? 0) + 1;
    }
    return news.value.length;
  }

  /**
   * Stores what an agent did, then lets the button rest, for which nobody waits. Also what a webhook does.
   * @throws when the database is away: then it is told again. Anything else is a fault that would come again: it is counted, and the next are heard
   */
  async function take(update: unknown): Promise<void> {
    try {
      await hear(update);
    } catch (err) {
      if (isDatabaseAway(err)) throw err;
      meter.count('desk_updates_failed');
      log.error({ err, update: updateNumber(update) }, 'desk.update_left_out');
    }
  }

  async function hear(update: unknown): Promise<void> {
    const told = readUpdate(update, deps.our);
    if (told === null) return;
    const toast = await desk.hear(told);
    if (told.what.kind === 'press') void board.answerPress(told.what.press, toast);
  }

  async function pause(ms: number, signal: AbortSignal): Promise<0> {
    await machine.sleep(ms, signal);
    return 0;
  }

  return {
    show,
    listen,
    take,
    /** Until the signal aborts; what was under way is finished, and another process may go on at once. */
    async work(signal: AbortSignal): Promise<void> {
      const how = { clock: machine, log, signal };
      await Promise.all([
        keepDoing('desk.show', show, { ...how, bell: createBell() }),
        keepDoing('desk.listen', () => listen(signal), { ...how, bell: createBell() }),
      ]);
      await lease.release().catch((err: unknown) => log.warn({ err }, 'desk lease not given back'));
    },
  };
}
