import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { digest, type OutboxId } from '../kernel/ids.ts';
import type { InboundMessage } from './channel.ts';
import type { EmailFile } from './email-file-store.ts';
import { filesOf } from './email-files.ts';
import { EMAIL, type EmailIds, UNSUBSCRIBE } from './email-ids.ts';
import { newWordsOf } from './email-reply.ts';
import type { EmailThread } from './email-thread-store.ts';

const ADDRESS_LENGTH_MAX = 254; // RFC 5321
const MESSAGE_ID = /^<[^<>\s]{3,250}>$/;
const REFERENCES_MAX = 10;

export type IgnoredEmail =
  | 'no_sender'
  | 'from_ourselves'
  | 'not_our_address'
  | 'sender_forged'
  | 'mailing_list'
  | 'auto_reply'
  | 'report'
  | 'empty';

export type EmailInbound =
  | { kind: 'message'; message: InboundMessage; thread: EmailThread | null; files: EmailFile[] }
  /** A mail server tells that a message of ours did not arrive, or that its reader called it spam: that is an opt-out. */
  | { kind: 'failed'; outboxId: OutboxId; messageId: string; code: string; isComplaint: boolean }
  | { kind: 'ignored'; why: IgnoredEmail };

const ignored = (why: IgnoredEmail): EmailInbound => ({ kind: 'ignored', why });

const WORDS_MAX = 1_000_000; // signs of a body that are read: a mail may be of 25 MB, and reading all of it as words would take half a minute
const PARSE = { skipImageLinks: true, skipTextToHtml: true, maxHtmlLengthToParse: WORDS_MAX };

/** A raw RFC 822 message as ours. Any bytes are read; what is no message from a person to us is ignored by name. */
export async function readEmail(raw: Buffer, ourAddress: string, ids: EmailIds): Promise<EmailInbound> {
  const mail = await withText(await simpleParser(raw, PARSE));
  if (isReport(mail)) return readReport(mail, ids);
  const sender = senderOf(mail);
  const why = reasonToIgnore(mail, sender, ourAddress.toLowerCase());
  if (why !== null || sender === null) return ignored(why ?? 'no_sender');
  const id = idOf(mail, raw);
  const files = filesOf(mail.attachments, id);
  const text = textOf(mail);
  if (text === '' && files.length === 0) return ignored('empty');
  const media = files.map(({ _id: url, type }) => ({ url, type }));
  const message = { id, channel: EMAIL, from: sender, text, ...(media.length > 0 && { media }) };
  return { kind: 'message', message, thread: threadOf(mail), files };
}

/** mailparser makes text of HTML where that is the whole mail and short enough, and not where a file comes with it. */
async function withText(mail: ParsedMail): Promise<ParsedMail> {
  if (mail.text || !mail.html) return { ...mail, text: mail.text?.slice(0, WORDS_MAX) ?? '' };
  const html = mail.html.slice(0, WORDS_MAX);
  const { text = '' } = await simpleParser(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`, PARSE);
  return { ...mail, text };
}

/** Bounces (RFC 3464) and complaints (RFC 5965) are reports. They are recognised by our own id in the message that they bring back. */
function readReport(mail: ParsedMail, ids: EmailIds): EmailInbound {
  const report = [mail.text ?? '', ...mail.attachments.map(({ content }) => content.toString('latin1'))].join('\n');
  const ours = ids.find(report);
  const isComplaint = /^feedback-type:\s*abuse/im.test(report);
  const hasFailed = /^action:\s*failed/im.test(report);
  if (!ours || !(isComplaint || hasFailed)) return ignored('report');
  const [, status = 'bounced'] = /^status:\s*([45]\.\d{1,3}\.\d{1,3})/im.exec(report) ?? [];
  return { kind: 'failed', ...ours, code: isComplaint ? 'complaint' : status, isComplaint };
}

function isReport({ headers, from }: ParsedMail): boolean {
  const type = headers.get('content-type') as { value?: string } | undefined;
  return type?.value === 'multipart/report' || /^(mailer-daemon|postmaster)@/i.test(from?.value[0]?.address ?? '');
}

function reasonToIgnore(mail: ParsedMail, sender: string | null, ours: string): IgnoredEmail | null {
  if (sender === null) return 'no_sender';
  if (sender === ours) return 'from_ourselves';
  if (!recipientsOf(mail).includes(ours)) return 'not_our_address';
  if (/\bdmarc=fail\b/i.test(headerOf(mail, 'authentication-results'))) return 'sender_forged';
  if (isUnsubscribe(mail)) return null; // written by a mail program, at a person's touch
  if (mail.headers.has('list') || /^(list|bulk|junk)$/i.test(headerOf(mail, 'precedence'))) return 'mailing_list';
  return isAutomatic(mail) ? 'auto_reply' : null;
}

/** RFC 3834, and what programs write that are older than it. */
function isAutomatic(mail: ParsedMail): boolean {
  const submitted = headerOf(mail, 'auto-submitted').toLowerCase();
  if (submitted !== '' && submitted !== 'no') return true;
  if (/auto.?reply/i.test(headerOf(mail, 'precedence')) || headerOf(mail, 'return-path') === '<>') return true;
  return ['x-autoreply', 'x-autorespond'].some((name) => mail.headers.has(name));
}

/** Lower case, for a mailbox does not tell the cases apart. Null when there is none, or several. */
function senderOf({ from }: ParsedMail): string | null {
  const [first, ...others] = from?.value ?? [];
  const address = first?.address?.trim().toLowerCase() ?? '';
  const isOne = others.length === 0 && address.length <= ADDRESS_LENGTH_MAX;
  return isOne && /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(address) ? address : null;
}

/** Everybody it is addressed to, and whoever the mail server says that it was handed to. `cobranza+ana@` is `cobranza@`. */
function recipientsOf(mail: ParsedMail): string[] {
  const named = [mail.to ?? [], mail.cc ?? []].flat().flatMap(({ value }: AddressObject) => value);
  const everyone = named.flatMap((one) => [one, ...(one.group ?? [])]).map(({ address = '' }) => address);
  const handed = ['delivered-to', 'x-original-to'].map((name) => headerOf(mail, name));
  return [...everyone, ...handed].map((address) => address.toLowerCase().replace(/\+[^@]*@/, '@'));
}

/** The first of several is the one that our own server wrote. A structured header is read as its text. */
function headerOf({ headerLines }: ParsedMail, name: string): string {
  const line = headerLines.find(({ key }) => key === name)?.line ?? '';
  return line.slice(name.length + 1).trim();
}

const isUnsubscribe = ({ subject }: ParsedMail): boolean => subject?.trim().toLowerCase() === UNSUBSCRIBE;

/** Whoever writes all of it in the subject leaves the body empty. */
function textOf(mail: ParsedMail): string {
  if (isUnsubscribe(mail)) return UNSUBSCRIBE;
  const words = newWordsOf(mail.text ?? '');
  const subject = mail.subject?.trim() ?? '';
  return words === '' && !/^(re|rv|res|enc|fwd?)\s*:/i.test(subject) ? subject : words;
}

/** A hash, since ids of e-mail name machines and domains, and ours stand in logs. Without an id the message itself is its name. */
function idOf({ messageId }: ParsedMail, raw: Buffer): string {
  return `${EMAIL}:${digest(messageId ?? raw.toString('latin1')).slice(0, 32)}`;
}

function threadOf({ messageId, references }: ParsedMail): EmailThread | null {
  if (messageId === undefined || !MESSAGE_ID.test(messageId)) return null;
  const earlier = [references ?? []].flat().filter((id) => MESSAGE_ID.test(id));
  return { lastId: messageId, references: earlier.slice(-REFERENCES_MAX) };
}
