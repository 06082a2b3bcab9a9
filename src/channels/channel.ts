import type { Medium } from '../kernel/medium.ts';

/** A message as it came in, whatever the provider. */
export interface InboundMessage {
  /** The provider's own id, prefixed by the channel: `simulator:…`, `twilio:SM…`. A second one with the same id is the same message. */
  id: string;
  channel: string;
  /** Who wrote: E.164 phone, e-mail, or what the channel uses. */
  from: string;
  text: string;
  /** A tapped button or a chosen list item, whose label is the text: complete in itself. */
  tapped?: true;
  /** Pictures and documents that came with it, still at the provider's. */
  media?: InboundMedia[];
  /** The provider's time, when it gives one. */
  sentAt?: Date;
}

/** A file at the provider's, to be fetched with limits and never on the way to the acknowledgement. */
export interface InboundMedia {
  url: string;
  /** As the provider says; the bytes are looked at before it is believed. */
  type: string;
}

/** A file that was fetched, or why it was not taken: by name, since the debtor is told and the reason is counted. */
export type FetchedFile =
  | { outcome: 'kept'; type: FileType; bytes: Uint8Array }
  | { outcome: 'refused'; why: FileRefusal }
  /** Nobody can say now: tried again, where it is told not before so many milliseconds. */
  | { outcome: 'later'; code: string; afterMs?: number };
/** What a receipt may be, as its first bytes say. */
export type FileType = 'image/jpeg' | 'image/png' | 'image/webp' | 'application/pdf';
export type FileRefusal = 'too_large' | 'wrong_type' | 'lying_type' | 'too_many' | 'not_allowed' | 'gone';

export interface OutboundMessage {
  /** The outbox row's id. A channel that can passes it on, to recognise its own message later. */
  id: string;
  to: string;
  text: string;
  /** Heading of a message where the channel has one: e-mail. Not a word of a debt, whoever reads it. */
  subject?: string;
  /** Labels of reply buttons. A channel without buttons is given a text that lists them already. */
  options: string[];
  /** An approved template of the provider's, in place of the text: what may be sent outside the window. */
  template?: MessageTemplate;
  /** Milliseconds from now after which it may no longer reach a phone: a provider that queues it drops it then. Absent: whenever. */
  validForMs?: number;
}

export interface MessageTemplate {
  /** The provider's id of it, as `locales/<locale>/templates.yaml` maps it. */
  id: string;
  /** By the template's own names: "1", "2". Never empty texts. */
  variables: Record<string, string>;
}

/** What became of a message: accepted by the provider under its id, refused for good, or not known (then it is reconciled, never sent blindly again). */
export type SendResult =
  | { outcome: 'accepted'; providerId: string }
  /** `optedOut`: the provider knows of an opt-out of theirs, and it binds us too. */
  | { outcome: 'refused'; code: string; optedOut?: true }
  | { outcome: 'later'; code: string; retryAfterMs: number }
  | { outcome: 'unknown'; code: string };

export type DeliveryStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';

/** Whether a message whose answer was lost is at the provider's. `unsure`: nobody can say yet. */
export type Found =
  | { outcome: 'found'; providerId: string; status: DeliveryStatus }
  | { outcome: 'absent' }
  | { outcome: 'unsure'; code: string };

/** How fast one sender may write, by the provider's manual. */
export interface Pace {
  /** Messages (for SMS: segments) a second of this sender. */
  perSecond: number;
  /** Milliseconds between two messages to one recipient. */
  recipientSpacingMs: number;
}

export interface SentWithoutAnswer {
  id: string;
  to: string;
  text: string;
  template?: MessageTemplate;
  /** When its intent was written, by our clock. */
  sentAfter: Date;
  /** Whether a message of the provider's is known to be another one of ours. Absent: of none is it known. */
  isAnother?: (providerId: string) => Promise<boolean>;
}

/** The port that every provider fills. */
export interface Channel {
  /** Name of this channel: `simulator`, `console`, `twilio-sms`. */
  readonly id: string;
  /** What it counts as before the law. */
  readonly medium: Medium;
  readonly capabilities: { buttons: boolean; templates?: boolean; media?: boolean; lengthMax: number };
  /** Absent: as fast as it answers. */
  readonly pace?: Pace;
  /** How many messages this text is billed and paced as. Absent: one. */
  segments?(text: string): number;
  /** Free text is carried only so many hours after the debtor's last message. Absent: at any time. */
  readonly windowHours?: number;
  /** False: this process cannot send on it now, and its rows are left to whoever can. Absent: always. */
  isReady?(): boolean;
  send(message: OutboundMessage): Promise<SendResult>;
  /** Looks for a message whose answer was lost. Absent: the provider cannot be asked. */
  find?(sent: SentWithoutAnswer): Promise<Found>;
  /** Fetches a file that came in, with limits, and never throws. Absent: this channel carries none. */
  fetchFile?(media: InboundMedia): Promise<FetchedFile>;
  /** False: this process cannot fetch now, and its files are left to whoever can. Absent: always. */
  mayFetch?(): boolean;
}
