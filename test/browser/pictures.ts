/** Makes the pictures of the README from the real service: `node --import tsx test/browser/pictures.ts`. */
import path from 'node:path';
import { findChromium, openBrowser } from './chromium.ts';
import { startDemo } from './demo-service.ts';
import { chooseLateDebtor, composer, phoneOn } from './phone.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'docs', 'images');

const chromium = findChromium(process.env);
if (!chromium) throw new Error('No Chromium on PATH to take pictures with.');
const service = await startDemo('2026-11-23T10:00:00-06:00');
const browser = await openBrowser(chromium);
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 920 }, locale: 'es-MX' });
  await page.goto(`${service.url}/simulator`);
  const chosen = await chooseLateDebtor(page, 1000);
  const phone = phoneOn(page);
  await phone.say('hola');
  await phone.identify();
  await phone.say('el viernes te deposito 500');
  await phone.say('sí');
  await page.locator('#promises').getByText('abierta').waitFor();
  await composer(page).blur();
  await page.screenshot({ path: path.join(FOLDER, 'simulator.png') });

  const small = await browser.newPage({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'es-MX',
  });
  await small.goto(`${service.url}/simulator`);
  await small.locator(`.debtor[data-debtor="${chosen}"]`).click();
  await small.locator('.message.bot').last().waitFor();
  await small.screenshot({ path: path.join(FOLDER, 'simulator-phone.png') });
} finally {
  await browser.close();
  await service.stop();
}
