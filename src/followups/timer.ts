import type { Conversation } from '../conversations/conversation.ts';
import type { InboxRow } from '../inbox/inbox-store.ts';
import { civilDateIn } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import type { InboxId } from '../kernel/ids.ts';
import type { ClaimStore } from '../ledger/claim-store.ts';
import type { Account } from '../ledger/ledger.ts';
import type { Known, MayGo } from '../outbox/gate.ts';
import type { ReadPasts } from '../outbox/past.ts';
import type { Followup, FollowupStore } from './followup-store.ts';
import type { Followups } from './followups.ts';

/** What a due follow-up comes to when its turn is taken: it speaks, it is dropped, or the law makes it wait. */
export interface Timer {
  row: Followup;
  verdict: { act: 'contact' } | { act: 'skip'; reason: string } | { act: 'put_off'; until: Date; rule: string };
}

/** A row of the inbox about to be taken, with what is known of its debtor. */
export interface Awaited {
  row: InboxRow;
  held: Conversation;
  account: Account | null;
}

export interface TimerDeps {
  followups: Followups;
  store: FollowupStore;
  claims: ClaimStore;
  readPasts: ReadPasts;
  mayGo: MayGo;
  clock: Clock;
}

/**
 * Weighs follow-ups with the facts of now, and asks the gate before a word is written: a text is made when it may be read.
 * What they need is read for all of them at once, since many fall due in the same minute.
 * @returns those of the rows that are follow-ups
 */
export function createTimer({ followups, store, claims, readPasts, mayGo, clock }: TimerDeps) {
  return async function weighTimers(awaited: readonly Awaited[]): Promise<Map<InboxId, Timer>> {
    const now = clock.now();
    const due = await withRows(awaited);
    if (due.length === 0) return new Map();
    const debtors = due.map(({ account }) => account.debtor);
    const [claiming, pasts] = await Promise.all([
      claims.openOf(
        debtors.map(({ id }) => id),
        now,
      ),
      readPasts(debtors, now),
    ]);
    const timers = due.map(async ({ row, followup, held, account }) => {
      const hasClaim = claiming.has(account.debtor.id);
      const past = pasts.get(account.debtor.id) ?? { heard: [], sent: [] };
      const verdict = await judge(followup, held, { debtor: account.debtor, account, hasClaim, past }, now);
      return [row._id, { row: followup, verdict }] as const;
    });
    return new Map(await Promise.all(timers));
  };

  async function withRows(awaited: readonly Awaited[]) {
    const timed = awaited.flatMap(({ row, held, account }) => {
      const id = row.incoming.kind === 'event' && row.incoming.followupId;
      return id && account ? [{ id, row, held, account }] : [];
    });
    if (timed.length === 0) return [];
    const rows = new Map((await store.findMany(timed.map(({ id }) => id))).map((row) => [row._id, row]));
    return timed.flatMap(({ id, ...about }) => {
      const followup = rows.get(id);
      return followup ? [{ followup, ...about }] : [];
    });
  }

  async function judge(row: Followup, held: Conversation, known: Known, now: Date): Promise<Timer['verdict']> {
    const { account, hasClaim } = known;
    const verdict = followups.weigh(row, { account, conversation: held, hasClaim, now });
    if (verdict.act === 'skip') return verdict;
    const answer = await mayGo(held, { kind: row.messageKind, disclosesDebt: false, text: '' }, now, known);
    if (answer.answer === 'block') return { act: 'skip', reason: answer.rule };
    if (answer.answer === 'allow') return verdict;
    if (await isUseless(row, answer.until, account.debtor.zone)) return { act: 'skip', reason: answer.rule };
    return { act: 'put_off', until: answer.until, rule: answer.rule };
  }

  /** "Mañana" and "hoy" are said on their day or not at all; a reminder that is put off gives way to what is planned for that day anyhow. */
  async function isUseless(followup: Followup, until: Date, zone: string): Promise<boolean> {
    const day = civilDateIn(zone, until);
    if (followup.kind === 'promise_check') return false;
    if (followup.kind !== 'due_reminder') return day !== civilDateIn(zone, followup.dueAt);
    const others = await store.scheduledOf([followup.debtorId]);
    return others.some(({ dueAt }) => civilDateIn(zone, dueAt) === day);
  }
}
