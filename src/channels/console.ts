import type { Channel, OutboundMessage } from './channel.ts';

/** The terminal of whoever runs `acuerdo chat`. It has no reply buttons, so it is given texts that list their options. */
export function createConsoleChannel(write: (message: OutboundMessage) => void): Channel {
  return {
    id: 'console',
    medium: 'whatsapp',
    capabilities: { buttons: false, lengthMax: 4096 },
    async send(message) {
      write(message);
      return { outcome: 'accepted', providerId: `console:${message.id}` };
    },
  };
}
