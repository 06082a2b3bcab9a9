import type { Medium } from '../kernel/medium.ts';

/** A message as it came in, whatever the provider. */
export interface InboundMessage {
  /** The provider's own id, prefixed by the channel: `simulator:…`, `twilio:SM…`. A second one with the same id is the same message. */
  id: string;
  channel: string;
  /** Who wrote: E.164 phone, e-mail, or what the channel uses. */
  from: string;
  text: string;
  /** The provider's time, when it gives one. */
  sentAt?: Date;
}

export interface OutboundMessage {
  /** The outbox row's id. A channel that can passes it on, to recognise its own message later. */
  id: string;
  to: string;
  text: string;
  /** Labels of reply buttons. A channel without buttons is given a text that lists them already. */
  options: string[];
  /** Milliseconds from now after which it may no longer reach a phone: a provider that queues it drops it then. Absent: whenever. */
  validForMs?: number;
}

/** What became of a message: accepted by the provider under its id, refused for good, or not known (then it is reconciled, never sent blindly again). */
export type SendResult =
  | { outcome: 'accepted'; providerId: string }
  /** `optedOut`: the provider knows of an opt-out of theirs, and it binds us too. */
  | { outcome: 'refused'; code: string; optedOut?: true }
  | { outcome: 'later'; code: string; retryAfterMs: number }
  | { outcome: 'unknown'; code: string };

export type DeliveryStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';

/** The port that every provider fills. */
export interface Channel {
  /** Name of this channel: `simulator`, `console`, `twilio-sms`. */
  readonly id: string;
  /** What it counts as before the law. */
  readonly medium: Medium;
  readonly capabilities: { buttons: boolean; lengthMax: number };
  /** Free text is carried only so many hours after the debtor's last message. Absent: at any time. */
  readonly windowHours?: number;
  send(message: OutboundMessage): Promise<SendResult>;
}
