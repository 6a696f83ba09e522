import type { z } from 'zod';
import type { AuditLog, MadeToken, Tokens } from '../api/schemas/access.ts';
import type { Finding, FindingWithHistory } from '../api/schemas/finding.ts';
import type { Groups } from '../api/schemas/group.ts';
import type { Changes, Matrix } from '../api/schemas/matrix.ts';
import type { Policies, PolicyDetail } from '../api/schemas/policy.ts';
import type { Preview } from '../api/schemas/preview.ts';
import type { Coverage, RoomDetail, RoomsPage, Scan, ScansPage, Targets } from '../api/schemas/target.ts';
import type { Trends } from '../api/schemas/trend.ts';
import type { Attestations, WaiverDetail, WaiverReview, Waivers } from '../api/schemas/waiver.ts';

/** What the calls answer, from the schemas that the server answers by. */
export type MatrixView = z.output<typeof Matrix>;
export type MatrixTarget = MatrixView['targets'][number];
export type MatrixCell = MatrixTarget['cells'][string];
export type ChangesView = z.output<typeof Changes>;
export type FindingView = z.output<typeof Finding>;
export type FindingDetail = z.output<typeof FindingWithHistory>;
export type EvidenceView = FindingView['evidence'][number];
export type TargetsView = z.output<typeof Targets>;
export type TargetView = TargetsView['targets'][number];
export type PoliciesView = z.output<typeof Policies>;
export type PolicyView = z.output<typeof PolicyDetail>;
export type PreviewView = z.output<typeof Preview>;
export type TrendsView = z.output<typeof Trends>;
export type CoverageView = z.output<typeof Coverage>;
export type RoomsView = z.output<typeof RoomsPage>;
export type RoomView = z.output<typeof RoomDetail>;
export type ScanView = z.output<typeof Scan>;
export type ScansView = z.output<typeof ScansPage>;
export type GroupsView = z.output<typeof Groups>;
export type GroupView = GroupsView['groups'][number];
export type WaiversView = z.output<typeof Waivers>;
export type WaiverView = WaiversView['waivers'][number];
export type WaiverDetailView = z.output<typeof WaiverDetail>;
export type ReviewView = z.output<typeof WaiverReview>;
export type AttestationsView = z.output<typeof Attestations>;
export type AttestationView = AttestationsView['attestations'][number];
export type AuditView = z.output<typeof AuditLog>;
export type TokensView = z.output<typeof Tokens>;
export type TokenView = TokensView['tokens'][number];
export type MadeTokenView = z.output<typeof MadeToken>;
export interface FindingsView {
  violations: FindingView[];
  next_cursor: string | null;
  has_more: boolean;
  total?: number;
  total_capped?: true;
}
