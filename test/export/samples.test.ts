import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  type ExportEvent,
  eventFormats,
  toCef,
  toEcs,
  toFlat,
  toNative,
  toOcsf,
  toSyslog5424,
} from '../../src/export/index.ts';
import { type ReportFormat, reportFormats, writeReport } from '../../src/export/report.ts';
import { finding, report } from './finding.ts';
import { context, eventOf, waived } from './matrix.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
/** The rules of the whole catalogue are no part of a sample. */
const small = {
  ...context,
  catalogue: {
    ...context.catalogue,
    policies: context.catalogue.policies.filter(({ id }) => id === 'room-access-restricted'),
    clauses: context.catalogue.clauses.filter(({ id }) => id === 'S2-06' || id === 'S1-18'),
  },
};

/** One event in every format: what a collector was built for does not change unseen. */
it.each<[string, (event: ExportEvent) => string]>([
  ['native.json', (event) => json(toNative(event))],
  ['flat.json', (event) => json(toFlat(event))],
  ['ocsf.json', (event) => json(toOcsf(event, context))],
  ['ecs.json', (event) => json(toEcs(event, context))],
  ['cef.txt', (event) => `${toCef(event, context)}\n`],
  ['syslog.txt', (event) => `${toSyslog5424(event, context)}\n`],
])('event as %s', async (name, write) => {
  await expect(write(eventOf())).toMatchFileSnapshot(`fixtures/event.${name}`);
});

it.each<[ReportFormat, string]>([
  ['csv', 'csv'],
  ['action-plan', 'plan.csv'],
  ['sarif', 'sarif'],
  ['junit', 'xml'],
  ['oscal', 'oscal.json'],
])('report as %s', async (format, ending) => {
  const text = [...writeReport(format, report([finding(), finding(waived)]), small)].join('');
  await expect(text).toMatchFileSnapshot(`fixtures/report.${ending}`);
});

it('the page names every format and every standard', () => {
  const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');
  const names = [...eventFormats, ...reportFormats, ...context.catalogue.standards.keys()];
  const own = names.filter((name) => name !== 'table' && name !== 'json' && name !== 'ndjson');
  expect(own.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
