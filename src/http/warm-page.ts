import type { Response } from 'express';
import { type Html, html, renderPage } from '../kernel/html.ts';
import { PAY_STYLE } from './pay-style.ts';
import { payWords } from './pay-words.ts';

export interface WarmPage {
  /** A locale or a language: decides the page's own words. */
  locale: string;
  body: Html;
  status?: number;
  refreshSeconds?: number;
  formOrigins?: readonly string[];
}

/** Sends a page in the one style that debtors see, titled generically: a link's preview never says whose it is. */
export function sendPage(res: Response, { locale, body, status = 200, ...page }: WarmPage): void {
  const words = payWords(locale);
  const { markup, policy } = renderPage({
    lang: locale,
    title: words.title,
    description: words.description,
    style: PAY_STYLE,
    body: html`<main><div class="brand">${LOCK} ${words.title}</div>${body}</main>`,
    ...page,
  });
  res.status(status).set('Content-Security-Policy', policy).type('html').send(markup);
}

type Mark = 'ok' | 'wait' | 'no';

/** A card that says one thing. */
export function card(mark: Mark, title: string, ...more: Html[]): Html {
  return html`<section class="card"><div class="mark ${mark}">${SIGN[mark]}</div><h1>${title}</h1>${more}</section>`;
}

export const soft = (text: string): Html => html`<p class="soft">${text}</p>`;

const icon = (path: Html, size: number): Html =>
  html`<svg width="${size}" height="${size}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`;

export const LOCK = icon(
  html`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  18,
);
const SIGN: Record<Mark, Html> = {
  ok: icon(html`<path d="M5 12.5l4.5 4.5L19 7.5"/>`, 32),
  wait: icon(html`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`, 32),
  no: icon(html`<circle cx="12" cy="12" r="8.5"/><path d="M12 8v5M12 16h.01"/>`, 32),
};
