import type { BaileysEventMap, CacheStore, ConnectionState, proto } from '@whiskeysockets/baileys';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import type { Log } from '../kernel/log.ts';
import { isPhone } from './whatsapp-address.ts';
import type { AuthStore } from './whatsapp-auth-store.ts';
import type { Intake } from './whatsapp-intake.ts';
import { LeaseLost } from './whatsapp-lease-store.ts';
import { type Closing, OTHER_NUMBER } from './whatsapp-reconnect.ts';
import type { Sender } from './whatsapp-sender.ts';
import type { OpenSocket, WaSocket } from './whatsapp-socket.ts';

const END_MS = 2_000; // a peer that is gone does not say goodbye
const SAVE_RETRY_MS = 500;

export interface ConnectionDeps {
  /** Ours, E.164. */
  number: string;
  open: OpenSocket;
  intake: Intake;
  sender: Sender;
  sentContent(id: string): Promise<proto.IMessage | undefined>;
  retryCounts: CacheStore;
  /** News that are no message: a QR, that it is open, a limit of WhatsApp's. */
  onNews(news: Partial<ConnectionState>, socket: WaSocket): void;
  onCapping(info: BaileysEventMap['message-capping.update']): void;
  machine: Clock;
  log: Log;
  crash: CrashPoint;
}

export type Ended = Omit<Closing, 'attempt'>;

/**
 * One socket from its opening to its end. When it resolves the socket is ended, nothing of it is heard any more, and its credentials are
 * durable: the next one may be opened.
 * @returns how it ended; null when `stop` ended it
 */
export async function runConnection(deps: ConnectionDeps, auth: AuthStore, stop: AbortSignal): Promise<Ended | null> {
  const { intake, sender, machine, log } = deps;
  const over = new AbortController();
  let saved: Promise<void> = Promise.resolve();
  let taken: Promise<void> = Promise.resolve();
  const socket = deps.open({
    auth: auth.state,
    beforeReceipt: (message) => intake.keep(message, over.signal),
    sentContent: deps.sentContent,
    retryCounts: deps.retryCounts,
    onIgnored: intake.ignore,
  });
  const on: WaSocket['ev']['on'] = (event, listener) =>
    socket.ev.on(event, (value) => {
      if (!over.signal.aborted) listener(value);
    });

  const ended = new Promise<Ended | null>((resolve) => {
    if (stop.aborted) resolve(null);
    stop.addEventListener('abort', () => resolve(null), { once: true, signal: over.signal });
    on('connection.update', (news) => {
      if (news.connection === 'close') return resolve(endedBy(news.lastDisconnect?.error));
      if (news.connection === 'open') {
        if (isPhone(auth.state.creds.me?.id, deps.number) === false)
          return resolve({ code: null, reason: OTHER_NUMBER });
        sender.use(socket);
      }
      deps.onNews(news, socket);
    });
  });
  on('creds.update', (update) => {
    Object.assign(auth.state.creds, update);
    saved = save(auth, deps, stop);
  });
  on('messages.upsert', ({ messages }) => {
    deps.crash('whatsapp.handed_on');
    for (const message of messages) taken = taken.then(() => intake.keep(message, stop).catch(logged));
  });
  on('lid-mapping.update', (pair) => void intake.learnPairs([pair]).catch(logged));
  on('messaging-history.set', ({ lidPnMappings }) => void intake.learnPairs(lidPnMappings ?? []).catch(logged));
  on('message-capping.update', deps.onCapping);
  sender.listen({ ...socket, ev: { ...socket.ev, on } });

  const how = await ended;
  over.abort();
  sender.drop();
  const waiting = new AbortController();
  await Promise.race([Promise.resolve(socket.end(undefined)).catch(logged), machine.sleep(END_MS, waiting.signal)]);
  waiting.abort();
  await Promise.all([saved.catch(logged), taken]);
  await auth.idle();
  return how;

  function logged(err: unknown): void {
    log.warn({ err }, 'whatsapp.connection_trouble');
  }
}

/** Credentials that are not written are a pairing that is lost: it is tried until the lease is gone. */
async function save(auth: AuthStore, { machine, log }: ConnectionDeps, stop: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await auth.saveCreds();
    } catch (err) {
      if (err instanceof LeaseLost || stop.aborted) throw err;
      log.error({ err }, 'whatsapp.credentials_not_saved');
      await machine.sleep(SAVE_RETRY_MS, stop);
    }
  }
}

/** Of the error only its code and Baileys' own constant words are read. */
function endedBy(error: unknown): Ended {
  const { output, message } = (error ?? {}) as { output?: { statusCode?: unknown }; message?: unknown };
  const code = typeof output?.statusCode === 'number' ? output.statusCode : null;
  return { code, reason: typeof message === 'string' ? message : '' };
}
