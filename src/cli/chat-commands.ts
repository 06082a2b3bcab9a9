import { DAY_MS, HOUR_MS } from '../kernel/calendar.ts';

/** What can be typed besides messages. A debtor's message never begins with a slash followed by one of these. */
const CLOCK_MOVES: ReadonlyMap<string, number> = new Map([
  ['/+1h', HOUR_MS],
  ['/+1d', DAY_MS],
]);

export const CHAT_HELP = [
  '/+1h  /+1d   adelanta el reloj de la demo una hora o un día',
  '/ayuda       esta ayuda',
  '/salir       termina (también Ctrl-D)',
  'Para abrir un enlace de pago, deja `npm start` en marcha en otra terminal.',
];

/** @returns how far the clock is moved, in ms, or null when the line is no such command. */
export const clockMove = (line: string): number | null => CLOCK_MOVES.get(line.trim()) ?? null;
export const isLeaving = (line: string): boolean => line.trim() === '/salir';
export const asksHelp = (line: string): boolean => line.trim() === '/ayuda';
