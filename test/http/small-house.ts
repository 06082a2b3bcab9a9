import type { InboundMessage } from '../../src/channels/channel.ts';
import type { ConversationSummary, FollowupRow, TranscriptLine } from '../../src/conversations/conversations.ts';
import type { Mode } from '../../src/conversations/holder.ts';
import type { SimulatorApp } from '../../src/http/simulator-input.ts';
import { civilDate, civilDateIn, daysBetween } from '../../src/kernel/calendar.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { conversationId, creditorId, type DebtorId, debtId, debtorId, type FollowupId } from '../../src/kernel/ids.ts';
import { money } from '../../src/kernel/money.ts';
import type { Debtor } from '../../src/ledger/debtor.ts';
import type { Account } from '../../src/ledger/ledger.ts';

const CREDITOR = creditorId('luz');

export function debtorOf(externalId: string, name: string, phone: string | null = '+525512345678'): Debtor {
  return {
    id: debtorId(CREDITOR, externalId),
    creditorId: CREDITOR,
    externalId,
    name,
    documentHash: 'unused',
    documentDigits: 4,
    country: 'mx',
    zone: 'America/Mexico_City',
    locale: 'es-MX',
    phone,
    email: null,
    authorizedMedia: null,
  };
}

/** The few functions that the simulator uses, over plain arrays: whoever is in `debtors` owes 1,250.50 due on 1 November 2026. */
export function createSmallHouse(debtors: Debtor[], clock: Clock) {
  const conversations = new Map<string, ConversationSummary & { lines: TranscriptLine[] }>();
  const received: InboundMessage[] = [];
  const statuses: string[] = [];
  const links: string[] = [];
  const followups: FollowupRow[] = [];

  const find = async (id: DebtorId) => debtors.find((debtor) => debtor.id === id) ?? null;

  async function account(id: DebtorId, now: Date): Promise<Account> {
    const debtor = await find(id);
    if (!debtor) throw new AppError('debtor_unknown', 'no such debtor');
    const dueDate = civilDate('2026-11-01');
    const owedMinor = 125_050n;
    const daysLate = Math.max(0, daysBetween(dueDate, civilDateIn(debtor.zone, now)));
    const owed = money(owedMinor, 'MXN');
    const debt = {
      id: debtId(CREDITOR, `${debtor.externalId}-1`),
      debtorId: id,
      creditorId: CREDITOR,
      externalId: `${debtor.externalId}-1`,
      concept: 'Crédito personal',
      currency: 'MXN' as const,
      instalments: [{ no: 1, dueDate }],
      terms: { allocationOrder: ['principal' as const], principalFirst: false },
    };
    return {
      debtor,
      creditor: { id: CREDITOR, name: 'Financiera Luz' },
      debts: [
        { debt, items: [], owedMinor, overdueMinor: daysLate > 0 ? owedMinor : 0n, daysLate, dueDate },
      ] as Account['debts'],
      credit: money(0n, 'MXN'),
      total: owed,
      overdue: money(daysLate > 0 ? owedMinor : 0n, 'MXN'),
      daysLate,
      promises: [],
      seq: 1,
    };
  }

  const app: SimulatorApp = {
    clock,
    ledger: { account, findDebtor: find, listDebtors: async (limit) => debtors.slice(0, limit) },
    conversations: {
      async receive(message) {
        if (received.some((known) => known.id === message.id)) return 'duplicate';
        received.push(message);
        const conversation = conversations.get(conversationId(message.channel, message.from));
        conversation?.lines.push({
          id: message.id,
          at: clock.now(),
          from: 'debtor',
          text: message.text.slice(0, 4096),
          options: [],
          status: null,
          rule: null,
          deferredUntil: null,
        });
        return 'stored';
      },
      async link(channel, address, id) {
        const key = conversationId(channel, address);
        links.push(key);
        if (!conversations.has(key))
          conversations.set(key, {
            id: key,
            channel,
            debtorId: id,
            mode: 'bot',
            reason: null,
            locale: 'es-MX',
            updatedAt: clock.now(),
            heldBy: null,
            handoffs: 0,
            heldSince: null,
            contact: '…01',
            windowUntil: null,
            lines: [],
          });
        return key;
      },
      conversationOf: async (channel, address) => conversations.get(conversationId(channel, address)) ?? null,
      transcript: async (id, limit) => conversations.get(id)?.lines.slice(-limit) ?? [],
      followups: async ({ debtorId: of, limit }) => followups.filter((row) => row.debtorId === of).slice(0, limit),
      async recordStatus(_channel, providerId, status) {
        statuses.push(`${providerId} ${status}`);
      },
    },
  };

  const lineIn = (debtor: Debtor) => conversations.get(conversationId('simulator', debtor.phone ?? ''));
  return {
    app,
    received,
    statuses,
    links,
    say(debtor: Debtor, line: Partial<TranscriptLine> & { id: string; text: string }): void {
      lineIn(debtor)?.lines.push({
        at: clock.now(),
        from: 'bot',
        options: [],
        status: 'accepted',
        rule: null,
        deferredUntil: null,
        ...line,
      });
    },
    change(debtor: Debtor, id: string, changes: Partial<TranscriptLine>): void {
      const line = lineIn(debtor)?.lines.find((known) => known.id === id);
      if (line) Object.assign(line, changes);
    },
    setMode(debtor: Debtor, mode: Mode, reason: string | null): void {
      const conversation = lineIn(debtor);
      if (conversation) Object.assign(conversation, { mode, reason });
    },
    plan(debtor: Debtor, dueAt: Date, why: string): void {
      followups.push({
        id: `f-${followups.length}` as FollowupId,
        debtorId: debtor.id,
        debtorName: debtor.name,
        dueAt,
        flow: 'reminder',
        why,
        state: 'scheduled',
        silencedBy: null,
      });
    },
  };
}
