import { hmac, type OutboxId } from '../kernel/ids.ts';

export const EMAIL = 'email';
/** Subject of the message that `List-Unsubscribe` asks a mail program to write. An opt-out word of every policy pack. */
export const UNSUBSCRIBE = 'unsubscribe';

const MAC_LENGTH = 16; // 64 bits: nobody guesses the id of a message that was not sent to them
const OURS = /acuerdo\.([\w-]{1,600})\.([0-9a-f]{16})@/;

/** Our names for messages and conversations in e-mail headers. */
export interface EmailIds {
  /** The `Message-ID` of an outbox row: always the same one, so that a message that went twice is seen to be one. */
  of(outboxId: OutboxId): string;
  /** The row that the first of our ids in a text names; null when there is none, or it is not of our making. */
  find(text: string): { outboxId: OutboxId; messageId: string } | null;
  /** What every message to this address refers to, so that they stand together in the debtor's mailbox. */
  root(address: string): string;
}

/** @param key what tells our ids from made-up ones: whoever reports a bounce must have seen the message */
export function createEmailIds(ourAddress: string, key: string): EmailIds {
  const domain = ourAddress.slice(ourAddress.lastIndexOf('@') + 1);
  const macOf = (name: string) => hmac(key, name).slice(0, MAC_LENGTH);
  const of = (id: OutboxId) => `<acuerdo.${Buffer.from(id).toString('base64url')}.${macOf(id)}@${domain}>`;
  return {
    of,
    find(text) {
      const [, packed = '', mac] = OURS.exec(text) ?? [];
      const outboxId = Buffer.from(packed, 'base64url').toString('utf8') as OutboxId;
      return mac !== undefined && mac === macOf(outboxId) ? { outboxId, messageId: of(outboxId) } : null;
    },
    root: (address) => `<acuerdo.${macOf(address)}@${domain}>`,
  };
}
