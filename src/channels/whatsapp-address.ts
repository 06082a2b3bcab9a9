import { digest } from '../kernel/ids.ts';

/** The channel of a number of ours that a phone holds, through Baileys. */
export const WHATSAPP = 'whatsapp';

const PHONE_SERVER = 's.whatsapp.net';
const LID_SERVER = 'lid';

/** `5215512345678:3@s.whatsapp.net` without the device: a person, a group, or whatever it names. Null for what is no such name. */
export function plainJid(jid: string | null | undefined): string | null {
  const parts = /^([^@:_]+)(?:_\d+)?(?::\d+)?@([a-z.]+)$/.exec(jid ?? '');
  if (!parts) return null;
  return `${parts[1]}@${parts[2] === 'c.us' ? PHONE_SERVER : parts[2]}`;
}

const serverOf = (jid: string | null | undefined): string => plainJid(jid)?.split('@')[1] ?? '';

export const isPhoneJid = (jid: string | null | undefined): boolean => serverOf(jid) === PHONE_SERVER;
export const isLidJid = (jid: string | null | undefined): boolean => serverOf(jid) === LID_SERVER;

/** What kind of chat it is, when it is not one person's: then it is none of our business. Null: a person. */
export function notAPerson(jid: string | null | undefined): string | null {
  if (jid === 'status@broadcast') return 'status';
  if (plainJid(jid) === `0@${PHONE_SERVER}`) return 'announcement'; // WhatsApp's own voice
  switch (serverOf(jid)) {
    case PHONE_SERVER:
    case LID_SERVER:
      return null;
    case 'g.us':
      return 'group';
    case 'broadcast':
      return 'broadcast';
    case 'newsletter':
      return 'newsletter';
    case 'bot':
      return 'bot';
    default:
      return 'unknown_chat';
  }
}

/**
 * E.164 of a phone's jid. WhatsApp keeps the 1 that Mexican mobiles lost in 2019, and lacks the 9 that Brazilian ones have since 2016 (a mobile
 * there begins with 6 to 9); a portfolio does the opposite.
 */
export function phoneOf(jid: string): string {
  const digits = jid.split('@')[0] ?? '';
  return `+${digits}`.replace(/^\+521(\d{10})$/, '+52$1').replace(/^\+55(\d{2})([6-9]\d{7})$/, '+55$19$2');
}

/** Whether a jid is this phone's; null when it does not tell a phone. Argentina's 9 of mobiles is written or left out. */
export function isPhone(jid: string | null | undefined, e164: string): boolean | null {
  if (!isPhoneJid(jid)) return null;
  const plain = (one: string) => phoneOf(plainJid(one) ?? '').replace(/^\+549/, '+54');
  return plain(jid ?? '') === plain(usualJid(e164));
}

/** What a conversation is kept under: the phone where it is known, otherwise the LID, which no portfolio has. */
export const addressOf = (jid: string): string => (isPhoneJid(jid) ? phoneOf(jid) : jid);

/** WhatsApp's usual name of an address. What it really is for this phone only WhatsApp knows. */
export const usualJid = (address: string): string =>
  address.includes('@') ? address : `${address.replace(/\D/g, '')}@${PHONE_SERVER}`;

/** The inbox row of a message: the same for its second delivery and for its placeholder. The chat is hashed, since a row's id is logged and a jid names a phone. */
export const inboundId = (number: string, chat: string, id: string): string =>
  `wa:${digest(`${number}:${chat}`).slice(0, 12)}:${id}`;

/** Our own id of a message, in the form of WhatsApp's: the same for the same outbox row, so that an echo or an acknowledgement is recognised after a restart. */
export const sentId = (outboxId: string): string => `3EB0${digest(outboxId).slice(0, 18).toUpperCase()}`;
