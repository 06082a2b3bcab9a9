/** Every failure that a person can meet: its HTTP status, whether trying again helps, and who can mend it. Each has a section in docs/ERRORS.md. */
export const ERRORS = Object.freeze({
  config_invalid: { status: 500, retry: false, audience: 'operator' },
  database_unavailable: { status: 503, retry: true, audience: 'operator' },
  mongod_not_found: { status: 500, retry: false, audience: 'operator' },
  port_taken: { status: 500, retry: false, audience: 'operator' },
  portfolio_invalid: { status: 400, retry: false, audience: 'operator' },
  data_invalid: { status: 500, retry: false, audience: 'operator' },
  debtor_unknown: { status: 404, retry: false, audience: 'operator' },
  conversation_unknown: { status: 404, retry: false, audience: 'operator' },
  conversation_held: { status: 409, retry: false, audience: 'operator' },
  conversation_not_held: { status: 409, retry: false, audience: 'operator' },
  dead_letter_unknown: { status: 404, retry: false, audience: 'operator' },
  usage: { status: 400, retry: false, audience: 'operator' },
  request_invalid: { status: 400, retry: false, audience: 'caller' },
  body_too_large: { status: 413, retry: false, audience: 'caller' },
  signature_invalid: { status: 401, retry: false, audience: 'provider' },
  webhook_forbidden: { status: 403, retry: false, audience: 'provider' },
  link_unknown: { status: 404, retry: false, audience: 'debtor' },
  not_found: { status: 404, retry: false, audience: 'caller' },
  payment_provider_failed: { status: 502, retry: true, audience: 'operator' },
  too_many_requests: { status: 429, retry: true, audience: 'caller' },
  write_conflict: { status: 409, retry: true, audience: 'operator' },
} as const);

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure with a sentence for a person. `message` says what is wrong, where, and what would be right; never a secret, a phone or a debtor's words. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** A broken invariant: our mistake, never the caller's. */
export class Bug extends Error {
  override name = 'Bug';
}
