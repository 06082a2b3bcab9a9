import path from 'node:path';
import express, { type Router } from 'express';
import { addSimulatorApi } from './simulator-api.ts';
import type { SimulatorInput } from './simulator-input.ts';

const BODY_LIMIT = '512kb'; // a text of 64 KB may be six times as long once JSON has escaped it
const PAGE_DIRECTORY = path.join(import.meta.dirname, 'simulator-page');
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The debtor's phone as a web page, for the demo: whoever reaches it can be any debtor. Mounted at `/simulator`; failures go on to the server. */
export function createSimulator(input: SimulatorInput): Router {
  const router = express.Router();
  router.use((_req, res, next) => {
    res.set({
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    next();
  });
  router.get('/', (req, res) => {
    const [address, query] = req.originalUrl.split('?');
    if (address?.endsWith('/')) return res.sendFile('page.html', { root: PAGE_DIRECTORY });
    res.redirect(308, `${address}/${query === undefined ? '' : `?${query}`}`); // the page's addresses are relative
  });
  router.use('/page', express.static(PAGE_DIRECTORY, { index: false, cacheControl: false }));
  // Only JSON is read, so that a form on another site can post nothing here.
  router.use('/api', express.json({ limit: BODY_LIMIT, inflate: false }));
  addSimulatorApi(router, input);
  return router;
}
