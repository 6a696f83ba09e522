import { afterEach, describe, expect, it } from 'vitest';
import { readRoom } from '../../src/scan/room.ts';
import { eachStore, type Opened } from '../store/helper.ts';
import { Estate, secret } from './pushes.ts';

const remote = 'remote-control-disabled';
const recorded = 'live-no-recording';
const minute = 60_000;
const unmuting = { usersProp: { allowModsToUnmuteUsers: true } };
const harmless = { usersProp: { allowModsToUnmuteUsers: false } };

eachStore((open) => {
  const estates: Estate[] = [];
  afterEach(async () => {
    for (const estate of estates.splice(0)) await estate.close();
  });
  async function begin(): Promise<{ estate: Estate; opened: Opened }> {
    const opened = await open();
    const estate = await Estate.open(opened.store);
    estates.push(estate);
    await estate.scan();
    return { estate, opened };
  }

  describe('what an event told of a meeting', () => {
    it('holds through every scan that lists it, and through a restart', async () => {
      const { estate, opened } = await begin();
      estate.now += minute;
      const meeting = estate.begin('m1');
      await estate.tellCreated(meeting, unmuting);
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      for (const later of [5 * minute, 30 * minute, 26 * 60 * minute]) {
        estate.now += later;
        if (later === 30 * minute) {
          await estate.store.close();
          await estate.restart((await open(opened.location)).store);
        }
        await estate.scan();
        expect(await estate.finding(remote, 'm1')).toBe('violation open');
        expect(await estate.fact('room_remote_control_allowed', 'm1')).toBe(true);
      }
      expect(await estate.events(remote, 'm1')).toEqual(['opened']);
    });

    it('is judged after many scans that saw nothing new, as after the first', async () => {
      const { estate } = await begin();
      for (let hours = 0; hours < 50; hours += 10) {
        estate.now += 10 * 60 * minute;
        await estate.scan();
      }
      await estate.tellCreated(estate.begin('m1'), unmuting);
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.fact('room_dial_in_pin_required', 'm1')).toBe(true);
      estate.now += 30 * 60 * minute;
      await estate.scan();
      const read = await readRoom({ ...estate.deps, now: () => estate.now }, estate.target, 'm1', 'plain');
      const stale = read?.facts.filter((line) => JSON.stringify(line).includes('"stale"'));
      expect(stale).toEqual([]);
    });

    it('passes while that meeting lasts, and is unknown in the next one', async () => {
      const { estate } = await begin();
      await estate.tellCreated(estate.begin('m1'), harmless);
      estate.now += 5 * minute;
      await estate.scan();
      expect(await estate.fact('room_remote_control_allowed', 'm1')).toBe(false);
      // Its end was never told, nor the creation of the next.
      estate.now += 5 * minute;
      estate.begin('m1');
      await estate.scan();
      expect(await estate.fact('room_remote_control_allowed', 'm1')).toBe('? not_configured');
      expect(await estate.notes()).toEqual([]);
    });

    it('never makes good what an earlier meeting violated, nor the reverse', async () => {
      const { estate } = await begin();
      const first = estate.begin('m1');
      await estate.tellCreated(first, harmless);
      estate.now += 5 * minute;
      await estate.scan();
      estate.now += 5 * minute;
      const second = estate.begin('m1');
      await estate.tellCreated(second, unmuting);
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      // The event of the first one comes again, late.
      await estate.tellCreated(first, harmless);
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      estate.now += 5 * minute;
      await estate.scan();
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.notes()).toEqual(['m1']);
    });

    it('a damaged event leaves nothing of the meeting before', async () => {
      const { estate } = await begin();
      await estate.tellCreated(estate.begin('m1'), harmless);
      estate.now += 5 * minute;
      await estate.scan();
      estate.now += 5 * minute;
      const damaged = { usersProp: { allowModsToUnmuteUsers: 'x' }, recordProp: { record: 'x' } };
      await estate.tellCreated(estate.begin('m1'), damaged);
      expect(await estate.fact('room_remote_control_allowed', 'm1')).toBe('? invalid_answer');
      expect(await estate.fact('room_recording_allowed', 'm1')).toBe('? invalid_answer');
      expect(await estate.fact('room_dial_in_enabled', 'm1')).toBe(false);
    });

    it('that a scan found over, or that ended before, opens nothing', async () => {
      const { estate } = await begin();
      const over = estate.begin('m1');
      estate.end('m1');
      await estate.tellEnded(over);
      await estate.tellCreated(over, unmuting);
      expect(await estate.state('m1')).toBeUndefined();
      const missed = estate.begin('m2');
      estate.end('m2');
      estate.now += 3 * minute;
      await estate.scan();
      await estate.tellCreated(missed, unmuting);
      expect(await estate.finding(remote, 'm2')).toBeNull();
      estate.now += 3 * minute;
      await estate.scan();
      expect(await estate.notes()).toEqual([]);
    });

    it('is kept while the server does not answer, and decides nothing then', async () => {
      const { estate } = await begin();
      await estate.tellCreated(estate.begin('m1'), unmuting);
      estate.now += 5 * minute;
      estate.server.world = { ...estate.server.world, secret: 'changed-0123456789abcdefghij' };
      await estate.scan();
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.notes()).toEqual(['m1']);
      estate.server.world = { ...estate.server.world, secret };
      estate.now += 5 * minute;
      await estate.scan();
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.events(remote, 'm1')).toEqual(['opened']);
    });

    it('is closed with its meeting', async () => {
      const { estate } = await begin();
      const meeting = estate.begin('m1');
      await estate.tellCreated(meeting, unmuting);
      estate.now += 5 * minute;
      estate.end('m1');
      await estate.tellEnded(meeting);
      expect(await estate.notes()).toEqual([]);
      await estate.scan();
      expect(await estate.finding(remote, 'm1')).toBe('violation closed');
      expect(await estate.state('m1')).toBe('ended');
    });

    it('is forgotten once the target no longer says what for', async () => {
      const { estate } = await begin();
      await estate.tellCreated(estate.begin('m1'), harmless);
      await estate.restart(estate.store, { live: false });
      estate.now += 5 * minute;
      await estate.scan();
      expect(await estate.notes()).toEqual([]);
      expect(await estate.fact('room_remote_control_allowed', 'm1')).toBe('? not_configured');
    });

    it('is forgotten after a week without a scan', async () => {
      const { estate } = await begin();
      await estate.tellCreated(estate.begin('m1'), harmless);
      estate.now += 8 * 24 * 60 * minute;
      await estate.tellCreated(estate.begin('m2'), harmless);
      expect(await estate.notes()).toEqual(['m2']);
    });
  });

  describe('an event that comes while a scan runs', () => {
    it('of a new meeting: it is neither closed nor overwritten', async () => {
      const { estate } = await begin();
      estate.during = async () => estate.tellCreated(estate.begin('m1'), unmuting);
      await estate.scan();
      expect(await estate.state('m1')).toBe('present');
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.events(remote, 'm1')).toEqual(['opened']);
    });

    it('of the next meeting of a room that the scan still saw in the one before', async () => {
      const { estate } = await begin();
      await estate.tellCreated(estate.begin('m1'), harmless);
      estate.now += 5 * minute;
      estate.during = async () => {
        estate.now += minute;
        await estate.tellCreated(estate.begin('m1', { recording: true }), unmuting);
      };
      await estate.scan();
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.fact('room_recording_allowed', 'm1')).toBe(true);
      estate.now += 5 * minute;
      await estate.scan();
      expect(await estate.finding(remote, 'm1')).toBe('violation open');
      expect(await estate.notes()).toEqual(['m1']);
    });
  });

  describe('recording, as a matter of the moment', () => {
    it('is a violation from one press of the button to the next', async () => {
      const { estate } = await begin();
      const meeting = estate.begin('m1', { recording: true });
      await estate.tellCreated(meeting);
      expect(await estate.finding(recorded, 'm1')).toBeNull();
      estate.now += minute;
      await estate.tellRecording(meeting, true);
      expect(await estate.finding(recorded, 'm1')).toBe('violation open');
      estate.now += minute;
      await estate.scan();
      expect(await estate.finding(recorded, 'm1')).toBe('violation open');
      estate.now += minute;
      await estate.tellRecording(meeting, false);
      expect(await estate.finding(recorded, 'm1')).toBe('violation resolved');
      await estate.scan();
      expect(await estate.finding(recorded, 'm1')).toBe('violation resolved');
      // An earlier event that was repeated comes last.
      await estate.tellRecording(meeting, true, estate.now - 2 * minute);
      expect(await estate.finding(recorded, 'm1')).toBe('violation resolved');
    });

    it('nothing of it is stored', async () => {
      const { estate } = await begin();
      const meeting = estate.begin('m1', { recording: true });
      await estate.tellCreated(meeting);
      await estate.tellRecording(meeting, true);
      await estate.scan();
      const { db } = estate.store;
      const kept = [
        await db.selectFrom('subjects').select('facts_json').execute(),
        await db.selectFrom('books').select('text').execute(),
        await db.selectFrom('notes').selectAll().execute(),
      ];
      expect(JSON.stringify(kept)).not.toMatch(/meeting_recording_in_progress|meeting_running|w_sim/);
      expect(JSON.stringify(kept)).not.toContain(`-${meeting.createTime}`);
    });

    it('ends with the meeting', async () => {
      const { estate } = await begin();
      const meeting = estate.begin('m1', { recording: true });
      await estate.tellCreated(meeting);
      await estate.tellRecording(meeting, true);
      await estate.tellEnded(meeting);
      expect(await estate.finding(recorded, 'm1')).toBe('violation resolved');
    });

    it('after a restart only a new press is known: that none was heard says nothing', async () => {
      const { estate } = await begin();
      const meeting = estate.begin('m1', { recording: true });
      await estate.tellCreated(meeting);
      await estate.tellRecording(meeting, true);
      await estate.restart();
      estate.now += minute;
      await estate.scan();
      expect(await estate.finding(recorded, 'm1')).toMatch(/^violation\?? open$/);
      await estate.tellRecording(meeting, false);
      expect(await estate.finding(recorded, 'm1')).toBe('violation resolved');
    });

    it('of a meeting whose creation was not told, or of an older one, nothing is judged', async () => {
      const { estate } = await begin();
      const silent = estate.begin('m1', { recording: true });
      await estate.scan();
      await estate.tellRecording(silent, true);
      expect(await estate.finding(recorded, 'm1')).toBeNull();
      estate.now += minute;
      const first = estate.begin('m2', { recording: true });
      await estate.tellCreated(first);
      estate.now += minute;
      const second = estate.begin('m2', { recording: true });
      await estate.tellCreated(second);
      await estate.tellRecording(second, true);
      await estate.tellRecording(first, false);
      await estate.tellEnded(first);
      expect(await estate.finding(recorded, 'm2')).toBe('violation open');
    });
  });
});
