import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/index.ts';
import { closeStages, embedded } from '../api/helper.ts';
import { processorTime } from '../processor.ts';
import { hasChromium, pageWork, visit } from './demo.ts';
import { closeBrowser, type Served, serve } from './served.ts';

/** `ROWS=1000000 npx vitest run test/dashboard/paging.test.ts` prints the figures of the large store. */
const rows = Number(process.env['ROWS'] ?? 50_000);
/** Milliseconds of work, on both sides, from the key until the new rows stand there. */
const mostWork = 1_000;

let served: Served;

/** Three findings for each room, the most severe for one in a hundred. */
async function fill({ db }: Store, count: number): Promise<void> {
  await sql`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count}),
    finding AS (
      SELECT i, printf('%016x', (i * 2654435761) % 4294967296) || printf('%010d', i) AS uid,
        CASE WHEN i % 100 = 0 THEN 4 WHEN i % 3 = 0 THEN 3 WHEN i % 3 = 1 THEN 2 ELSE 1 END AS rank,
        CASE i % 3 WHEN 0 THEN 'access' WHEN 1 THEN 'presence' ELSE 'recordings' END AS policy,
        CASE i % 2 WHEN 0 THEN 'main' ELSE 'other' END AS target
      FROM n
    )
    INSERT INTO findings (
      uid, target, vendor, kind, subject_id, subject_ref, subject_name, policy, policy_version, severity,
      severity_rank, verdict, status, confidence, confirmed, cause, opened_at, first_opened_at, changed_at,
      facts_key, tags_json, waived_json, cause_key, detail_json
    )
    SELECT uid, target, CASE target WHEN 'main' THEN 'toy' ELSE 'rival' END, 'room', 'room-' || (i / 3),
      printf('%016d', i / 3), 'Raum ' || (i / 3), policy, 1,
      CASE rank WHEN 4 THEN 'critical' WHEN 3 THEN 'high' WHEN 2 THEN 'medium' ELSE 'low' END,
      rank, 'violation', 'open', 'high', 1, 'facts', ${Date.now()}, ${Date.now()}, ${Date.now()},
      'k', '[]', '{}', CASE WHEN i % 5 = 0 THEN 'cause-' || (i % 20) END,
      '{"facts":{},"evidence":[],"reasons":[],"met":[]}'
    FROM finding
  `.execute(db);
}

/** Until `change` has led to other rows: by the clock of the page, and the work of page and service. */
async function took(
  page: Page,
  sign: string,
  change: () => Promise<unknown>,
): Promise<{ ms: number; work: number }> {
  const before = await page.locator(sign).first().textContent();
  const [answering, showing] = [processorTime(), await pageWork(page)];
  const begun = await page.evaluate(() => performance.now());
  await change();
  const until = await page.waitForFunction(
    ([selector, text]) => {
      const shown = document.querySelector(selector ?? '')?.textContent ?? null;
      return shown !== null && shown !== text ? performance.now() : false;
    },
    [sign, before] as const,
    { timeout: 60_000, polling: 'raf' },
  );
  const ms = Number(await until.jsonValue()) - begun;
  return { ms: Math.round(ms), work: Math.round(answering() + (await showing())) };
}

describe.skipIf(!hasChromium)(`${rows} findings in a browser`, () => {
  beforeAll(async () => {
    const store = await embedded();
    served = await serve(store, { deps: { limits: { address: 100_000, token: 100_000 } } });
    await served.made.scan('main');
    await served.made.scan('other');
    await fill(store, rows);
  }, 600_000);
  afterAll(async () => {
    await closeStages();
    await closeBrowser();
  });

  it('pages forward and back, filters, groups and counts without a wait', { timeout: 300_000 }, async () => {
    const { page, wrongs, close } = await visit(served);
    page.setDefaultTimeout(60_000);
    const first = '.findings .subject a';
    await page.goto(`${served.url}/violations?group=none`);
    await page.waitForSelector(first);
    const figures: Record<string, { ms: number; work: number }> = {};
    for (let turn = 1; turn <= 5; turn += 1) {
      figures[`page ${turn}`] = await took(page, first, () => page.keyboard.press('n'));
    }
    figures['back'] = await took(page, first, () => page.keyboard.press('b'));
    figures['filter'] = await took(page, first, () =>
      page.locator('.filters select').nth(3).selectOption('low'),
    );
    figures['policy'] = await took(page, first, () =>
      page.locator('.filters select').nth(2).selectOption('recordings'),
    );
    await page.goto(`${served.url}/violations?group=target`);
    await page.waitForSelector('.groupname');
    for (const name of ['Raum', 'Ursache', 'Regel']) {
      figures[name] = await took(page, '.groupname', () =>
        page.getByRole('button', { name, exact: true }).click(),
      );
    }
    const counts = await page.locator('.groupname .end b').allTextContents();
    const sum = counts.reduce((total, text) => total + Number(text.replace(/\D/g, '')), 0);
    expect(sum).toBeGreaterThanOrEqual(rows);
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    const works = Object.values(figures).map(({ work }) => work);
    if (rows <= 100_000) expect(Math.max(...works), JSON.stringify(figures)).toBeLessThan(mostWork);
    expect(wrongs).toEqual([]);
    await close();
  });

  it('every row stands on one page only, in order', { timeout: 120_000 }, async () => {
    const seen = new Set<string>();
    const ranks: string[] = [];
    let after = '';
    for (let turn = 0; turn < 20; turn += 1) {
      const answer = await served.made.get(`/api/v1/violations?limit=100${after && `&after=${after}`}`);
      const { violations, next_cursor } = answer.json();
      for (const { uid, severity } of violations) {
        expect(seen.has(uid)).toBe(false);
        seen.add(uid);
        ranks.push(severity);
      }
      after = encodeURIComponent(next_cursor);
    }
    const order = ['critical', 'high', 'medium', 'low'];
    const places = ranks.map((severity) => order.indexOf(severity));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });
});
