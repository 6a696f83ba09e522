import type { Adapter } from '../../adapters/contract/adapter.ts';
import type { ReasonCode } from '../../adapters/contract/fact.ts';
import type { AllowedCall } from '../../adapters/contract/http.ts';
import type { Fault, SimulatedRequest, SimulatorServer } from '../../adapters/contract/simulator.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { AnswerKind, Mutation } from './mutations.ts';

export interface Started {
  simulator: SimulatorServer;
  /** Further servers of the same target (another front end). */
  others?: readonly SimulatorServer[];
  /** Keys of `targets[]`, common ones and the vendor's, pointing at the simulator. */
  settings: object;
  /** Values of the secret references in the settings, by environment name or file path. */
  secretValues?: Readonly<Record<string, string>>;
  secrets: readonly string[];
  persons: readonly string[];
  messages: readonly string[];
  /** Planted where the HTTP log does not see it (WebSocket). */
  sentElsewhere?: readonly string[];
  /** A path at which a wrong login is answered: with 401 there, no second login may be sent. */
  loginFailurePath?: RegExp;
  close(): Promise<void>;
}

export type FaultName =
  | '401'
  | '403'
  | '404'
  | '429'
  | '500'
  | 'html'
  | 'truncated'
  | 'huge'
  | 'silence'
  | 'reset';

export interface FaultOverrides {
  /** Paths whose failure takes every other source with it (login, start page). */
  essential?: readonly RegExp[];
  /** Other reason codes for one fault at one path; `unnoticed` where nothing rests on the answer. */
  expect?(path: string, fault: FaultName): readonly ReasonCode[] | 'unnoticed' | undefined;
}

export interface MutationOptions {
  /** Kind of answer by path; the first that fits. Left out: told from the body. */
  kinds?: readonly { path: RegExp; kind: AnswerKind }[];
  /** Why this damage cannot be seen by anybody (free text, a name); null = it must be. */
  exempt?(path: string, mutation: Mutation): string | null;
  /** Joins requests that differ by time or nonce only. */
  key?(request: SimulatedRequest): string;
  perAnswer?: number;
  total?: number;
}

/** Why this damage to a table or file cannot be seen by anybody; null = it must be. */
export type StoredExempt = (path: string, kind: string, problems: readonly string[]) => string | null;

export interface StoredOptions {
  exempt?: StoredExempt;
  /** Facts over all keys of a file (lists of hosts, shortest secret): their evidence does not name each of them. */
  sums?: readonly FactName[];
  total?: number;
}

export interface ContractSpec {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: every vendor has a configuration type of its own
  adapter: Adapter<any>;
  start(): Promise<Started>;
  /** Paths below the origin, or below a base address that stands in the settings. */
  readOnly: readonly AllowedCall[];
  tags?: Readonly<Record<string, readonly string[]>>;
  faultCases?: FaultOverrides;
  mutate?: MutationOptions;
  tables?: StoredOptions;
  files?: StoredOptions;
}

export const faults: Readonly<Record<FaultName, { fault: Fault; codes: readonly ReasonCode[] }>> = {
  '401': { fault: { kind: 'status', status: 401 }, codes: ['not_permitted'] },
  '403': { fault: { kind: 'status', status: 403 }, codes: ['not_permitted'] },
  '404': { fault: { kind: 'status', status: 404 }, codes: ['unreachable', 'not_supported_by_version'] },
  '429': { fault: { kind: 'status', status: 429 }, codes: ['throttled'] },
  '500': { fault: { kind: 'status', status: 500 }, codes: ['unreachable'] },
  html: { fault: { kind: 'html' }, codes: ['unreachable'] },
  truncated: { fault: { kind: 'truncated' }, codes: ['unreachable'] },
  huge: { fault: { kind: 'huge', bytes: 200 * 1024 * 1024 }, codes: ['too_large'] },
  silence: { fault: { kind: 'silence' }, codes: ['unreachable'] },
  reset: { fault: { kind: 'reset' }, codes: ['unreachable'] },
};
