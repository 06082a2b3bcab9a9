import type { Request } from 'express';

/**
 * Whether a form was sent from a page of another site. Browsers say so in Sec-Fetch-Site; older ones in Origin, where `null` says nothing
 * (our own pages send it, since their Referrer-Policy is no-referrer). Programs send neither, and carry no debtor's session to abuse.
 */
export function isCrossSite(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = req.get('origin');
  if (origin === undefined || origin === 'null') return false;
  return !URL.canParse(origin) || new URL(origin).host !== req.host;
}
