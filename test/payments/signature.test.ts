import { describe, expect, test } from '@jest/globals';
import { readAmount } from '../../src/payments/amount.ts';
import { checkBody, signBody } from '../../src/payments/signature.ts';

const BODY = '{"payment_id":"p1","amount":"1000"}';
const AT = new Date(1_700_000_000_000);
/** Accepted by Stripe's and Fintoc's own validators for this body, secret and time. */
const KNOWN = 't=1700000000,v1=d0f122c4a7d08a2b88a8b3a75fc877cf6af0d7983d8188dd590a76e829e5a36c';

describe('the t=,v1= signature', () => {
  test('is the one that Stripe and Fintoc make', () => expect(signBody('whsec_x', BODY, AT)).toBe(KNOWN));

  test('passes with any active secret, and at both ends of the window', () => {
    for (const seconds of [-300, 0, 300])
      expect(() =>
        checkBody(KNOWN, Buffer.from(BODY), ['new', 'whsec_x'], new Date(AT.getTime() + seconds * 1000)),
      ).not.toThrow();
  });

  const hex = KNOWN.slice(KNOWN.indexOf('v1=') + 3);
  test.each<[string, string | undefined, string, string[], number]>([
    ['another body', KNOWN, `${BODY} `, ['whsec_x'], 0],
    ['another secret', KNOWN, BODY, ['whsec_y'], 0],
    ['no secret at all', KNOWN, BODY, [], 0],
    ['too old', KNOWN, BODY, ['whsec_x'], 301],
    ['too new', KNOWN, BODY, ['whsec_x'], -301],
    ['no header', undefined, BODY, ['whsec_x'], 0],
    ['an empty header', '', BODY, ['whsec_x'], 0],
    ['no time', `v1=${hex}`, BODY, ['whsec_x'], 0],
    ['a moved time', KNOWN.replace('t=1700000000', 't=1700000001'), BODY, ['whsec_x'], 0],
    ['half a signature', KNOWN.slice(0, -32), BODY, ['whsec_x'], 0],
    ['a signature that is no hex', 't=1700000000,v1=zz', BODY, ['whsec_x'], 0],
  ])('is refused: %s', (_, header, body, secrets, laterSeconds) => {
    const now = new Date(AT.getTime() + laterSeconds * 1000);
    expect(() => checkBody(header, Buffer.from(body), secrets, now)).toThrow(
      expect.objectContaining({ code: 'signature_invalid' }),
    );
  });
});

describe('an amount typed into a form', () => {
  test.each([
    ['500', 'MXN', 50_000n],
    ['500.5', 'MXN', 50_050n],
    ['500,50', 'MXN', 50_050n],
    ['$ 1,200.50', 'MXN', 120_050n],
    ['1.200,50', 'COP', 120_050n],
    ['1,234,567', 'MXN', 123_456_700n],
    ['1.200', 'CLP', 1200n],
    ['1.000', 'CLP', 1000n],
    ['80000.00', 'CLP', 80_000n],
    ['80.000', 'COP', 8_000_000n],
    ['0', 'MXN', 0n],
    ['', 'MXN', null],
    ['-5', 'MXN', null],
    ['1e3', 'MXN', null],
    ['12.34.56', 'MXN', null],
    ['1,20,000', 'MXN', null],
    ['500.505', 'MXN', 50_050_500n],
    ['10.5', 'CLP', null],
    ['quinientos', 'MXN', null],
    ['９９', 'MXN', null],
    ['9'.repeat(25), 'MXN', null],
  ] as const)('%j in %s', (text, currency, minor) => {
    expect(readAmount(text, currency)?.amountMinor ?? null).toBe(minor);
  });
});
