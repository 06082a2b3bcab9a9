import type { Channel, OutboundMessage } from './channel.ts';

const LENGTH_MAX = 4096; // as WhatsApp's text body

/** The terminal of whoever runs `acuerdo chat`. It has no reply buttons, so it is given texts that list their options. */
export function createConsoleChannel(write: (message: OutboundMessage) => void): Channel {
  return {
    id: 'console',
    medium: 'whatsapp',
    capabilities: { buttons: false, lengthMax: LENGTH_MAX },
    async send(message) {
      if (message.text.length > LENGTH_MAX) return { outcome: 'refused', code: 'text_too_long' };
      write(message);
      return { outcome: 'accepted', providerId: `console:${message.id}` };
    },
  };
}
