import { z } from 'zod';

/** How a message reaches a person, as the contact law sees it. One medium may have several channels (Twilio and Baileys are both WhatsApp). */
export const MEDIA = ['whatsapp', 'sms', 'email', 'web', 'letter', 'voice', 'visit'] as const;
export const mediumSchema = z.enum(MEDIA);
export type Medium = (typeof MEDIA)[number];

/** What a message is for, as the contact law sees it (facts: compliance semantics, kinds counted and free). */
export const MESSAGE_KINDS = [
  'reminder',
  'preventive',
  'demand',
  'offer',
  'promise_followup',
  'reply',
  'receipt',
  'info_requested',
  'opt_out_ack',
] as const;
export const messageKindSchema = z.enum(MESSAGE_KINDS);
export type MessageKind = (typeof MESSAGE_KINDS)[number];
