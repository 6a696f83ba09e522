import { describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { greenlightMetadata, type SimulatedMeeting } from '../../../adapters/bigbluebutton/simulator.ts';
import { judgementsOf } from '../../contract/judge.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Event, scanWithNotes } from './notes.ts';
import { emptyWorld } from './world.ts';

const created = scanTime - 600_000;
const inGreenlight: SimulatedMeeting = {
  id: 'm1',
  name: 'M',
  createTime: created,
  metadata: greenlightMetadata('abc-def-ghi-jkl'),
};

describe('an event that is damaged in one place', () => {
  const whole = {
    meetingProp: { disabledFeatures: ['learningDashboard', 'screenshare'], notifyRecordingIsOn: false },
    recordProp: { record: true, autoStartRecording: false, keepEvents: false },
    usersProp: { guestPolicy: 'ALWAYS_ACCEPT', authenticatedGuest: true, allowModsToUnmuteUsers: false },
    voiceProp: { muteOnStart: true, telVoice: '70001', dialNumber: '613-555-1234' },
    durationProps: { userInactivityInspectTimerInMinutes: 0 },
    metadataProp: { metadata: greenlightMetadata('abc-def-ghi-jkl') },
    password: { learningDashboardAccessToken: '' },
  };
  const running = { ...inGreenlight, recording: true };
  const verdicts = async (events: Event[]) =>
    judgementsOf(
      bigbluebutton as never,
      await scanWithNotes({ ...emptyWorld, meetings: [running] }, events, { greenlight: false }),
      true,
    );

  it('decides nothing that it did not decide before', async () => {
    const own = (change: Event['change']): Event => ({ meeting: running, created, change, recording: true });
    const before = await verdicts([own(whole)]);
    const places = Object.entries(whole).flatMap(([group, values]) =>
      Object.keys(values).map((key) => [group, key] as const),
    );
    let lost = 0;
    for (const [group, key] of places) {
      for (const damage of [undefined, null, 7.5, {}, ['x', 3]]) {
        const change = { ...whole, [group]: { ...whole[group as keyof typeof whole], [key]: damage } };
        const after = await verdicts([own(change)]);
        for (const [name, { verdict }] of after) {
          const was = before.get(name)?.verdict;
          if (verdict !== was)
            expect([group, key, name, was, verdict]).toEqual([group, key, name, was, 'unknown']);
          if (verdict !== was) lost += 1;
        }
      }
    }
    expect(lost).toBeGreaterThan(10);
  });

  it('or of which nothing is left decides no more than none', async () => {
    const none = await verdicts([]);
    const nothing = Object.fromEntries(
      Object.entries(whole).map(([group, values]) => [
        group,
        Object.fromEntries(Object.keys(values).map((key) => [key, null])),
      ]),
    );
    for (const [name, { verdict }] of await verdicts([{ meeting: running, created, change: nothing }]))
      if (verdict !== 'unknown') expect([name, verdict]).toEqual([name, none.get(name)?.verdict]);
  });
});
