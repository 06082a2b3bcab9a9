import type { Connection } from 'mongoose';
import { inTransaction, type Tx } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import { digestOf } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { Channel, FetchedFile, FileRefusal } from './channel.ts';
import type { MediaFile, MediaStore } from './media-store.ts';

export const FILES_A_MESSAGE_MAX = 5; // Twilio lets a message bring ten; a receipt has one or two pages
const ATTEMPTS_MAX = 5;
const LEASE_MS = 60_000; // longer than a download may take
const RETRY_MS = 10_000; // 10 s, 20 s, 40 s, 80 s
const AT_ONCE = 4;
const FILES_A_SWEEP = 100;

export interface MediaKeeping {
  db: Connection;
  store: MediaStore;
  channels: readonly Channel[];
  /** In the transaction that keeps a file, or refuses one by name. */
  onSettled(file: MediaFile, why: FileRefusal | null, tx: Tx): Promise<void>;
  clock: Clock;
  log: Log;
  meter: Meter;
}

/**
 * Fetches the files that wait, some at once: after the acknowledgement and after the answer, so that a slow provider keeps nobody waiting. Safe to
 * run twice or beside itself.
 * @returns how many were dealt with
 */
export function createMediaKeeping({ db, store, channels, onSettled, clock, log, meter }: MediaKeeping) {
  const fetchers = new Map(channels.flatMap((channel) => (channel.fetchFile ? [[channel.id, channel.fetchFile]] : [])));
  const able = () => channels.flatMap(({ id, mayFetch }) => (fetchers.has(id) && mayFetch?.() !== false ? [id] : []));

  return async function fetchWaiting(): Promise<number> {
    let count = 0;
    const work = async (): Promise<void> => {
      while (able().length > 0 && count < FILES_A_SWEEP) {
        const file = await store.take(able(), clock.now(), LEASE_MS);
        if (!file) return;
        count += 1;
        await deal(file);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return count;
  };

  async function deal(file: MediaFile): Promise<void> {
    const outcome = await settle(file, await fetched(file));
    meter.count('files', { channel: file.channel, outcome });
    const { _id, attempts } = file;
    if (outcome === 'kept') log.debug({ file: _id }, 'file.kept');
    else log.warn({ file: _id, outcome, attempts }, 'file.not_kept');
  }

  async function fetched({ _id, inboxId, channel, url, type }: MediaFile): Promise<FetchedFile> {
    if (Number(_id.slice(inboxId.length + 1)) >= FILES_A_MESSAGE_MAX) return { outcome: 'refused', why: 'too_many' };
    return (await fetchers.get(channel)?.({ url, type })) ?? { outcome: 'later', code: 'no_channel' };
  }

  /** @returns what became of it, as it is counted */
  async function settle(file: MediaFile, result: FetchedFile): Promise<FileRefusal | 'kept' | 'later'> {
    if (result.outcome === 'kept') {
      const kept = { ...result, sha256: digestOf(result.bytes) };
      await inTransaction(db, async (tx) => {
        if (await store.keep(file._id, kept, tx)) await onSettled(file, null, tx);
      });
      return 'kept';
    }
    if (result.outcome === 'later' && file.attempts < ATTEMPTS_MAX) {
      const afterMs = result.afterMs ?? RETRY_MS * 2 ** (file.attempts - 1);
      await store.later(file._id, new Date(clock.now().getTime() + afterMs));
      return 'later';
    }
    const why = result.outcome === 'refused' ? result.why : 'gone';
    await inTransaction(db, async (tx) => {
      if (await store.refuse(file._id, why, tx)) await onSettled(file, why, tx);
    });
    return why;
  }
}
