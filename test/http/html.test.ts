import { describe, expect, test } from '@jest/globals';
import { createRateLimit } from '../../src/http/rate-limit.ts';
import { html, renderPage } from '../../src/kernel/html.ts';

describe('html', () => {
  test('escapes every value, and leaves Html as it is', () => {
    const evil = `"><script>'&`;
    expect(
      html`<a title="${evil}">${html`<b>${evil}</b>`}${null}${7}${[html`<i>1</i>`, html`<i>2</i>`]}</a>`.markup,
    ).toBe(
      '<a title="&quot;&gt;&lt;script&gt;&#39;&amp;"><b>&quot;&gt;&lt;script&gt;&#39;&amp;</b>7<i>1</i><i>2</i></a>',
    );
  });

  test('the policy lets in exactly the style of the page, and forms to the origins named', () => {
    const page = { lang: 'es', title: '<t>', description: '"d"', style: 'p{margin:0}', body: html`<p></p>` };
    const { markup, policy } = renderPage({ ...page, formOrigins: ['https://pay.example'] });
    expect(markup).toContain('<style>p{margin:0}</style>');
    expect(markup).toContain('<title>&lt;t&gt;</title>');
    expect(policy).toBe(
      "default-src 'none'; style-src 'sha256-QRQPRLGyxt3RJiKpYNjpkgHcmHU2PywsfL2e8oI0LQA='; form-action 'self' https://pay.example; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(renderPage(page).policy).toContain("form-action 'self';");
  });
});

describe('rate limit', () => {
  test('counts each key apart, and begins anew each minute', () => {
    let nowMs = 0;
    const allow = createRateLimit(2, () => nowMs);
    expect([allow('a'), allow('a'), allow('a'), allow('b')]).toEqual([true, true, false, true]);
    nowMs = 59_999;
    expect(allow('a')).toBe(false);
    nowMs = 60_000;
    expect(allow('a')).toBe(true);
  });

  test('forgets the oldest keys rather than grow without end', () => {
    const allow = createRateLimit(1, () => 0);
    allow('first');
    for (let i = 0; i < 9_999; i++) allow(`k${i}`);
    expect(allow('first')).toBe(false);
    allow('one more');
    expect([allow('k9998'), allow('first')]).toEqual([false, true]);
  });
});
