import { readOptOut } from '../compliance/opt-out.ts';
import type { Packs } from '../compliance/pack.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { Tx } from '../database/transaction.ts';
import type { ActionCall, ActionName, ActionResult, PartDraft, Slots } from '../dialog/state.ts';
import { addDays, HOUR_MS, instantAt } from '../kernel/calendar.ts';
import { Bug } from '../kernel/errors.ts';
import { type Locale, languageOf } from '../kernel/locale.ts';
import type { ClaimStore } from '../ledger/claim-store.ts';
import { matchesDocument } from '../ledger/identity.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PromisePart } from '../ledger/promise.ts';
import type { PaymentsDoor } from '../payments/payments.ts';
import type { Draft } from './draft.ts';
import { factsOf } from './facts.ts';

const VERIFIED_HOURS = 12; // facts/reliability.md section 4: bind to the conversation, expire after 12 h
const CLAIM_DAYS = 7; // facts/peers.md: seven days to send the proof of a payment
const LINK_DAYS = 7;

export interface PerformDeps {
  ledger: Ledger;
  /** Payments and conversations know each other: the receipt is a turn, the link is made in one. */
  payments: () => Pick<PaymentsDoor, 'issueLink' | 'revokeLinks'>;
  claims: ClaimStore;
  conversations: ConversationStore;
  packs: Packs;
  /** The locales that have all their texts. */
  locales: readonly Locale[];
}

type Action = (call: ActionCall, draft: Draft, tx: Tx) => Promise<ActionResult>;

/** Carries out what a flow wants done, inside the turn's transaction. A refusal is a value that the flow answers. */
export function createPerform(deps: PerformDeps): Action {
  const { ledger, payments, claims, conversations, packs } = deps;

  const actions: Record<ActionName, Action> = {
    async verify_identity(call, draft) {
      const digits = textOf(call.slots, 'digits');
      if (!draft.account || !matchesDocument(draft.account.debtor, digits)) return refused('no_match');
      draft.conversation.verifiedUntil = new Date(draft.now.getTime() + VERIFIED_HOURS * HOUR_MS);
      return ok({}, draft);
    },

    make_promise: (call, draft, tx) => promise(call, draft, tx, false),
    replace_promise: (call, draft, tx) => promise(call, draft, tx, true),

    async cancel_promise(_call, draft, tx) {
      const open = draft.account?.promises.find(({ state }) => state === 'open');
      if (!open || !(await ledger.cancelPromise(open.promise.id, draft.now, tx))) return refused('no_open_promise');
      for (const known of draft.account?.promises ?? [])
        if (known.state === 'open' && known.promise.arrangementId === open.promise.arrangementId)
          known.state = 'cancelled';
      draft.plansAnew = true;
      return ok({}, draft);
    },

    async issue_pay_link(call, draft, tx) {
      const { account } = draft;
      if (!account || account.total.amountMinor <= 0n) return refused('nothing_owed');
      const asked = call.slots.amount?.type === 'money' ? call.slots.amount.value : null;
      const proposed = asked ?? (account.overdue.amountMinor > 0n ? account.overdue : account.total);
      const amount = proposed.amountMinor > account.total.amountMinor ? account.total : proposed;
      const lastDay = addDays(factsOf(draft.conversation, account, draft.now).today, LINK_DAYS);
      const expiresAt = instantAt(lastDay, '24:00', account.debtor.zone);
      const { url } = await payments().issueLink(
        { debtorId: account.debtor.id, debtIds: [], amount, expiresAt },
        draft.now,
        tx,
      );
      return ok({ url: { type: 'text', value: url }, amount: { type: 'money', value: amount } }, draft);
    },

    async opt_out(call, draft, tx) {
      const words = call.heard?.text ?? '';
      const pack = draft.account && packs.inForce(draft.account.debtor.country, draft.now);
      const consent = { state: 'out' as const, at: draft.now, words };
      draft.conversation.consent = consent;
      if (draft.account && pack && readOptOut(pack, words) === 'out_all') {
        await conversations.spreadConsent(draft.account.debtor.id, draft.conversation._id, consent, tx);
      }
      return ok({}, draft);
    },

    async opt_in(call, draft) {
      draft.conversation.consent = { state: 'in', at: draft.now, words: call.heard?.text ?? '' };
      return ok({}, draft);
    },

    async set_language(call, draft) {
      const locale = localeFor(textOf(call.slots, 'language'), draft);
      if (!locale || !deps.locales.includes(locale)) return refused('language_not_spoken');
      draft.conversation.locale = locale;
      return ok({}, draft);
    },

    async unlink(_call, draft, tx) {
      const { conversation, account } = draft;
      if (account) {
        conversation.notDebtors.push(account.debtor.id);
        await payments().revokeLinks(account.debtor.id, draft.now, tx); // they were sent to a stranger
      }
      forgetDebtor(conversation);
      draft.account = null;
      return ok({}, draft);
    },

    record_claim: (call, draft, tx) => claim(call, draft, tx, 'already_paid'),
    record_dispute: (call, draft, tx) => claim(call, draft, tx, 'dispute'),

    /** A receipt needs no words where one is awaited. */
    async keep_receipt(call, draft, tx) {
      if (!draft.account) return refused('unknown_debtor');
      const isPromised = draft.account.promises.some(({ state }) => state === 'open');
      if (!isPromised && !(await claims.hasOpen(draft.account.debtor.id, draft.now))) return refused('unexpected');
      return claim(call, draft, tx, 'already_paid');
    },
  };

  async function promise(call: ActionCall, draft: Draft, tx: Tx, replaces: boolean): Promise<ActionResult> {
    if (!draft.account) return refused('nothing_owed');
    const idemKey = `${draft.row._id}:${call.step}`;
    const wish = { debtorId: draft.account.debtor.id, parts: partsOf(call), idemKey, replaces };
    const verdict = await ledger.makePromise(wish, draft.now, tx);
    if (!verdict.ok) return refused(verdict.reason);
    for (const known of draft.account.promises) if (known.state === 'open') known.state = 'replaced';
    for (const made of verdict.promises)
      draft.account.promises.push({
        promise: made,
        state: 'open',
        fulfilled: { ...made.amount, amountMinor: 0n },
        paidBy: [],
      });
    draft.plansAnew = true;
    return ok({ folio: { type: 'text', value: verdict.folio } }, draft);
  }

  async function claim(
    call: ActionCall,
    draft: Draft,
    tx: Tx,
    kind: 'already_paid' | 'dispute',
  ): Promise<ActionResult> {
    if (!draft.account) return refused('unknown_debtor');
    const until = new Date(draft.now.getTime() + CLAIM_DAYS * 24 * HOUR_MS);
    const _id = `${draft.row._id}:${call.step}`;
    await claims.record(
      {
        _id,
        debtorId: draft.account.debtor.id,
        kind,
        at: draft.now,
        until,
        text: call.heard?.text ?? '',
        evidence: evidenceOf(call, draft),
      },
      tx,
    );
    return ok({}, draft);
  }

  return async (call, draft, tx) => {
    const result = await actions[call.action](call, draft, tx);
    draft.actions.push({ action: call.action, outcome: result.outcome });
    return result;
  };
}

/** Their own country's way of speaking it where they have one. */
function localeFor(language: string, draft: Draft): Locale | null {
  const own = draft.account?.debtor.locale;
  if (own && languageOf(own) === language) return own;
  return { es: 'es-MX' as const, en: 'en-US' as const, pt: 'pt-BR' as const }[language] ?? null;
}

function forgetDebtor(conversation: Conversation): void {
  conversation.debtorId = null;
  conversation.verifiedUntil = null;
}

function ok(slots: Slots, draft: Draft): ActionResult {
  return { outcome: 'ok', slots, facts: factsOf(draft.conversation, draft.account, draft.now) };
}

function refused(reason: string): ActionResult {
  return { outcome: 'refused', slots: { reason: { type: 'text', value: reason } } };
}

/** The message that brought files: this one, or the one that the flow was begun by. */
function evidenceOf({ slots }: ActionCall, { row }: Draft): string[] {
  const hasFiles = row.incoming.kind === 'message' && row.incoming.media !== undefined;
  if (hasFiles) return [row._id];
  return slots.files?.type === 'text' ? [slots.files.value] : [];
}

function textOf(slots: Slots, name: string): string {
  const slot = slots[name];
  return slot?.type === 'text' ? slot.value : '';
}

/** What was confirmed: the instalments, or one day and its amount. */
function partsOf({ action, slots, heard }: ActionCall): PromisePart[] {
  const { parts, pay_date: date, amount, source } = slots;
  if (parts?.type === 'parts') return parts.value.map(toPart);
  if (date?.type !== 'date' || amount?.type !== 'money')
    throw new Bug(`${action} needs the slots pay_date and amount, or parts`);
  const words = { text: heard?.text ?? '', rule: '', span: null };
  return [{ amount: amount.value, date: date.value, source: source?.type === 'source' ? source.value : words }];
}

function toPart({ days: [date], amount, source }: PartDraft): PromisePart {
  if (!date || !amount) throw new Bug('an instalment was confirmed without its day or its amount');
  return { amount, date, source };
}
