import { adapters } from '../../adapters/registry.ts';
import { openCatalogue } from '../../src/commands/environment.ts';
import { exportContext } from '../../src/export/context.ts';
import { reportFormats, writeReport } from '../../src/export/report.ts';
import { verdicts } from '../../src/policy/types.ts';
import { binder } from '../../src/scan/bind.ts';
import { judgeRecords } from '../../src/scan/judge.ts';
import { readRecords } from '../../src/scan/ndjson.ts';
import { buildReport } from '../../src/scan/report.ts';
import type { Place } from './look.ts';

/** Every report on facts as `collect` wrote them. */
export async function reportsOn(facts: Buffer): Promise<Place[]> {
  const catalogue = await openCatalogue();
  const judged = judgeRecords(readRecords(once(facts), 'facts'), binder(catalogue, adapters));
  const report = await buildReport(judged, { catalogue, now: Date.now(), verdicts: new Set(verdicts) });
  return reportFormats.flatMap((format) =>
    (['de', 'en'] as const).map((language): Place => {
      const context = exportContext(null, { catalogue, version: '0.0.0', language });
      const content = Buffer.from([...writeReport(format, report, context)].join(''));
      return { name: `report as ${format}, ${language}`, ids: 'allowed', content };
    }),
  );
}

async function* once(facts: Buffer): AsyncGenerator<Buffer> {
  yield facts;
}
