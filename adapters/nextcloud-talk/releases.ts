import { type FactValue, type Ms, type Reason, reason } from '../contract/fact.ts';
import { parseVersion } from '../contract/version.ts';
import type { FactName } from '../contract/vocabulary.ts';

/**
 * Majors of Nextcloud and of Talk (always ten less), the month after which a major gets no more fixes, and the newest
 * patch known on `dated`. A major that is not listed is unknown, not outdated.
 */
export const releases = {
  dated: '2026-11-21',
  majors: [
    { server: 25, endOfLife: '2023-10' },
    { server: 26, endOfLife: '2024-03' },
    { server: 27, endOfLife: '2024-06' },
    { server: 28, endOfLife: '2024-12' },
    { server: 29, endOfLife: '2025-04' },
    { server: 30, endOfLife: '2025-09' },
    { server: 31, endOfLife: '2026-02', latest: { server: '31.0.11' } },
    { server: 32, endOfLife: '2026-09', latest: { server: '32.0.14', spreed: '22.0.15' } },
    { server: 33, endOfLife: '2027-02', latest: { server: '33.0.8', spreed: '23.0.7' } },
    { server: 34, endOfLife: '2027-06', latest: { server: '34.0.4', spreed: '24.0.5' } },
    { server: 35, endOfLife: '2027-09', latest: { server: '35.0.3', spreed: '25.0.5' } },
  ],
} as const satisfies {
  dated: string;
  majors: readonly { server: number; endOfLife: string; latest?: { server: string; spreed?: string } }[];
};

export type Component = 'server' | 'spreed';

interface Release {
  /** First instant of the month after the last one with fixes. */
  endsAt: Ms;
  latest: string | undefined;
}

export function releaseOf(component: Component, version: string): Release | undefined {
  const major = parseVersion(version)?.numbers[0];
  const server = major === undefined || component === 'server' ? major : major + 10;
  const found = releases.majors.find((entry) => entry.server === server);
  if (found === undefined) return undefined;
  const [year = Number.NaN, month = Number.NaN] = found.endOfLife.split('-').map(Number);
  const latest: { server: string; spreed?: string } | undefined =
    'latest' in found ? found.latest : undefined;
  return { endsAt: Date.UTC(year, month, 1), latest: latest?.[component] };
}

/** Seconds since the list was made; never negative. */
export function listAge(now: Ms): number {
  return Math.max(0, Math.floor((now - Date.parse(`${releases.dated}T00:00:00Z`)) / 1000));
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
