import { subjectKinds } from '../../adapters/contract/subject.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import { severities, verdicts } from '../policy/types.ts';
import type { FindingsTable } from '../store/index.ts';
import type { Bytes } from './bytes.ts';
import { type IdView, nameWithoutId, toNative } from './native.ts';
import { coreOf } from './row.ts';
import { findingStatuses, type NativeFinding } from './types.ts';

/** What a list knows of a finding besides its row. */
export interface Seen {
  lastSeenAt: number | null;
  stale: boolean;
}

const mostFixed = 5_000;
const fixedOf = new WeakMap<Catalogue, Map<string, Buffer>>();

/**
 * Writes `JSON.stringify(toNative(...))` of a row of the ledger without making the object: what the row keeps as JSON is
 * put in as it is, what a policy says of all its findings is encoded once. A row for which that does not hold goes the
 * long way.
 * @param seen left out: as an event tells it
 */
export function writeNative(
  out: Bytes,
  row: FindingsTable,
  seen: Seen | null,
  { catalogue, view }: Telling,
): void {
  requireKnown(row);
  const rests = restsOf(row, view);
  if (rests === null) {
    out.text(JSON.stringify(nativeOf(row, seen, catalogue, view)));
    return;
  }
  const fixed = fixedFor(row, rests.reasons, catalogue);
  const doubtful = seen?.stale === true || row.confirmed !== 1;
  out
    .text(
      `{"uid":${quoted(row.uid)},"policy":${quoted(row.policy)},"policy_version":${row.policy_version},` +
        `"severity":"${row.severity}","verdict":"${row.verdict}","confidence":"${doubtful ? 'low' : row.confidence}",` +
        `"target":${quoted(row.target)},"vendor":${quoted(row.vendor)},"subject":${subjectText(row, view)},`,
    )
    .bytes(fixed)
    .text(',')
    // By itself: joined to the rest it would be copied once more.
    .text(rests.text)
    .text(`${lifeText(row, seen)}}`);
}

export interface Telling {
  catalogue: Catalogue;
  view: IdView;
}

/** The same as an object. */
export function nativeOf(
  row: FindingsTable,
  seen: Seen | null,
  catalogue: Catalogue,
  view: IdView,
): NativeFinding {
  return toNative({ ...coreOf(row), ...seen }, catalogue, view);
}

const words = {
  kind: new Set<string>(subjectKinds),
  severity: new Set<string>(severities),
  verdict: new Set<string>(verdicts),
  status: new Set<string>(findingStatuses),
  confidence: new Set<string>(['low', 'medium', 'high']),
  cause: new Set<string>(['facts', 'policy', 'parameter', 'waiver', 'attestation', 'time', 'scope']),
};

/** A word that no reader knows is a fault and not sent. */
function requireKnown(row: FindingsTable): void {
  const known =
    words.kind.has(row.kind) &&
    words.severity.has(row.severity) &&
    words.verdict.has(row.verdict) &&
    words.status.has(row.status) &&
    words.confidence.has(row.confidence) &&
    words.cause.has(row.cause);
  if (known) return;
  const name = (Object.keys(words) as (keyof typeof words)[]).find((each) => !words[each].has(row[each]));
  throw new Error(`finding ${row.uid}: ${name} is none that there is`);
}

/** @returns null where an id might stand in it that must not be seen, or where it is not as `detailOf` writes it */
function restsOf(row: FindingsTable, view: IdView): { text: string; reasons: string } | null {
  const { detail_json: detail, subject_id: id, verdict } = row;
  if (verdict !== 'violation' && verdict !== 'unknown') return null;
  const met = detail.lastIndexOf(',"met":[');
  const reasons = detail.lastIndexOf(',"reasons":[', met);
  if (!detail.startsWith('{"facts":{') || reasons < 0 || !detail.endsWith(']}')) return null;
  if (view === 'ref' && row.kind !== 'deployment' && id !== '' && mayHold(detail, id)) return null;
  return { text: detail.slice(1, met), reasons: detail.slice(reasons + 11, met) };
}

/** Every form in which `withoutId` would find it, as JSON writes it. */
function mayHold(json: string, id: string): boolean {
  if (json.includes(quoted(id).slice(1, -1))) return true;
  if (/^[\w.!~*'()-]*$/.test(id)) return false;
  if (json.includes(encodeURIComponent(id))) return true;
  try {
    return json.includes(quoted(decodeURIComponent(id)).slice(1, -1));
  } catch {
    return false;
  }
}

/** Title, clauses, message and remediation as `toNative` gives them: the same for every finding of one kind. */
function fixedFor(row: FindingsTable, reasons: string, catalogue: Catalogue): Buffer {
  const known = fixedOf.get(catalogue) ?? new Map<string, Buffer>();
  fixedOf.set(catalogue, known);
  const same = `${row.policy}\n${row.vendor}\n${row.kind}\n${row.verdict}\n${row.confirmed}`;
  const unknown = `\n${row.subject_id === ''}\n${row.affected}\n${reasons}`;
  const key = row.verdict === 'unknown' ? same + unknown : same;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { title, clauses, message, remediation } = nativeOf(row, null, catalogue, 'plain');
  const fixed = Buffer.from(JSON.stringify({ title, clauses, message, remediation }).slice(1, -1));
  if (known.size >= mostFixed) known.clear();
  known.set(key, fixed);
  return fixed;
}

function subjectText(row: FindingsTable, view: IdView): string {
  const { kind, subject_id: id, subject_ref: ref, subject_name: name } = row;
  const hidden = view === 'ref' && kind !== 'deployment' && id !== '';
  const shown = hidden ? nameWithoutId(name, id) : name;
  let text = `{"kind":"${kind}","name":${shown === null ? 'null' : quoted(shown)}`;
  if (id !== '' && !hidden) text += `,"id":${quoted(id)}`;
  if (id !== '' && kind !== 'deployment' && ref !== '') text += `,"ref":${quoted(ref)}`;
  return `${text}}`;
}

function lifeText(row: FindingsTable, seen: Seen | null): string {
  let text = row.affected == null ? '' : `,"affected":${row.affected}`;
  text += `,"status":"${row.status}"`;
  if (seen?.stale === true) text += ',"stale":true';
  text += `,"cause":"${row.cause}","opened_at":${timeText(row.opened_at)}`;
  // An event of before this was kept does not have it.
  text += `,"first_opened_at":${timeText(row.first_opened_at ?? row.opened_at)}`;
  text += `,"changed_at":${timeText(row.changed_at)}`;
  if (seen?.lastSeenAt != null) text += `,"last_seen_at":${timeText(seen.lastSeenAt)}`;
  if (row.resolved_at != null) text += `,"resolved_at":${timeText(row.resolved_at)}`;
  if (row.waiver_json != null) text += `,"waiver":${row.waiver_json}`;
  return text;
}

const plain = /^[\w .:/@-]*$/;

/** JSON of a text; most need no escape. */
export const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

const times = new Map<number, string>();

/** Many findings share few moments: those of scans. */
export function timeText(ms: number): string {
  const known = times.get(ms);
  if (known !== undefined) return known;
  const text = `"${new Date(ms).toISOString()}"`;
  if (times.size >= 2_000) times.clear();
  times.set(ms, text);
  return text;
}
