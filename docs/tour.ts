import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDemo, visit } from '../test/dashboard/demo.ts';
import { walk } from './walk.ts';

/** Walks through the demo as somebody who never saw it, and writes `tour.md` with a picture of each answer. */
const folder = join(import.meta.dirname, 'images/tour');

const head = `# A first walk / Ein erster Rundgang

Made by \`npm run tour\` from the demo estate; a test takes the same way and clicks only on what is visible.
Erzeugt aus der Vorführung; ein Test geht denselben Weg und klickt nur auf das, was zu lesen ist.

Begin / Anfang: \`npm start\`, open the printed address, sign in with the printed token.
`;

const demo = await startDemo();
try {
  mkdirSync(folder, { recursive: true });
  const { page, wrongs, close } = await visit(demo, { viewport: { width: 1280, height: 900 } });
  await page.goto(demo.url);
  await page.waitForSelector('.matrix .cell');
  const parts: string[] = [];
  for (const { id, question, way, go } of walk) {
    const { found, at } = await go(page);
    await page.waitForLoadState('load');
    await at.screenshot({ path: join(folder, `${id}.png`), animations: 'disabled' });
    const lines = found.map((line) => `> ${line}`).join('\n>\n');
    parts.push(
      `## ${question.de} / ${question.en}\n\n${way.de}\n${way.en}\n\n${lines}\n\n![${question.en}](images/tour/${id}.png)\n`,
    );
  }
  if (wrongs.length > 0) throw new Error(wrongs.join('\n'));
  await close();
  writeFileSync(join(import.meta.dirname, 'tour.md'), `${head}\n${parts.join('\n')}`);
} finally {
  await demo.close();
}
