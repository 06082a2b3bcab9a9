import { createHash } from 'node:crypto';

/** Text that is HTML already. Only `html` makes it, so that nothing reaches a page unescaped by accident. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | readonly Html[];

/** A template tag: every value is escaped, unless it is Html itself. Null prints nothing. Quote attributes: html`<a href="${url}">`. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { markup: strings.map((text, i) => text + (i < parts.length ? print(parts[i] ?? null) : '')).join('') };
}

function print(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map((each) => each.markup).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

export interface HtmlPage {
  lang: string;
  title: string;
  /** What a messenger's preview shows, beside the title. */
  description: string;
  style: string;
  body: Html;
  /** Loads the page again after so many seconds. */
  refreshSeconds?: number;
  /** Origins, beside our own, that a form of the page may end at. Browsers check redirects after a form too. */
  formOrigins?: readonly string[];
}

/** A whole page without scripts, and the Content-Security-Policy that lets in its style and nothing else. */
export function renderPage(page: HtmlPage): { markup: string; policy: string } {
  const refresh =
    page.refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${page.refreshSeconds}">`;
  const title = escapeHtml(page.title);
  const description = escapeHtml(page.description);
  const markup = `<!doctype html>
<html lang="${escapeHtml(page.lang)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no"><meta name="color-scheme" content="light">${refresh}
<title>${title}</title><meta property="og:title" content="${title}"><meta property="og:description" content="${description}">
<style>${page.style}</style></head>
<body>${page.body.markup}</body></html>
`;
  const styleHash = createHash('sha256').update(page.style).digest('base64');
  const formAction = ["'self'", ...(page.formOrigins ?? [])].join(' ');
  return {
    markup,
    policy: `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
  };
}
