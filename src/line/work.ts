import type { Heartbeat } from '../conversations/heartbeat.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { type Bell, createBell, keepDoing } from '../kernel/loop.ts';
import type { createSending } from '../sending/sending.ts';
import type { createLook } from '../turns/look.ts';

const RECONCILE_MS = 5_000;

export interface WorkDeps {
  look: Pick<ReturnType<typeof createLook>, 'takeTurns' | 'nextDue'>;
  sending: Pick<ReturnType<typeof createSending>, 'beginExpected' | 'reconcile' | 'idle'>;
  heartbeat: Pick<Heartbeat, 'during'>;
  /** Stores what waits on the disk; null where nothing is kept there. */
  replaySpool: (() => Promise<number>) | null;
  workBell: Bell;
  sendBell: Bell;
  machine: Clock;
  log: Log;
}

/** The loops that a process runs, by its roles, until it is told to stop; what is under way is finished. */
export function createWork({ look, sending, heartbeat, replaySpool, workBell, sendBell, machine, log }: WorkDeps) {
  /** Whoever sends asks its own providers: the scheduler may run where a channel is not. */
  const lookAgain = (signal: AbortSignal) => async (): Promise<number> => {
    const looked = await sending.reconcile();
    if (looked === 0) await machine.sleep(RECONCILE_MS, signal);
    return looked;
  };

  return async function work(roles: { worker: boolean; sender: boolean }, signal: AbortSignal): Promise<void> {
    const isHolding = roles.worker || roles.sender;
    await (isHolding ? heartbeat.during(() => workOn(roles, signal)) : workOn(roles, signal));
  };

  async function workOn(roles: { worker: boolean; sender: boolean }, signal: AbortSignal): Promise<void> {
    const how = { clock: machine, log, signal };
    const loops = [];
    const takeTurns = toTheEnd(() => look.takeTurns(signal));
    if (roles.worker) loops.push(keepDoing('worker', takeTurns, { ...how, bell: workBell, nextDue: look.nextDue }));
    // Whatever the roles: anybody may take something in, and must store it again.
    if (replaySpool) loops.push(keepDoing('spool', replaySpool, { ...how, bell: createBell() }));
    if (roles.sender) {
      loops.push(keepDoing('sender', toTheEnd(sending.beginExpected), { ...how, bell: sendBell }));
      loops.push(keepDoing('reconcile', lookAgain(signal), { ...how, bell: createBell() }));
    }
    await Promise.all(loops);
    await sending.idle();
  }
}

/** It leaves nothing behind that it could do now, and what comes meanwhile rings: looking again at once would cost two reads a message. */
const toTheEnd = (step: () => Promise<void>) => async (): Promise<number> => {
  await step();
  return 0;
};
