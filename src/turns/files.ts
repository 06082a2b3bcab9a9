import type { FileRefusal, InboundMedia } from '../channels/channel.ts';
import type { MediaFile } from '../channels/media-store.ts';
import { receiptType } from '../channels/media-type.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { InternalEvent } from '../conversations/conversations.ts';
import { type HeldNews, isHeld } from '../conversations/holder.ts';
import type { Tx } from '../database/transaction.ts';
import type { DialogEvent } from '../dialog/state.ts';
import type { InboxRow } from '../inbox/inbox-store.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { Medium } from '../kernel/medium.ts';
import type { Draft } from './draft.ts';

/** What begins a turn on files without a word. Null where words say what is meant, or no file came. */
export function filesEvent({ _id, incoming }: InboxRow, medium: Medium): DialogEvent | null {
  if (incoming.kind !== 'message' || !incoming.media || incoming.text.trim() !== '') return null;
  const start = { kind: 'start', messageKind: 'reply' } as const;
  if (!incoming.media.some((file) => mayBeReceipt(file, medium)))
    return { ...start, flow: 'file_unreadable', slots: {} };
  return { ...start, flow: 'file', slots: { files: { type: 'text', value: _id } } };
}

/** WhatsApp sends photos as JPEG, and WebP only as stickers. */
const mayBeReceipt = ({ type }: InboundMedia, medium: Medium): boolean => {
  const known = receiptType(type);
  return known !== null && !(medium === 'whatsapp' && known === 'image/webp');
};

/** The files of a turn's messages, still to be fetched. */
export function filesIn({ parts, conversation, now }: Pick<Draft, 'parts' | 'conversation' | 'now'>): MediaFile[] {
  return parts.flatMap(({ _id: inboxId, incoming }) =>
    (incoming.kind === 'message' ? (incoming.media ?? []) : []).map(({ url, type }, n) => ({
      _id: `${inboxId}:${n}`,
      inboxId,
      conversationId: conversation._id,
      debtorId: conversation.debtorId,
      channel: conversation.channel,
      url,
      type,
      state: 'waiting' as const,
      why: null,
      receivedAt: now,
      attempts: 0,
      notBefore: now,
      sha256: null,
      sizeBytes: null,
      bytes: null,
    })),
  );
}

/** Whoever was thanked for a receipt is told that it could not be opened, once a message. Of the rest they were told at once. */
export function tellOfRefusedFile(enqueue: (event: InternalEvent, tx: Tx) => Promise<void>) {
  return async ({ inboxId, debtorId }: MediaFile, why: FileRefusal | null, tx: Tx): Promise<void> => {
    if (debtorId === null || why === null || why === 'wrong_type' || why === 'too_many') return;
    const event = { id: `file:${inboxId}`, debtorId: debtorId as DebtorId, flow: 'file_refused', slots: {} };
    await enqueue({ ...event, messageKind: 'reply' }, tx);
  };
}

/** Whoever watches a held conversation sees its files once they are here, or is told why they are not. */
export function showFile(
  find: (conversationId: string) => Promise<Conversation | null>,
  onHeld: (news: HeldNews[], tx: Tx) => Promise<void>,
) {
  return async ({ _id: file, conversationId, type, receivedAt: at }: MediaFile, why: FileRefusal | null, tx: Tx) => {
    const held = await find(conversationId);
    if (held === null || !isHeld(held)) return;
    const of = { id: `file:${file}`, conversationId: held._id, debtorId: held.debtorId, at };
    await onHeld([{ ...of, what: 'file', file, type, why }], tx);
  };
}
