import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { ConfiguredWaiver } from '../config/types.ts';
import type { Judgement, PolicyForce } from '../policy/types.ts';
import { type Judged, tagsOf } from './judged.ts';
import { severityRank } from './severity.ts';

/** Waiver id to what it was first used for: a rise beyond it ends the waiver for this finding, for good. */
export type WaiverMemory = Readonly<Record<string, { rank: number; version: number; over?: true }>>;

/** A waiver wherever it stands. */
export type HoldableWaiver = Omit<ConfiguredWaiver, 'origin'>;

export interface Waivable {
  policy: string;
  force: PolicyForce;
  policyVersion: number;
  target: string;
  kind: SubjectKind;
  id: string;
  aliases: readonly string[];
  tags: readonly string[];
  severityRank: number;
}

/** The waiver that lasts longest of those that hold, or null. Several at once: waived while any holds. */
export function holdingWaiver(
  finding: Waivable,
  waivers: readonly HoldableWaiver[],
  memory: WaiverMemory,
  now: number,
): HoldableWaiver | null {
  const holding = waivers.filter((waiver) => holds(waiver, finding, memory, now));
  return holding.toSorted((a, b) => b.until - a.until || (a.id < b.id ? -1 : 1))[0] ?? null;
}

function holds(waiver: HoldableWaiver, finding: Waivable, memory: WaiverMemory, now: number): boolean {
  if (waiver.policy !== finding.policy || waiver.target !== finding.target) return false;
  if (now > waiver.until) return false;
  if (finding.force === 'must' && waiver.approvedBy === undefined) return false;
  if (!covers(waiver, finding)) return false;
  const first = memory[waiver.id];
  return first === undefined || (first.over !== true && !outgrown(finding, first));
}

function outgrown(
  finding: Pick<Waivable, 'severityRank' | 'policyVersion'>,
  first: WaiverMemory[string],
): boolean {
  return finding.severityRank > first.rank || finding.policyVersion !== first.version;
}

/** What is remembered after this look: a waiver that was outgrown once stays over. */
export function remember(
  finding: Waivable,
  memory: WaiverMemory,
  holding: HoldableWaiver | null,
): WaiverMemory {
  const next: Record<string, WaiverMemory[string]> = {};
  for (const [id, first] of Object.entries(memory)) {
    next[id] = first.over === true || outgrown(finding, first) ? { ...first, over: true } : first;
  }
  if (holding !== null) next[holding.id] ??= { rank: finding.severityRank, version: finding.policyVersion };
  return next;
}

function covers(waiver: HoldableWaiver, finding: Waivable): boolean {
  if (waiver.room !== undefined) {
    if (finding.kind !== 'room') return false;
    if (waiver.room !== finding.id && !finding.aliases.includes(waiver.room)) return false;
  }
  return waiver.tag === undefined || (finding.kind === 'room' && finding.tags.includes(waiver.tag));
}

/** The waiver that would hold for a judgement that has no history. */
export function waiverOf(
  target: string,
  judged: Pick<Judged, 'kind' | 'id' | 'aliases' | 'facts'>,
  judgement: Judgement,
  rules: { force: PolicyForce; waivers: readonly HoldableWaiver[]; now: number },
): HoldableWaiver | null {
  if (rules.waivers.length === 0) return null;
  if (judgement.verdict !== 'violation' && judgement.verdict !== 'unknown') return null;
  const { kind, id, aliases, facts } = judged;
  const { policy, policyVersion, severity } = judgement;
  const place = { target, kind, id, aliases, tags: tagsOf(facts) };
  const finding = {
    policy,
    policyVersion,
    force: rules.force,
    severityRank: severityRank(severity),
    ...place,
  };
  return holdingWaiver(finding, rules.waivers, {}, rules.now);
}
