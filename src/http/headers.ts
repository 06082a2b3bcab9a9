import type { RequestHandler } from 'express';

const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY', // for browsers that do not know frame-ancestors
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer', // addresses of ours carry tokens
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cache-Control': 'no-store',
};

/** Closed by default: a page that needs more says so itself. */
export const setHeaders: RequestHandler = (_req, res, next) => {
  res.set(HEADERS);
  next();
};
