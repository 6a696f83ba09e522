import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { adapters } from '../../adapters/registry.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { NativeFinding, Report } from '../../src/findings/types.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { verdicts } from '../../src/policy/types.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import { collectRecords } from '../../src/scan/collect.ts';
import { judgeRecords } from '../../src/scan/judge.ts';
import { buildReport } from '../../src/scan/report.ts';

/** Recorded answers lie beside the checkout where there are any. */
const folder = fileURLToPath(new URL('../../../shared/vendors/samples/', import.meta.url));
export const samplesPresent = existsSync(folder);
export const skipped = samplesPresent ? '' : ' (SKIPPED: ../shared is not here)';
export const sample = (path: string): string => readFileSync(`${folder}${path}`, 'utf8');

const catalogue = loadCatalogue(fileURLToPath(new URL('../../policies', import.meta.url)));
const bind = binder(catalogue, adapters);

export interface Replayed {
  report: Report;
  /** `policy` of a room, a recording or the deployment; `unknown` also where it counts among others. */
  verdict(subject: string, policy: string): string;
  /** Every verdict on one subject that is not `unknown`, as `policy verdict`. */
  decided(subject: string): string[];
  log: string[];
}

export const deployment = '-';

/** Adapter, engine and report on recorded answers, at the time of the recording. */
export async function replay(
  target: Record<string, unknown>,
  secret: string,
  recordedAt: number,
): Promise<Replayed> {
  const config = parseConfig(
    JSON.stringify({ targets: [{ id: 'replay', ...target }] }),
    'replay.yaml',
    adapters,
    {
      now: recordedAt,
    },
  );
  const [configured] = config.targets;
  const adapter = adapters.get(String(target['vendor']));
  if (configured === undefined || adapter === undefined) throw new Error('no target to replay');
  const log: string[] = [];
  const write = (_fields: object, message: string): void => void log.push(message);
  const begun = performance.now();
  const now = (): number => recordedAt + Math.round(performance.now() - begun);
  const records = collectRecords(configured, adapter, config, {
    now,
    log: { debug: () => {}, info: () => {}, warn: write, error: write },
    signal: new AbortController().signal,
    secret: async () => secret,
    attesting: attestingPolicies(catalogue),
  });
  const report = await buildReport(judgeRecords(records, bind), {
    catalogue,
    now: recordedAt,
    verdicts: new Set(verdicts),
  });
  return { report, log, ...lookups(report.findings) };
}

function lookups(findings: readonly NativeFinding[]): Pick<Replayed, 'verdict' | 'decided'> {
  const own = new Map<string, string>();
  const shared = new Set<string>();
  const kinds = new Map<string, string>();
  for (const { policy, verdict, subject, affected } of findings) {
    if (affected !== undefined) shared.add(`${policy} ${subject.kind}`);
    else {
      own.set(`${policy} ${subject.id}`, verdict);
      kinds.set(subject.id ?? '', subject.kind);
    }
  }
  return {
    verdict(subject, policy) {
      const kind = kinds.get(subject) ?? 'nothing';
      return own.get(`${policy} ${subject}`) ?? (shared.has(`${policy} ${kind}`) ? 'unknown' : 'not judged');
    },
    decided: (subject) =>
      findings
        .filter(
          ({ subject: { id }, verdict, affected }) =>
            id === subject && affected === undefined && verdict !== 'unknown',
        )
        .map(({ policy, verdict }) => `${policy} ${verdict}`)
        .sort(),
  };
}
