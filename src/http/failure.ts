import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { AppError, ERRORS, type ErrorCode } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { type PayWords, payWords } from './pay-words.ts';
import { card, sendPage, soft } from './warm-page.ts';

/** Where debtors come: they are answered with a page, whatever their browser asked for. */
const DEBTOR_PATHS = /^\/(p|sandbox-pay)(\/|$)/;

export const noSuchRoute: RequestHandler = () => {
  throw new AppError('not_found', 'There is nothing at this address.');
};

/** The one door at which a request's failure ends: a warm page for people, JSON for programs, and a log line when it is ours. */
export function answerFailure(log: Log): ErrorRequestHandler {
  return (err, req, res, next) => {
    const known = asAppError(err);
    const status = known ? ERRORS[known.code].status : 500;
    const route = req.route?.path ?? 'none'; // never the address itself: it may carry a token
    if (status >= 500) log.error({ err, method: req.method, route }, 'request failed');
    else log.debug({ code: known?.code, method: req.method, route, status }, 'request refused');
    if (res.headersSent) return next(err);
    if (status === 429) res.set('Retry-After', '60');
    if (wantsPage(req)) return sendFailurePage(req, res, known?.code ?? null, status);
    const code = known?.code ?? 'internal';
    res.status(status).json({ code, message: known && status < 500 ? known.message : 'Something failed on our side.' });
  };
}

/** Null for what is our mistake. */
function asAppError(err: unknown): AppError | null {
  if (err instanceof AppError) return err;
  const { type, status } = (err ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new AppError('body_too_large', 'The body is longer than this address takes.');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AppError('request_invalid', 'The request could not be read: check its address, encoding and length.');
  return null;
}

const wantsPage = (req: Request): boolean =>
  DEBTOR_PATHS.test(req.path) || (req.get('accept') ?? '').includes('text/html');

const TEXTS: Partial<Record<ErrorCode, [keyof PayWords, keyof PayWords]>> = {
  link_unknown: ['gone', 'goneMore'],
  debtor_unknown: ['gone', 'goneMore'],
  not_found: ['notFound', 'notFoundMore'],
  too_many_requests: ['tooMany', 'tooManyMore'],
  request_invalid: ['invalid', 'invalidMore'],
  body_too_large: ['invalid', 'invalidMore'],
};

function sendFailurePage(req: Request, res: Response, code: ErrorCode | null, status: number): void {
  const locale = req.acceptsLanguages(['es', 'en']) || 'es';
  const words = payWords(locale);
  const [title, more] = (code && TEXTS[code]) ?? ['unavailable', 'unavailableMore'];
  sendPage(res, { locale, status, body: card('no', words[title], soft(words[more])) });
}
