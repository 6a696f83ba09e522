import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium } from '../dashboard/demo.ts';
import { configure, folder, run } from './helper.ts';

const directory = folder();
configure(directory, {
  targets: [
    {
      id: 'zoom',
      vendor: 'declared',
      product: 'Zoom',
      owner: {
        name: 'Referat 3',
        contact: { name: 'Erika Beispiel', office: 'Referat 3', phone: '0361 4711', email: 'e@example.org' },
      },
    },
  ],
});
const report = (...args: string[]) => run(['report', ...args], { cwd: directory });

describe('report', () => {
  it('says of what was never scanned that it was never scanned', async () => {
    const { code, stdout, stderr } = await report('summary', '--format', 'json', '--lang', 'en');
    expect([code, stderr]).toEqual([0, '']);
    const document = JSON.parse(stdout);
    expect(document.state).toMatchObject({ as_of: null, targets: ['zoom'] });
    expect(stdout).toContain('never scanned');
  });

  it('gives the same bytes twice, and contact data for the organisation alone', async () => {
    const recorded = await run(['scan', '--record', '--format', 'json'], { cwd: directory });
    expect(recorded.code).not.toBe(3);
    const [one, two] = [await report('audit', '--target', 'zoom'), await report('audit', '--target', 'zoom')];
    expect(one.stdout).toMatch(/^<!doctype html>/);
    expect(two.stdout).toBe(one.stdout);
    expect(one.stdout).not.toContain('Erika');
    const out = join(directory, 'own.html');
    const internal = await report('audit', '--target', 'zoom', '--internal', '--out', out);
    expect([internal.code, internal.stdout]).toEqual([0, '']);
    expect(readFileSync(out, 'utf8')).toContain('Erika Beispiel');
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });

  it.each([
    [['evidence', '--clause', 'S9-99'], 'RW1004'],
    [['summary', '--target', 'nowhere'], 'RW1012'],
    [['action-plan', '--format', 'html'], 'RW1015'],
    [['summary', '--pdf'], 'RW1004'],
    [['summary', '--pdf', '--out', 'x.pdf', '--chromium', './nowhere'], 'RW1041'],
    [['summary', '--out', './nowhere/x.html'], 'RW1043'],
  ])('%j is refused with %s', async (args, error) => {
    const { code, stdout, stderr } = await report(...args);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(error);
  });

  it.skipIf(!hasChromium)('prints the summary on one page, however many systems there are', async () => {
    const many = folder();
    const targets = Array.from({ length: 22 }, (_, at) => ({
      id: `videokonferenz-landesamt-${at}`,
      vendor: 'declared',
      product: 'Webex Meetings Enterprise',
    }));
    configure(many, { targets });
    await run(['scan', '--record', '--format', 'json'], { cwd: many });
    const out = join(many, 'report.pdf');
    const { code, stderr } = await run(['report', 'summary', '--pdf', '--out', out], { cwd: many });
    expect([code, stderr]).toEqual([0, '']);
    const pdf = readFileSync(out).toString('latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });
});
