import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { severities } from '../../src/policy/types.ts';
import type { reportKinds } from '../../src/report/index.ts';
import type { MatrixView, Totals } from '../../src/report/matrix/types.ts';
import { findChromium, printPdf } from '../../src/report/pdf.ts';
import type { Document } from '../../src/report/types.ts';
import { parseExposition } from '../api/exposition.ts';
import { audit } from '../dashboard/axe.ts';
import { hasChromium } from '../dashboard/demo.ts';
import { type ReportedEstate, reportedEstate, rows, stale, sum, tableOf } from './estate.ts';

const now = Date.now();
let estate: ReportedEstate;
beforeAll(async () => {
  estate = await reportedEstate(now);
});
afterAll(() => estate?.close());

describe('the numbers of the demo estate, with waived, unseen and stale ones', () => {
  it('are the same on the page, in the reports, in CSV, in /summary and in /metrics', async () => {
    const matrix = await estate.json<MatrixView>('/api/v1/matrix');
    const summary = await estate.json<Record<string, number>>('/api/v1/summary');
    const report = await estate.json<Document>('/api/v1/reports/summary?format=json');
    const { samples: metrics } = parseExposition(await estate.get('/metrics'), false);
    const metric = (name: string, labels: Readonly<Record<string, string>> = {}): number =>
      sum(
        metrics
          .filter((each) => each.name === name)
          .filter((each) => Object.entries(labels).every(([key, value]) => each.labels[key] === value))
          .map(({ value }) => value),
      );
    const page = (name: keyof Totals): number => sum(matrix.targets.map(({ totals }) => totals[name]));
    const total = tableOf(report, 'themes').total ?? {};
    const plan = rows(await estate.get('/api/v1/reports/action-plan'), ';');
    const listed = rows(await estate.get('/api/v1/violations?verdict=all&status=all', 'text/csv'), ',');
    const kept = listed.filter(({ status }) => status === 'open' || status === 'waived');

    const violations = page('violation') + page('violation_minor');
    expect(violations).toBeGreaterThan(100);
    expect(page('waived')).toBeGreaterThan(0);
    expect(page('stale')).toBeGreaterThan(0);
    expect(page('unknown')).toBeGreaterThan(page('stale'));

    // Violations, by weight.
    expect(summary['violations']).toBe(violations);
    expect(Number(total['grave']) + Number(total['minor'])).toBe(violations);
    expect(metric('roomwarden_open_violations')).toBe(violations);
    const open = kept.filter((row) => row['status'] === 'open' && row['verdict'] === 'violation');
    expect(open).toHaveLength(violations);
    const grave = (summary['violations_critical'] ?? 0) + (summary['violations_high'] ?? 0);
    expect([page('violation'), total['grave']]).toEqual([grave, grave]);
    for (const severity of severities) {
      const number = summary[`violations_${severity}`];
      expect(metric('roomwarden_open_violations', { severity })).toBe(number);
      expect(open.filter((row) => row['severity'] === severity)).toHaveLength(number ?? 0);
    }

    // Waived ones.
    expect(summary['waived']).toBe(page('waived'));
    expect(metric('roomwarden_findings', { status: 'waived' })).toBe(page('waived'));
    expect(kept.filter(({ status }) => status === 'waived')).toHaveLength(page('waived'));
    expect(tableOf(report, 'themes').notes?.join()).toContain(`Ausnahmen ${page('waived')}`);

    // What was not seen, what is stale, what is met.
    expect(report.state.unseen).toBe(page('unknown'));
    for (const [state, own, name, cell] of [
      ['unseen', 'checks_unseen', 'unknown', 'unseen'],
      ['stale', 'checks_stale', 'stale', null],
      ['met', 'checks_met', 'pass', 'met'],
      ['not_applicable', 'checks_not_applicable', 'not_applicable', null],
    ] as const) {
      expect([own, summary[own]]).toEqual([own, page(name)]);
      expect([own, metric('roomwarden_checks', { state })]).toEqual([own, page(name)]);
      if (cell !== null) expect([cell, total[cell]]).toEqual([cell, page(name)]);
    }
    const unknowns = kept.filter((row) => row['status'] === 'open' && row['verdict'] === 'unknown');
    expect(unknowns).toHaveLength(summary['unknowns'] ?? -1);
    expect(metric('roomwarden_findings', { status: 'open', verdict: 'unknown' })).toBe(summary['unknowns']);

    // The action plan puts rooms with one cause into one row and says how many.
    const counted = (row: Record<string, string>): number =>
      row['Ergebnis'] === 'Verstoß' ? Number(/ \((\d+)\)$/.exec(row['Gegenstand'] ?? '')?.[1] ?? 1) : 1;
    const planned = plan.filter((row) => row['Ausnahme bis'] === '');
    expect(sum(planned.filter((row) => row['Ergebnis'] === 'Verstoß').map(counted))).toBe(violations);
    expect(planned.filter((row) => row['Ergebnis'] === 'unbekannt')).toHaveLength(summary['unknowns'] ?? -1);
    expect(plan.length - planned.length).toBe(page('waived'));

    // Rooms.
    const rooms = sum(matrix.targets.map((target) => target.rooms ?? 0));
    expect([summary['rooms'], metric('roomwarden_rooms')]).toEqual([rooms, rooms]);
    expect(sum(tableOf(report, 'targets').rows.map((row) => row['rooms'] ?? 0))).toBe(rooms);
  });

  it('are the same target by target, theme by theme and policy by policy, and in print', async () => {
    const matrix = await estate.json<MatrixView>('/api/v1/matrix');
    const report = await estate.json<Document>('/api/v1/reports/summary?format=json');
    const html = await estate.get('/api/v1/reports/summary?format=html');
    const csv = rows(await estate.get('/api/v1/reports/summary?format=csv'), ';');
    const themes = tableOf(report, 'themes');
    for (const column of ['grave', 'minor', 'unseen', 'met']) {
      expect([column, sum(themes.rows.map((row) => row[column]))]).toEqual([column, themes.total?.[column]]);
    }
    const format = new Intl.NumberFormat('de-DE');
    for (const { id, totals, rooms, fresh } of matrix.targets) {
      const violations = totals.violation + totals.violation_minor;
      const row = tableOf(report, 'targets').rows.find(({ target }) => target === id);
      expect(row).toMatchObject({ rooms, violations, unseen: totals.unknown });
      if (!fresh) expect([id, row?.['score'], row?.['seen']]).toEqual([stale, null, { share: 0 }]);
      expect(csv.find((each) => each['System'] === id)).toMatchObject({
        Räume: String(rooms ?? ''),
        Verstoß: String(violations),
        'nicht gesehen': String(totals.unknown),
      });
      const audit = await estate.json<Document>(`/api/v1/reports/audit?target=${id}&format=json`);
      const policies = tableOf(audit, 'policies');
      const expected = {
        grave: totals.violation,
        minor: totals.violation_minor,
        unseen: totals.unknown,
        met: totals.pass,
        waived: totals.waived,
        na: totals.not_applicable,
      };
      expect(policies.total).toMatchObject(expected);
      for (const [column, number] of Object.entries(expected)) {
        expect([id, column, sum(policies.rows.map((each) => each[column]))]).toEqual([id, column, number]);
      }
    }
    const unseen = format.format(report.state.unseen);
    expect(html).toContain(`<strong>${unseen} Prüfungen waren nicht möglich.</strong>`);
    expect(html).toContain(`nicht gesehen: ${unseen}`);
  });
});

const questions: Readonly<Record<Exclude<(typeof reportKinds)[number], 'action-plan'>, string>> = {
  summary: '',
  audit: 'target=demo-zoom',
  evidence: 'clause=S2-02&target=demo-chat',
  tracking: '',
  measures: '',
  comparison: `from=${new Date(now - 86_400_000).toISOString()}`,
};

describe.skipIf(!hasChromium)('in Chromium', () => {
  it('every report is without a fault that axe finds, asks for nothing and runs nothing', async () => {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      const asked: string[] = [];
      for (const [kind, query] of Object.entries(questions)) {
        const lang = kind === 'evidence' ? 'en' : 'de';
        const url = `/api/v1/reports/${kind}?${query}&format=html&lang=${lang}`;
        const page = await browser.newPage();
        page.on('request', (request) => asked.push(request.url()));
        page.on('console', (message) => asked.push(message.text()));
        await page.setContent(await estate.get(url));
        expect([kind, await audit(page)]).toEqual([kind, []]);
        await page.close();
      }
      expect(asked).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('the summary is one page, with the same bytes each time and tags for screen readers', async () => {
    const html = await estate.get('/api/v1/reports/summary?format=html');
    const options = { chromium: findChromium('/usr/bin/chromium', {}), madeAt: now };
    const pdf = await printPdf(html, options);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const text = pdf.toString('latin1');
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(text).toContain('/StructTreeRoot');
    expect(text).toContain('/Lang (de)');
    expect((await printPdf(html, options)).equals(pdf)).toBe(true);
  });
});
