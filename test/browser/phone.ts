import type { Page } from 'playwright-core';

const ANSWER_WAIT_MS = 15_000;

export const composer = (page: Page) => page.getByRole('textbox', { name: 'Mensaje', exact: true });

/** What a visitor does at the simulator. */
export function phoneOn(page: Page) {
  const bubbles = page.locator('.message.bot');

  /** Waits for at least one new answer, all of it read. @returns its texts, oldest first */
  async function answerAfter(count: number): Promise<string[]> {
    await bubbles.nth(count).waitFor({ timeout: ANSWER_WAIT_MS });
    await page.locator('.message.bot:not([data-status="read"])').first().waitFor({ state: 'detached' });
    const texts = await bubbles.locator('.words').allTextContents();
    return texts.slice(count);
  }

  return {
    bubbles,
    answerAfter,
    async say(text: string): Promise<string> {
      const count = await bubbles.count();
      await composer(page).fill(text);
      await composer(page).press('Enter');
      return (await answerAfter(count)).join('\n');
    },
    /** Types the digits that the panel shows, by clicking them. */
    async identify(): Promise<string> {
      const count = await bubbles.count();
      await page.locator('#document-digits').click();
      await page.getByRole('button', { name: 'Enviar' }).click();
      return (await answerAfter(count)).join('\n');
    },
    /** Opens the newest pay link of the chat in its new tab. */
    async openPayLink(): Promise<Page> {
      const popup = page.waitForEvent('popup');
      await page.locator('.message.bot a[href*="/p/"]').last().click();
      return popup;
    },
    /** Moves the demo's clock a day at a time, past the next follow-up that is planned, until we hear from the bot. @returns what it said, or null after `days` */
    async daysUntilMessage(days: number): Promise<string | null> {
      const count = await bubbles.count();
      const due = (await page.locator('#followups time').first().getAttribute('datetime')) ?? '';
      for (let day = 0; day < days; day++) {
        await page.getByRole('button', { name: '+1 día' }).click();
        await page.locator('[data-advance]:enabled').last().waitFor();
        const now = (await page.locator('#clock-time').getAttribute('datetime')) ?? '';
        const said = now < due ? null : await answerAfterSweep(count);
        if (said) return said;
      }
      return null;
    },
  };

  /** A follow-up is found by the next sweep, a second or two after the clock moved. */
  async function answerAfterSweep(count: number): Promise<string | null> {
    const isSaid = await bubbles
      .nth(count)
      .waitFor({ timeout: 5000 })
      .then(
        () => true,
        () => false,
      );
    return isSaid ? (await answerAfter(count)).join('\n') : null;
  }
}

/** Opens the phone of the first debtor of Mexico who is late and owes more than `pesos`. @returns the debtor_id */
export async function chooseLateDebtor(page: Page, pesos: number): Promise<string> {
  await page.locator('.debtor').first().waitFor();
  for (const row of await page.locator('.debtor[data-debtor^="MX-"]:has(.late.is-late)').all()) {
    const owed = Number((await row.locator('.owed').textContent())?.replace(/[^\d.]/g, ''));
    if (!(owed > pesos)) continue;
    await row.click();
    await composer(page).waitFor();
    return (await row.getAttribute('data-debtor')) ?? '';
  }
  throw new Error(`No debtor of Mexico is late and owes more than ${pesos}.`);
}
