/** Milliseconds since the Unix epoch, UTC. */
export type Ms = number;

export const reasonCodes = [
  'not_permitted',
  'unreachable',
  'throttled',
  'too_large',
  'invalid_answer',
  'undecidable',
  'not_observable',
  'not_supported_by_version',
  'version_unknown',
  'not_configured',
  'incomplete',
  'conflicting',
  'no_longer_visible',
  'not_running',
  'stale',
  'attestation_missing',
  'attestation_expired',
] as const;

/** Why a fact has no value; closed. */
export type ReasonCode = (typeof reasonCodes)[number];

/** What an administrator could give so that the hole closes; `name` is the permission, key, grant or policy. */
export interface Fill {
  kind: 'permission' | 'config' | 'sql' | 'version' | 'attestation';
  name: string;
}

export interface Reason {
  code: ReasonCode;
  /** Never holds secrets, names of persons, message text or join links. */
  detail?: string;
  fill?: Fill;
}

/** Short name of one endpoint, file or query of a vendor, as its adapter declares it. */
export type SourceId = string;

export type LayerName = 'room' | 'site' | 'role' | 'server' | 'balancer';

/** One of the stacked settings behind a value; exactly one layer of a chain decides. */
export interface Layer {
  layer: LayerName;
  path: string;
  value: unknown;
  decides: boolean;
}

export interface Evidence {
  source: SourceId;
  /** The call, file or query, without secrets and query strings. */
  locator: string;
  /** Where in the answer the value stood: element path, JSON path, key, column. */
  path: string;
  observed_at: Ms;
  /** What a file said of its own time (modification), where that differs from the observation. */
  content_time?: Ms;
  provenance: 'direct' | 'derived' | 'documented_default';
  /** `overridable`: a participant can change it; a room never inherits a pass from it. */
  force: 'enforced' | 'default' | 'overridable';
  chain?: Layer[];
}

export type Bound = 'at_least' | 'at_most';

/** A finite number; the object form where a source gives only one side. */
export type Quantity = number | { value: number; bound: Bound };

/** How long something is kept: never a sentinel number. Seconds. */
export type Retention = { unlimited: true } | { seconds: number; bound?: Bound };

/** Texts; an incomplete list has one unknown element, and `missing` says why. */
export type ListValue =
  | { items: string[]; complete: true }
  | { items: string[]; complete: false; missing: Reason };

export type FactValue = boolean | string | Quantity | Retention | ListValue;

export type Fact<T = FactValue> =
  | { value: T; evidence: Evidence[] }
  | { unavailable: Reason; evidence: Evidence[] };

export function known<T extends FactValue>(value: T, evidence: Evidence | Evidence[]): Fact<T> {
  return { value, evidence: Array.isArray(evidence) ? evidence : [evidence] };
}

/** A hole. `evidence` names the source that was tried, where one was. */
export function hole(reason: Reason, evidence: Evidence | Evidence[] = []): Fact<never> {
  return { unavailable: reason, evidence: Array.isArray(evidence) ? evidence : [evidence] };
}

export function isKnown<T>(fact: Fact<T> | undefined): fact is { value: T; evidence: Evidence[] } {
  return fact !== undefined && 'value' in fact;
}

export function reason(code: ReasonCode, detail?: string, fill?: Fill): Reason {
  if (fill === undefined) return detail === undefined ? { code } : { code, detail };
  return detail === undefined ? { code, fill } : { code, detail, fill };
}

export const notConfigured = (key: string, detail?: string): Reason =>
  reason('not_configured', detail, { kind: 'config', name: key });

export const notPermitted = (permission: string, detail?: string): Reason =>
  reason('not_permitted', detail, { kind: 'permission', name: permission });

/** U+0000 and lone surrogates cannot be stored or sent; both become U+FFFD here, at the edge. */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
