import type { Locator, Page } from 'playwright-core';

/** One question of somebody who sees the page for the first time. */
export interface Step {
  /** Names the picture, too. */
  id: string;
  question: { de: string; en: string };
  /** Where to click: what is in „“ stands on the page like this. */
  way: { de: string; en: string };
  /** Goes there by visible names alone. @returns what was found, and where a picture is to be taken */
  go(page: Page): Promise<{ found: string[]; at: Page | Locator }>;
}

const nav = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Seiten' }).getByRole('link', { name, exact: true }).click();

const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? '').replace(/\s+/g, ' ').trim();

/** From the overview on, each from where the one before ended. */
export const walk: readonly Step[] = [
  {
    id: 'worst-room',
    question: { de: 'Welcher Raum ist am schlimmsten?', en: 'Which room is the worst?' },
    way: {
      de: 'Links „Verstöße“, dann neben „Gruppieren“ auf „Raum“. Der schlimmste Raum steht oben.',
      en: '“Verstöße” on the left, then “Raum” beside “Gruppieren”. The worst room is on top.',
    },
    async go(page) {
      await nav(page, 'Verstöße');
      await page.getByRole('button', { name: 'Raum', exact: true }).click();
      await page.waitForURL(/group=room/);
      await page.waitForSelector('.findings .subject a');
      return { found: [await textOf(page, '.findings .subject a')], at: page };
    },
  },
  {
    id: 'why',
    question: { de: 'Warum ist er rot?', en: 'Why is it red?' },
    way: {
      de: 'Auf den Namen des Raums. Oben steht der Befund in einem Satz, unter „Belege“, woher das bekannt ist.',
      en: 'Click the name of the room. The finding stands on top in one sentence, “Belege” says how that is known.',
    },
    async go(page) {
      const name = await textOf(page, '.findings .subject a');
      await page.getByRole('link', { name, exact: true }).first().click();
      await page.getByRole('heading', { name: 'Belege' }).waitFor();
      const clause = page.getByRole('heading', { name: 'Welcher Satz das verlangt' });
      await page
        .locator('section.panel')
        .filter({ has: clause })
        .getByText(/S[12]-\d\d/)
        .first()
        .waitFor();
      // What the facts mean comes in a file of its own; until then their keys stand there.
      await page.locator('.evidence tbody th', { hasText: ' ' }).first().waitFor();
      return { found: [await textOf(page, '.verdict .message')], at: page };
    },
  },
  {
    id: 'fix',
    question: { de: 'Wie behebe ich es?', en: 'How do I fix it?' },
    way: {
      de: 'Dieselbe Seite, unter „So beheben Sie es“: der Weg in den Menüs genau dieses Produkts.',
      en: 'The same page, under “So beheben Sie es”: the way through the menus of exactly this product.',
    },
    async go(page) {
      const heading = page.getByRole('heading', { name: 'So beheben Sie es' });
      await heading.scrollIntoViewIfNeeded();
      const panel = page.locator('section.panel').filter({ has: heading });
      const text = (await panel.first().locator('p').first().textContent()) ?? '';
      return { found: [text.replace(/\s+/g, ' ').trim()], at: panel.first() };
    },
  },
  {
    id: 'never',
    question: {
      de: 'Welche Sätze kann bei einem Produkt niemand sehen?',
      en: 'Which clauses can nobody see on a product?',
    },
    way: {
      de: 'Links „Abdeckung“, erster Abschnitt: „Was bei einem Produkt niemand sehen kann“.',
      en: '“Abdeckung” on the left, the first section: “Was bei einem Produkt niemand sehen kann”.',
    },
    async go(page) {
      await nav(page, 'Abdeckung');
      const heading = page.getByRole('heading', { name: 'Was bei einem Produkt niemand sehen kann' });
      await heading.waitFor();
      const panel = page.locator('section.panel').filter({ has: heading });
      const groups = await panel.locator('dl > div').all();
      const texts = await Promise.all(groups.map((group) => group.innerText()));
      return { found: texts.map((text) => text.trim().replace(/\n+/, ': ').replace(/\s+/g, ' ')), at: panel };
    },
  },
  {
    id: 'report',
    question: { de: 'Wo ist der Bericht zum Drucken?', en: 'Where is the report to print?' },
    way: {
      de: 'Links „Berichte“, „Managementübersicht“ wählen, „Öffnen zum Drucken“. Er öffnet sich in einem neuen Fenster.',
      en: '“Berichte” on the left, choose “Managementübersicht”, “Öffnen zum Drucken”. It opens in a new window.',
    },
    async go(page) {
      await nav(page, 'Berichte');
      await page.getByRole('radio', { name: /^Managementübersicht/ }).check();
      const opened = page.waitForEvent('popup');
      await page.getByRole('link', { name: 'Öffnen zum Drucken' }).click();
      const report = await opened;
      await report.setViewportSize({ width: 794, height: 1123 });
      await report.waitForSelector('h1');
      return { found: [await textOf(report, 'h1')], at: report };
    },
  },
];
