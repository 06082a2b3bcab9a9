import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findChromium, openBrowser, watchFaults } from './chromium.ts';
import { type DemoService, startDemo } from './demo-service.ts';
import { chooseLateDebtor, phoneOn } from './phone.ts';

const MONDAY_IN_MEXICO = '2026-11-23T10:00:00-06:00';
const chromium = findChromium(process.env);
const isRequired = process.env['ACUERDO_REQUIRE_CHROMIUM'] === '1';
if (!chromium && !isRequired)
  console.warn('The browser test is skipped: no chromium, chromium-browser or google-chrome on PATH.');
const describeWithBrowser = chromium || isRequired ? describe : describe.skip;

describeWithBrowser('the demo in a browser', () => {
  let browser: Browser;
  let service: DemoService;

  beforeAll(async () => {
    if (!chromium) throw new Error('ACUERDO_REQUIRE_CHROMIUM=1, but no Chromium was found on PATH.');
    service = await startDemo(MONDAY_IN_MEXICO);
    browser = await openBrowser(chromium);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  }, 30_000);

  test('a visitor promises, pays and is followed up', async () => {
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, locale: 'es-MX' });
    const faults = watchFaults(page);
    await page.goto(`${service.url}/simulator`);
    const phone = phoneOn(page);
    await chooseLateDebtor(page, 1000);

    expect(await phone.say('hola')).toMatch(/dígitos/);
    await phone.identify();
    expect(await phone.say('¿cuánto debo?')).toContain(await page.locator('#total-owed').textContent());

    expect(await phone.say('el viernes te deposito 500')).toMatch(/\$500\.00.*viernes 27 de noviembre de 2026/s);
    const written = await phone.say('sí');
    const folio = /[Ff]olio ([A-Z0-9]{6})/.exec(written)?.[1];
    expect(folio).toBeDefined();
    const promises = page.locator('#promises');
    await promises.getByText(`folio ${folio}`).waitFor();
    expect(await promises.textContent()).toContain('abierta');

    const offered = await phone.say('mándame el enlace de pago');
    expect(offered).toMatch(/https?:\/\/.*\/p\/[\w-]{22}/);
    const pay = await phone.openPayLink();
    await pay.getByLabel('¿Cuánto quieres pagar?').fill('500');
    await pay.getByRole('button', { name: 'Continuar al pago' }).click();
    const before = await phone.bubbles.count();
    await pay.getByRole('button', { name: 'Pagar', exact: true }).click();

    expect((await phone.answerAfter(before)).join('\n')).toMatch(/Recibimos \$500\.00/);
    await promises.getByText('cumplida').waitFor();
    expect(await phone.daysUntilMessage(14)).toMatch(/\S/);
    expect(faults).toEqual([]);
    await page.close();
  }, 150_000);

  test('fits a phone: list, chat, panel and back', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const faults = watchFaults(page);
    await page.goto(`${service.url}/simulator`);
    await chooseLateDebtor(page, 0);
    expect(await page.locator('#debtors').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Datos de la demostración' }).click();
    await page.getByRole('button', { name: '+1 hora' }).waitFor();
    expect(await page.getByText('DEMO, no es dinero real').last().isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByRole('button', { name: 'Volver a la lista' }).click();
    expect(await page.locator('#debtors').isVisible()).toBe(true);
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);

  test('what a debtor writes is shown as it was written, never run', async () => {
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    const faults = watchFaults(page);
    await page.goto(`${service.url}/simulator`);
    await chooseLateDebtor(page, 0);
    const text = '<img src=x onerror=alert(1)> <b>מה</b> javascript:alert(1)';
    await phoneOn(page).say(text);
    expect(await page.locator('.message.mine .words').last().textContent()).toBe(text);
    expect(await page.locator('.message.mine .words').last().locator('*').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);
});
