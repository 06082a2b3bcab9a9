import type { BaileysEventMap, CacheStore, ConnectionState } from '@whiskeysockets/baileys';
import type { Connection } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import { DAY_MS, HOUR_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import { newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import { type AuthStore, openAuth, wipeAuth } from './whatsapp-auth-store.ts';
import { runConnection } from './whatsapp-connection.ts';
import type { Intake } from './whatsapp-intake.ts';
import { whileHolding } from './whatsapp-lease.ts';
import type { LeaseStore } from './whatsapp-lease-store.ts';
import type { PlaceholderStore } from './whatsapp-placeholder-store.ts';
import { afterClosing, type Problem } from './whatsapp-reconnect.ts';
import { REACHED_OUT_TOO_MUCH, type Sender } from './whatsapp-sender.ts';
import type { SentStore } from './whatsapp-sent-store.ts';
import type { OpenSocket, WaSocket } from './whatsapp-socket.ts';
import type { LinkView, StateStore } from './whatsapp-state-store.ts';

const STABLE_MS = 60_000; // a connection that held so long ends a series of failures
const ASKED_POLL_MS = 1_000;
const UNREADABLE_AFTER_MS = 2 * 60_000; // facts/platforms.md, h: longer, and the keys of a session are out of step
const LIMITS_EVERY_MS = HOUR_MS;
const RETRY_COUNTS_MAX = 5_000;

/** What there is to show to whoever pairs the phone. */
export interface Pairing {
  qr: string | null;
  code: string | null;
}

export interface SessionDeps {
  db: Connection;
  /** Ours, E.164. */
  number: string;
  pairing: 'qr' | 'code';
  open: OpenSocket;
  intake: Intake;
  sender: Sender;
  stores: { leases: LeaseStore; states: StateStore; sent: SentStore; placeholders: PlaceholderStore };
  /** A person is to pair the phone now. */
  onPairing(pairing: Pairing): void;
  leaseMs: number;
  machine: Clock;
  log: Log;
  meter: Meter;
  crash: CrashPoint;
}

/** Keeps one number connected, as long as this process holds it. */
export function createSession(deps: SessionDeps) {
  const { db, number, stores, machine, log, meter } = deps;
  const retryCounts = createRetryCounts();
  /** Why nobody new may be written to, and until when: each reason ends by itself. */
  const pauses = new Map<string, Date>();
  let pausesShown = Promise.resolve();
  let openedAt: Date | null = null;
  let codeAsked = false;
  let open: WaSocket | null = null;
  let limitsAskedAt = 0;

  const run = (signal: AbortSignal): Promise<void> =>
    whileHolding({ ...deps, leases: stores.leases, owner: newUuid(), onBeat: beat }, signal, hold);

  async function hold(fence: number, stop: AbortSignal): Promise<void> {
    const guard = (tx: Tx) => stores.leases.guard(number, fence, tx);
    const view = await stores.states.find(number);
    if (view?.coldPausedBy && view.coldPausedUntil) pauses.set(view.coldPausedBy, view.coldPausedUntil);
    let attempt = 0;
    while (!stop.aborted) {
      await show({ state: attempt === 0 ? 'connecting' : 'reconnecting', problem: null, ...NOTHING_TO_PAIR });
      openedAt = null;
      codeAsked = false;
      open = null;
      const ended = await runConnection(
        { ...deps, retryCounts, sentContent, onNews, onCapping },
        await auth(guard),
        stop,
      );
      open = null;
      if (ended === null) break;
      attempt = hasHeld() ? 1 : attempt + 1;
      const next = afterClosing({ ...ended, attempt }, chance());
      log.warn({ code: ended.code, attempt, ...next }, 'whatsapp.closed');
      meter.count('whatsapp_closed', { code: String(ended.code ?? 'none') });
      if (next.do === 'wait') await machine.sleep(next.ms, stop);
      if (next.do === 'pair_again') await wipeAuth(db, number, guard);
      if (next.do === 'stop') {
        await standStill(next.problem, stop);
        attempt = 0;
      }
    }
    const isOurs = await stores.leases.renew(number, fence, machine.now(), deps.leaseMs).catch(() => false);
    if (isOurs) await show({ state: 'reconnecting', ...NOTHING_TO_PAIR }); // whoever took it over shows how it stands
  }

  /** A pairing code that was asked for and never typed leaves credentials that look paired and are not. */
  async function auth(guard: (tx: Tx) => Promise<void>): Promise<AuthStore> {
    const found = await openAuth(db, number, guard);
    const { me, account } = found.state.creds;
    if (!me || account) return found;
    await wipeAuth(db, number, guard);
    return openAuth(db, number, guard);
  }

  const hasHeld = (): boolean => openedAt !== null && machine.now().getTime() - openedAt.getTime() >= STABLE_MS;

  /** Nothing that we can do alone will help: a person must look, and may ask for another try. */
  async function standStill(problem: Problem, stop: AbortSignal): Promise<void> {
    const since = machine.now();
    log.error({ problem }, 'whatsapp.stopped');
    meter.count('whatsapp_stopped', { problem });
    await show({ state: 'stopped', problem, ...NOTHING_TO_PAIR });
    while (!stop.aborted) {
      const view = await stores.states.find(number).catch(() => null);
      if (view?.askedAt && view.askedAt >= since) return;
      await machine.sleep(ASKED_POLL_MS, stop);
    }
  }

  function onNews(news: Partial<ConnectionState>, socket: WaSocket): void {
    if (news.connection === 'open') {
      openedAt = machine.now();
      open = socket;
      later(askLimits(socket));
      log.info('whatsapp.open');
      later(show({ state: 'open', problem: null, ...NOTHING_TO_PAIR }));
    }
    if (news.qr) later(pair(news.qr, socket));
    const lock = news.reachoutTimeLock;
    if (lock?.isActive) pauseCold(TIMELOCK, lock.timeEnforcementEnds);
    if (lock?.isActive === false) lift(TIMELOCK);
  }

  /** The code may be asked for once WhatsApp has sent its first QR, and once a connection. */
  async function pair(qr: string, socket: WaSocket): Promise<void> {
    if (deps.pairing === 'qr') return tell({ qr, code: null });
    if (codeAsked) return;
    codeAsked = true;
    await tell({ qr: null, code: await socket.requestPairingCode(number.replace(/\D/g, '')) });
  }

  async function tell(pairing: Pairing): Promise<void> {
    deps.onPairing(pairing);
    await show({ state: 'pairing', problem: null, qr: pairing.qr, pairingCode: pairing.code });
  }

  /** What WhatsApp tells by itself only when it changes. An account of which it says nothing has no such limit. */
  async function askLimits(socket: WaSocket): Promise<void> {
    limitsAskedAt = machine.now().getTime();
    const asked = [socket.fetchNewChatMessageCap().then(onCapping), socket.fetchAccountReachoutTimelock()];
    for (const { status } of await Promise.allSettled(asked))
      if (status === 'rejected') log.debug('whatsapp.no_limit_told');
  }

  /** A pause of another reason goes on. */
  function lift(why: string): void {
    if (!pauses.delete(why)) return;
    log.info({ why }, 'whatsapp.cold_contact_resumed');
    showPauses();
  }

  /** The one that lasts longest; null when there is none. */
  const longestPause = (): readonly [why: string, until: Date] | null =>
    [...pauses].sort(([, a], [, b]) => b.getTime() - a.getTime())[0] ?? null;

  /** One after the other, each as it stands then: two answers of WhatsApp may come in the same moment. */
  function showPauses(): void {
    pausesShown = pausesShown.then(() => {
      const [why, until] = longestPause() ?? [null, null];
      return show({ coldPausedUntil: until, coldPausedBy: why });
    });
  }

  function onCapping(cap: BaileysEventMap['message-capping.update']): void {
    const { capping_status, cycle_end_timestamp } = cap;
    const [used, of] = [Number(cap.used_quota), Number(cap.total_quota)];
    if (used >= 0 && of > 0) later(show({ newChats: { used, of } })); // NaN is neither
    if (capping_status === 'FIRST_WARNING' || capping_status === 'SECOND_WARNING')
      log.warn({ used, of }, 'whatsapp.new_chats_near_the_cap');
    if (capping_status === 'NONE') lift(CAP);
    if (capping_status !== 'CAPPED') return;
    const endsMs = Number(cycle_end_timestamp) * 1000;
    pauseCold(CAP, endsMs > 0 ? new Date(endsMs) : undefined);
  }

  /** Answers go on: WhatsApp restricts only who writes first. @param until absent: a day */
  function pauseCold(why: string, until = new Date(machine.now().getTime() + DAY_MS)): void {
    pauses.set(why, until);
    log.error({ why, until }, 'whatsapp.cold_contact_paused');
    meter.count('whatsapp_cold_paused', { why });
    showPauses();
  }

  async function beat(): Promise<void> {
    const now = machine.now();
    if (open && now.getTime() - limitsAskedAt >= LIMITS_EVERY_MS) later(askLimits(open));
    const unreadable = await stores.placeholders.olderThan(number, new Date(now.getTime() - UNREADABLE_AFTER_MS));
    if (unreadable > 0) log.error({ unreadable }, 'whatsapp.unreadable_for_long');
    await stores.states.show(number, { seenAt: now, unreadable });
  }

  async function show(changes: Partial<Omit<LinkView, '_id'>>): Promise<void> {
    const now = machine.now();
    const since = changes.state === undefined ? {} : { since: now };
    await stores.states.show(number, { ...changes, ...since, seenAt: now }).catch(logged);
  }

  /** In the shape that Baileys itself sends, since a phone that could not read it is sent this again. */
  async function sentContent(id: string) {
    const row = await stores.sent.find(id);
    return row ? { extendedTextMessage: { text: row.text } } : undefined;
  }

  const later = (work: Promise<void>) => void work.catch(logged);
  const logged = (err: unknown) => log.warn({ err }, 'whatsapp.trouble');

  return {
    run,
    coldPausedUntil: () => longestPause()?.[1] ?? null,
    onReachedOutTooMuch: () => pauseCold(REACHED_OUT_TOO_MUCH),
  };
}

export type Session = ReturnType<typeof createSession>;

const TIMELOCK = 'reachout_timelock';
const CAP = 'new_chat_cap';
const NOTHING_TO_PAIR = { qr: null, pairingCode: null } as const;

const chance = (): number => Number.parseInt(newUuid().slice(0, 8), 16) / 0xffff_ffff;

/** How often each message was asked for again. The oldest make room. */
function createRetryCounts(): CacheStore {
  const counts = new Map<string, unknown>();
  return {
    get: <T>(key: string) => counts.get(key) as T | undefined,
    set(key, value) {
      counts.delete(key);
      counts.set(key, value);
      const [oldest] = counts.keys();
      if (counts.size > RETRY_COUNTS_MAX && oldest !== undefined) counts.delete(oldest);
    },
    del: (key) => void counts.delete(key),
    flushAll: () => counts.clear(),
  };
}
