import type { Channel, OutboundMessage } from '../channels/channel.ts';
import { toGsm7 } from '../kernel/gsm7.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';

/** A row as this channel carries it. @param asTemplate in place of free text, which is not carried now */
export function fitTo(channel: Channel, row: OutboxRow, asTemplate: boolean): OutboundMessage {
  const { _id: id, address: to, options, subject, template } = row;
  return {
    id,
    to,
    text: textFor(channel, row),
    options,
    ...(subject ? { subject } : {}),
    ...(asTemplate && template ? { template } : {}),
  };
}

/** As this channel shows it. In an SMS one accent that GSM-7 lacks would more than double the price. */
export function textFor({ capabilities, medium }: Channel, row: Pick<OutboxRow, 'text' | 'options'>): string {
  const text = capabilities.buttons ? row.text : withNumbers(row.text, row.options);
  return medium === 'sms' ? toGsm7(text) : text;
}

/** A provider may hold a message for hours: it drops what the law, or its own truth, no longer lets arrive. */
export function validForMs(row: Pick<OutboxRow, 'expiresAt'>, goodUntil: Date | null, now: Date): number {
  const until = goodUntil !== null && goodUntil < row.expiresAt ? goodUntil : row.expiresAt;
  return until.getTime() - now.getTime();
}

/** For channels without buttons: the options as lines that can be answered with their number. */
function withNumbers(text: string, options: string[]): string {
  return [text, ...options.map((label, n) => `${n + 1}) ${label}`)].join('\n');
}
