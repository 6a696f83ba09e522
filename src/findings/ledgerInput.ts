import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Judgement } from '../policy/types.ts';
import type { StoreTransaction } from '../store/index.ts';
import type { SourceStates } from './aggregate.ts';
import type { Judged } from './judged.ts';
import type { Look } from './settled.ts';
import type { Cause } from './types.ts';
import type { HoldableWaiver } from './waivers.ts';

export interface LedgerInput {
  tx: StoreTransaction;
  catalogue: Catalogue;
  target: string;
  vendor: string;
  scan: string | null;
  now: number;
  states: SourceStates;
  waivers: readonly HoldableWaiver[];
  /** The target had no findings when the pass began. */
  fresh?: boolean;
  /** Kinds whose findings are told as one `baseline` event instead of one by one. */
  baseline: ReadonlySet<SubjectKind>;
  /** Why a finding of this policy moves; `unchanged` where the subject's own facts are as they were. */
  causeOf(judgement: Judgement | null, policy: string, unchanged: boolean): Cause;
  refOf(id: string): string;
  nameOf(name: string | null): string | null;
  /** Policies that are looked at; findings of others stay as they are. Left out: all. */
  only?: ReadonlySet<string>;
  /** Each verdict of the items that are counted, with whether a waiver holds. */
  onVerdict?(kind: SubjectKind, judgement: Judgement, waived: boolean): void;
}

export interface LedgerItem {
  judged: Judged;
  /** The inventory did not know the subject. */
  isNew?: boolean;
  /** The subject's facts are those of the scan before. */
  unchanged: boolean;
  /** As it stands in the inventory already: a pseudonym is not made of a pseudonym. */
  storedName?: string | null;
  /** Findings of rules that were not judged this time stay as they are. */
  partial?: true;
  /** `onVerdict` hears of it. */
  counted?: true;
  /** Where all findings of the subject are looked at, and the inventory keeps its key. */
  look?: Look;
  /** The inventory has this key already, from the last look at these findings. */
  settled?: boolean;
}
