import { describe, expect, it } from 'vitest';
import { sample, samplesPresent } from './samples.ts';
import { scanTables, tables } from './tables.ts';
import { factsOf } from './world.ts';

interface SampleOption {
  site: string;
  stored: string | null;
  effective: string | boolean | null;
  code_length: number | null;
  code_digits_only: boolean | null;
}
interface SampleRoom {
  friendly_id: string;
  meeting_id: string;
  room_name: string;
  owner_role: string | null;
  owner_can_record: string | null;
  shared_with: number;
  options: Record<string, SampleOption>;
}

const rooms: SampleRoom[] = samplesPresent ? JSON.parse(sample('greenlight-sql-rooms.json')) : [];

/** A code of the recorded length and kind; null where there is no row. */
function stored(name: string, option: SampleOption): string | null {
  if (!name.endsWith('AccessCode')) return option.stored;
  if (option.code_length === null) return null;
  return (option.code_digits_only === true ? '1234567890' : 'a1b2c3d4e5').slice(0, option.code_length);
}

describe.skipIf(!samplesPresent)(
  'recorded rows of Greenlight, put back into tables (skipped where ../shared is absent)',
  () => {
    it('mean what was recorded', async () => {
      const [first] = rooms;
      const site = Object.fromEntries(
        Object.entries(first?.options ?? {}).map(([name, { site: value }]) => [name, value]),
      );
      const { url } = await tables({
        site,
        rooms: rooms.map((row) => ({
          meetingId: row.meeting_id,
          friendlyId: row.friendly_id,
          name: row.room_name,
          role:
            row.owner_role === null
              ? null
              : row.owner_can_record === 'true'
                ? ('recorder' as const)
                : ('user' as const),
          sharedWith: Array.from({ length: row.shared_with }, () => 'user' as const),
          options: Object.fromEntries(
            Object.entries(row.options).map(([name, option]) => [name, stored(name, option)]),
          ),
        })),
      });
      const scan = await scanTables(url);
      const facts = rooms.map(({ meeting_id }) => factsOf(scan, `room ${meeting_id}`));
      expect(facts[0]).toMatchObject({
        room_recording_allowed: true,
        room_password_required: true,
        room_password_length: 6,
        room_password_entropy_bits: 31,
        room_waiting_room_enabled: '? not_configured properties',
        room_guest_access_allowed: true,
        room_link_guessable: false,
      });
      expect(facts[1]).toMatchObject({
        room_recording_allowed: false,
        room_password_required: true,
        room_password_length: 6,
        room_password_entropy_bits: 19,
        room_waiting_room_enabled: false,
        room_contradictions: { items: ['lobby_set_but_void'], complete: true },
      });
      expect(facts[2]).toMatchObject({
        room_recording_allowed: false,
        room_password_required: false,
        room_password_length: '? not_observable',
        room_waiting_room_enabled: '? not_configured properties',
        room_join_with_audio_muted: '? not_configured properties',
      });
      expect(factsOf(scan, 'deployment -')['contradictions']).toMatchObject({
        items: ['code_forced_but_missing'],
      });
    });
  },
);
