type Console = Pick<typeof console, 'log' | 'info' | 'warn' | 'error'>;

/** How the lines of libsignal 6 begin (session_record.js, session_cipher.js, session_builder.js): some go on with private keys, others with a phone. */
const SIGNAL_LINES = [
  'Closing session',
  'Opening session',
  'Removing old closed session',
  'Session already',
  'Migrating session',
  'V1 session storage migration',
  'Closing open session',
  'Decrypted message with closed session',
  'Failed to decrypt message with any known session',
  'Session error',
  'Unhandled bucket type',
];

const muted = new WeakSet<Console>();

/** Keeps libsignal's own prints off the console: it has no log that could be turned off, and it prints the keys of sessions. Safe to repeat. */
export function muteSignal(target: Console): void {
  if (muted.has(target)) return;
  muted.add(target);
  for (const name of ['log', 'info', 'warn', 'error'] as const) {
    const print = target[name].bind(target);
    target[name] = (...args: unknown[]) => {
      const [first] = args;
      if (typeof first === 'string' && SIGNAL_LINES.some((line) => first.startsWith(line))) return;
      print(...args);
    };
  }
}
