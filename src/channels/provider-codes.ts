/** Every provider's codes by which it says: not this recipient, on this channel. Another channel of the debtor's may do. */
const UNREACHABLE = new Set([
  'window_closed', // ours: outside WhatsApp's hours, and no template
  // https://www.twilio.com/docs/api/errors
  '21211', // not a valid number
  '21214', // the number cannot be reached
  '21217', // not a valid number
  '21408', // this region is not permitted on the account
  '21612', // no route to this number
  '21614', // not a mobile
  '30003', // the handset is unreachable
  '30005', // unknown handset
  '30006', // a landline, or a carrier that cannot be reached
  '30008', // not delivered, for a reason that nobody knows
  '63003', // not a WhatsApp address
  '63016', // outside the window
  '63024', // not a valid recipient
  '63032', // WhatsApp does not let us write to this user
  '63049', // Meta chose not to deliver it
  // WhatsApp on a phone of ours
  'not_on_whatsapp',
  'cold_contact_off', // ours: the debtor never wrote there, and we do not write first
  // SMTP: the mailbox is not there, is disabled, is full (RFC 3463)
  'address_invalid',
  'smtp_550',
  'smtp_551',
  'smtp_552',
  'smtp_553',
  '5.1.1',
  '5.1.2',
  '5.1.3',
  '5.1.6',
  '5.1.10',
  '5.2.1',
  '5.2.2',
  '5.4.4',
]);

/** Twilio 20429, Meta 130429, HTTP 429; 63018: WhatsApp's limit of the sender. */
const TOO_FAST = /(^|_|\D)429$|^(20429|130429|63018)$/;

/** Whether this failure says that the channel cannot reach this recipient, whatever is sent. An opt-out is not one of these: it binds. */
export const isUnreachable = (code: string | null): boolean => code !== null && UNREACHABLE.has(code);

/** Whether a "later" is meant for all of this sender, and not for this message alone (a greylist, a busy mailbox). */
export const isTooFast = (code: string): boolean => TOO_FAST.test(code);

/** Whether nobody was there at all: Node's names of a connection that failed. */
export const isUnanswered = (code: string): boolean => /^E[A-Z_]+$/.test(code);
