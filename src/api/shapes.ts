import { csvHeader, csvLine } from '../export/csv.ts';
import { flatten } from '../export/flat.ts';
import { exportContext, formatEvent, stateEvent } from '../export/index.ts';
import { sarifEnd, sarifResult, sarifStart } from '../export/sarif.ts';
import { rfc3339 } from '../findings/detail.ts';
import { lastEvents } from '../findings/lastEvents.ts';
import type { IdView } from '../findings/native.ts';
import type { NativeFinding } from '../findings/types.ts';
import type { ApiDeps } from './deps.ts';
import type { Form } from './negotiate.ts';
import { Ecs, Finding, FlatFinding, Ocsf } from './schemas/finding.ts';

/** How findings are written in one form. */
export interface Shape {
  head: string;
  /** What stands between two findings. */
  between: string;
  tail: string;
  /** Of one page, in its order. */
  write(findings: readonly NativeFinding[]): Promise<string[]> | string[];
}

const schemas = { native: Finding, flat: FlatFinding, ocsf: Ocsf, ecs: Ecs };

export function shapeOf(form: Form, deps: ApiDeps): Shape {
  if (form.media === 'sarif') {
    const context = exportContext(deps.config, deps);
    return {
      head: sarifStart(context),
      between: ',\n',
      tail: sarifEnd,
      write: (findings) => findings.map((finding) => sarifResult(finding, context)),
    };
  }
  const at = rfc3339(deps.now());
  if (form.media === 'csv') {
    const write = (findings: readonly NativeFinding[]): string[] =>
      findings.map((finding) => csvLine(flatten(finding, at)));
    return { head: csvHeader, between: '', tail: '', write };
  }
  const schema = schemas[form.format];
  return {
    head: '',
    between: '',
    tail: '',
    write: async (findings) =>
      (await objectsOf(form.format, findings, deps)).map(
        (object) => `${JSON.stringify(schema.parse(object))}\n`,
      ),
  };
}

/** Findings as JSON objects. The formats of events give the last event of each, with the id it has in the feed. */
export async function objectsOf(
  format: keyof typeof schemas,
  findings: readonly NativeFinding[],
  deps: ApiDeps,
): Promise<object[]> {
  const at = rfc3339(deps.now());
  if (format === 'native') return [...findings];
  if (format === 'flat') return findings.map((finding) => flatten(finding, at));
  const shape = formatEvent(format, exportContext(deps.config, deps));
  const uids = findings.map(({ uid }) => uid);
  const events = await lastEvents(deps, uids, feedView(deps));
  return findings.map((finding) => shape(events.get(finding.uid) ?? stateEvent(finding, at)));
}

/** One and the same event looks the same for everybody: ids of rooms stay out, whoever asks. */
export const feedView = ({ config }: Pick<ApiDeps, 'config'>): IdView =>
  config.privacy.room_ids === 'plain' ? 'plain' : 'ref';
