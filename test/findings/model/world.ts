/** What a run of the model test can do and see: shared by the real ledger's driver and by the reference model. */

export type Population = 'all' | 'visible' | 'running';
export type Policy = 'access' | 'presence' | 'record-kept' | 'recordings';
export const policies: readonly Policy[] = ['access', 'presence', 'record-kept', 'recordings'];

export interface Room {
  id: string;
  /** `torn`: sources contradict each other. */
  password: boolean | 'torn';
  /** Makes the same violation critical. */
  recordable: boolean;
  tagged: boolean;
}

export interface Recording {
  id: string;
  room: string;
  /** End of the meeting, ms. */
  made: number;
}

/** How one scan goes: which sources fail, and whether the list of rooms comes to its end. */
export interface ScanPlan {
  kind: 'whole' | 'broken off';
  list: 'complete' | 'partial' | 'failed';
  detail: 'complete' | 'failed';
  site: 'complete' | 'failed';
  recordings: 'complete' | 'failed';
  /** Rooms that a partial list names. */
  listed: ReadonlySet<string>;
}

export interface Waiver {
  name: string;
  policy: Policy;
  room?: string;
  tag?: true;
  /** Key of one finding. */
  finding?: string;
  approved: boolean;
  until: number;
}

export interface Attestation {
  name: string;
  value: boolean;
  from: number;
  until: number;
}

export type Action =
  | { do: 'scan'; plan: ScanPlan; rooms: Room[]; recordings: Recording[]; presence: boolean }
  | { do: 'waive'; waiver: Waiver }
  | { do: 'revoke waiver'; name: string }
  | { do: 'attest'; attestation: Attestation }
  | { do: 'revoke attestation'; name: string }
  /** Seconds that a recording may be kept. */
  | { do: 'parameter'; age: number }
  | { do: 'version'; version: number }
  | { do: 'remove target' }
  | { do: 'return target' }
  | { do: 'wait' };

/** `kind id policy`; of an aggregate the id is `*`. */
export const keyOf = (kind: string, id: string, policy: string): string => `${kind} ${id} ${policy}`;

export interface Standing {
  status: string;
  verdict: string;
  confirmed: boolean;
  severity: string;
  version: number;
  waiver: string | null;
  affected: number | null;
  opened: number;
}

export interface Told {
  key: string;
  event: string;
  cause: string;
}
