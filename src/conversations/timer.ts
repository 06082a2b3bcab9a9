import { civilDateIn } from '../kernel/calendar.ts';
import type { Account } from '../ledger/ledger.ts';
import type { Conversation } from './conversation-store.ts';
import type { Followup, FollowupStore } from './followup-store.ts';
import type { Followups } from './followups.ts';
import type { MayGo } from './gate.ts';
import type { InboxRow } from './inbox-store.ts';

/** What a due follow-up comes to when its turn is taken: it speaks, it is dropped, or the law makes it wait. */
export interface Timer {
  row: Followup;
  verdict: { act: 'contact' } | { act: 'skip'; reason: string } | { act: 'put_off'; until: Date; rule: string };
}

export interface TimerDeps {
  followups: Followups;
  store: FollowupStore;
  mayGo: MayGo;
}

/** Weighs a follow-up with the facts of now, and asks the gate before a word is written: its text is made when it may be read. */
export function createTimer({ followups, store, mayGo }: TimerDeps) {
  return async function weighTimer(
    row: InboxRow,
    held: Conversation,
    account: Account,
    now: Date,
  ): Promise<Timer | null> {
    if (row.incoming.kind !== 'event' || !row.incoming.followupId) return null;
    const followup = await store.find(row.incoming.followupId);
    if (!followup) return null;
    const verdict = await followups.weigh(followup, account, held, now);
    if (verdict.act === 'skip') return { row: followup, verdict };
    const answer = await mayGo(held, { kind: followup.messageKind, disclosesDebt: false, text: '' }, now);
    if (answer.answer === 'block') return { row: followup, verdict: { act: 'skip', reason: answer.rule } };
    if (answer.answer === 'allow') return { row: followup, verdict };
    if (await isUseless(followup, answer.until, account.debtor.zone)) {
      return { row: followup, verdict: { act: 'skip', reason: answer.rule } };
    }
    return { row: followup, verdict: { act: 'put_off', until: answer.until, rule: answer.rule } };
  };

  /** "Mañana" and "hoy" are said on their day or not at all; a reminder that is put off gives way to what is planned for that day anyhow. */
  async function isUseless(followup: Followup, until: Date, zone: string): Promise<boolean> {
    const day = civilDateIn(zone, until);
    if (followup.kind === 'promise_check') return false;
    if (followup.kind !== 'due_reminder') return day !== civilDateIn(zone, followup.dueAt);
    const others = await store.scheduledOf([followup.debtorId]);
    return others.some(({ dueAt }) => civilDateIn(zone, dueAt) === day);
  }
}
