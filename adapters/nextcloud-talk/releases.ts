import { type FactValue, type Reason, reason } from '../contract/fact.ts';
import {
  branchOf,
  type ListInUse,
  type ListsInUse,
  type ReleaseBook,
  type ReleaseBranch,
} from '../contract/releases.ts';
import { parseVersion } from '../contract/version.ts';
import type { FactName } from '../contract/vocabulary.ts';

const dated = '2026-11-21';

/**
 * Majors of Nextcloud and of Talk (always ten less), the last day with fixes, and the newest patch known on `dated`.
 * A major that is not listed is unknown, not outdated.
 */
export const releases = {
  server: {
    depth: 1,
    endOfLife: 'nextcloud',
    shipped: {
      dated,
      branches: [
        { branch: '25', ends: '2023-10-31' },
        { branch: '26', ends: '2024-03-31' },
        { branch: '27', ends: '2024-06-30' },
        { branch: '28', ends: '2024-12-31' },
        { branch: '29', ends: '2025-04-30' },
        { branch: '30', ends: '2025-09-30' },
        { branch: '31', ends: '2026-02-28', latest: '31.0.11' },
        { branch: '32', ends: '2026-09-30', latest: '32.0.14' },
        { branch: '33', ends: '2027-02-28', latest: '33.0.8' },
        { branch: '34', ends: '2027-06-30', latest: '34.0.4' },
        { branch: '35', ends: '2027-09-30', latest: '35.0.3' },
      ],
    },
  },
  spreed: {
    depth: 1,
    shipped: {
      dated,
      branches: [
        { branch: '22', latest: '22.0.15' },
        { branch: '23', latest: '23.0.7' },
        { branch: '24', latest: '24.0.5' },
        { branch: '25', latest: '25.0.5' },
      ],
    },
  },
} as const satisfies ReleaseBook;

export type Component = keyof typeof releases;
export type Releases = ListsInUse<Component>;

export function releaseOf(inUse: ListInUse, version: string): ReleaseBranch | null {
  if (!('list' in inUse)) return null;
  const found = branchOf(inUse.list, 1, version);
  return found === 'over' ? { branch: version, ends: true } : found;
}

/**
 * What a major of Talk does without any setting, or cannot do at all. 22 and 23 by the vendor's capability list and
 * source, 24 and 25 by the changelog; nothing is said about other majors.
 */
const documented: Partial<Record<FactName, { from: number; to: number; value: FactValue }>> = {
  attention_tracking_supported: { from: 22, to: 25, value: false },
  activity_statistics_switchable: { from: 22, to: 25, value: false },
  recording_auto_start: { from: 22, to: 23, value: false },
  room_recording_switch_supported: { from: 22, to: 24, value: false },
  default_room_password_required: { from: 22, to: 23, value: false },
  default_room_waiting_room_enabled: { from: 22, to: 23, value: false },
  room_password_in_invite_link: { from: 22, to: 22, value: false },
  guest_access_allowed: { from: 22, to: 23, value: true },
  guest_access_decided_in_rooms: { from: 22, to: 25, value: true },
  guest_name_required: { from: 22, to: 22, value: false },
  shared_notes_persisted: { from: 22, to: 25, value: false },
  remote_control_supported: { from: 22, to: 25, value: false },
  room_dial_in_pin_length: { from: 22, to: 22, value: 7 },
  user_directory_visible_to_guests: { from: 22, to: 22, value: false },
};

export function documentedValue(fact: FactName, talk: string): FactValue | Reason {
  const major = parseVersion(talk)?.numbers[0];
  const entry = documented[fact];
  if (major === undefined || entry === undefined) return reason('version_unknown');
  if (major >= entry.from && major <= entry.to) return entry.value;
  return reason('not_supported_by_version', `not known for Talk ${major}`);
}
