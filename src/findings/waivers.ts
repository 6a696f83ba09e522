import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { ConfiguredWaiver } from '../config/types.ts';
import type { Judgement, PolicyForce } from '../policy/types.ts';
import { type Judged, roomsOf, tagsOf } from './judged.ts';
import { severityRank } from './severity.ts';

/** Waiver id to what it was first used for: a rise beyond it ends the waiver for this finding, for good. */
export type WaiverMemory = Readonly<Record<string, { rank: number; version: number; over?: true }>>;

/** A waiver wherever it stands. */
export type HoldableWaiver = Omit<ConfiguredWaiver, 'origin'>;

export interface Waivable {
  uid: string;
  policy: string;
  force: PolicyForce;
  policyVersion: number;
  target: string;
  kind: SubjectKind;
  /** What the room that it is about is called: its id and aliases; of a recording the id of its room. */
  rooms: readonly string[];
  tags: readonly string[];
  severityRank: number;
}

export const whysNot = ['elsewhere', 'over', 'not_approved', 'severity_rose', 'policy_changed'] as const;
/** `elsewhere`: the waiver is about something else. */
export type WhyNot = (typeof whysNot)[number];

/** The waiver that lasts longest of those that hold, or null. Several at once: waived while any holds. */
export function holdingWaiver(
  finding: Waivable,
  waivers: readonly HoldableWaiver[],
  memory: WaiverMemory,
  now: number,
): HoldableWaiver | null {
  const holding = waivers.filter((waiver) => whyNot(waiver, finding, memory, now) === null);
  return holding.toSorted((a, b) => b.until - a.until || (a.id < b.id ? -1 : 1))[0] ?? null;
}

/** Null where the waiver holds for this finding. */
export function whyNot(
  waiver: HoldableWaiver,
  finding: Waivable,
  memory: WaiverMemory,
  now: number,
): WhyNot | null {
  if (waiver.policy !== finding.policy || waiver.target !== finding.target) return 'elsewhere';
  if (!covers(waiver, finding)) return 'elsewhere';
  if (now > waiver.until) return 'over';
  if (finding.force === 'must' && waiver.approvedBy === undefined) return 'not_approved';
  const first = memory[waiver.id];
  if (first === undefined || (first.over !== true && !outgrown(finding, first))) return null;
  return finding.policyVersion === first.version ? 'severity_rose' : 'policy_changed';
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

function covers({ finding, room, tag }: HoldableWaiver, found: Waivable): boolean {
  if (finding !== undefined && finding !== found.uid) return false;
  if (room !== undefined && !found.rooms.includes(room)) return false;
  return tag === undefined || (found.kind === 'room' && found.tags.includes(tag));
}

/** The waiver that would hold for a judgement that has no history. Most have none: their uid is not computed. */
export function waiverOf(
  target: string,
  uid: () => string,
  judged: Pick<Judged, 'kind' | 'id' | 'aliases' | 'facts'>,
  judgement: Judgement,
  rules: { force: PolicyForce; waivers: readonly HoldableWaiver[]; now: number },
): HoldableWaiver | null {
  const { policy, policyVersion, severity, verdict } = judgement;
  const waivers = rules.waivers.filter((waiver) => waiver.policy === policy);
  if (waivers.length === 0 || (verdict !== 'violation' && verdict !== 'unknown')) return null;
  const finding = {
    uid: uid(),
    policy,
    policyVersion,
    target,
    force: rules.force,
    kind: judged.kind,
    rooms: roomsOf(judged),
    tags: tagsOf(judged.facts),
    severityRank: severityRank(severity),
  };
  return holdingWaiver(finding, waivers, {}, rules.now);
}
