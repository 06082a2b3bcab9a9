import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Fields that may never be printed, wherever a caller puts them. */
const FORBIDDEN = ['text', 'body', 'phone', 'address', 'email', 'name', 'token', 'authorization', 'password'];

/**
 * One JSON line an event: a constant message plus fields. An error is reduced to its type, code and message,
 * since a provider's raw error carries the account's credentials.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: { paths: FORBIDDEN.flatMap((f) => [f, `*.${f}`]), censor: '[hidden]' },
    serializers: { err: safeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

export const silentLog = (): Log => pino({ level: 'silent' });

/** MongoDB's E11000 names the value that is there already, such as a phone or an e-mail address. */
const DUPLICATE_KEY = /dup key:.*/s;
/** A message of several lines stands in the stack too. */
const isPlace = (line: string): boolean => /^\s+at /.test(line);

function safeError(err: unknown): Record<string, unknown> {
  if (!(err instanceof Error)) return { message: 'not an Error' };
  const { code, codeName } = err as { code?: unknown; codeName?: unknown };
  return {
    type: err.name,
    code,
    codeName,
    message: err.message.replace(DUPLICATE_KEY, 'dup key: {…}').slice(0, 300),
    stack: err.stack?.split('\n').filter(isPlace).slice(0, 5).join('\n'),
  };
}
