import { describe, expect, it } from 'vitest';
import { type BigBlueButtonWorld, startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import { type Scan, scanTime } from '../../contract/scan.ts';
import { factsOf, recording, scanSimulator, scanWorld, secret } from './world.ts';

const base: BigBlueButtonWorld = { secret, clock: () => scanTime };
const outcome = (scan: Scan, source: string) => scan.outcomes.get(source);
const roomsOf = (scan: Scan): string[] =>
  [...scan.subjects.values()].filter(({ kind }) => kind === 'room').map(({ id }) => id);

describe('a list of meetings', () => {
  it('one bad metadata key makes all of it unreadable, never empty', async () => {
    const meetings = [
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
    ];
    const scan = await scanWorld({ ...base, malformedMetadata: true, meetings }, { greenlight: false });
    expect(roomsOf(scan)).toEqual([]);
    expect(outcome(scan, 'A1')).toMatchObject({
      state: 'failed',
      reason: { code: 'invalid_answer' },
      count: 0,
    });
    expect(factsOf(scan, 'deployment -')).toMatchObject({
      api_secret_length: secret.length,
      recording_feature_enabled: '? invalid_answer',
    });
  });

  it('ids that look like numbers stay as they are', async () => {
    const ids = ['007', '1e5', '0x1F', '1,234', 'true', 'null', ' 7 '];
    const scan = await scanWorld({ ...base, meetings: ids.map((id) => ({ id, name: id })) });
    expect(roomsOf(scan)).toEqual(ids);
    const recorded = await scanWorld({
      ...base,
      meetings: [{ id: '7', name: 'Sieben' }],
      recordings: [recording('r', '007', 1)],
    });
    expect(factsOf(recorded, 'room 7')['room_recordings_count']).toBe(0);
  });

  it('grouped numbers are numbers', async () => {
    const meetings = [{ id: 'm', name: 'M', participants: 1234, maxUsers: 1234 }];
    const scan = await scanWorld({ ...base, groupedNumbers: true, meetings }, { live: true });
    expect(factsOf(scan, 'room m')).toMatchObject({ participants_total: 1234, meeting_locked: true });
  });

  it('breakouts are counted and are no rooms', async () => {
    const meetings = [
      { id: 'm', name: 'M' },
      { id: 'b1', name: 'B1', breakoutOf: 'm-1' },
      { id: 'b2', name: 'B2', breakoutOf: 'm-1' },
    ];
    const scan = await scanWorld({ ...base, meetings });
    expect(roomsOf(scan)).toEqual(['m']);
    expect(outcome(scan, 'A1')).toMatchObject({ state: 'complete', count: 1, counted: { breakout: 2 } });
  });

  it('an entry that comes twice or without an id opens the list', async () => {
    const twice = await scanWorld({
      ...base,
      meetings: [
        { id: 'm', name: 'M' },
        { id: 'm', name: 'N' },
      ],
    });
    expect(roomsOf(twice)).toEqual(['m']);
    expect(outcome(twice, 'A1')).toMatchObject({ state: 'partial', reason: { code: 'incomplete' } });
  });

  it('an entry with a broken field is asked for by itself', async () => {
    const running = await startBigBlueButton({
      ...base,
      meetings: [{ id: 'Büro 1', name: 'M', recording: true }],
    });
    running.simulator.tap = (request, answer) =>
      request.path.endsWith('getMeetings')
        ? { ...answer, body: answer.body.replace('<recording>true</recording>', '<recording>?</recording>') }
        : answer;
    const scan = await scanSimulator(running);
    expect(factsOf(scan, 'room Büro 1')['room_recording_allowed']).toBe(true);
    running.simulator.tap = (_request, answer) => ({
      ...answer,
      body: answer.body.replace('<recording>true</recording>', '<recording>?</recording>'),
    });
    const both = await scanSimulator(running);
    await running.close();
    expect(factsOf(both, 'room Büro 1')).toMatchObject({
      room_recording_allowed: '? invalid_answer',
      room_dial_in_pin_length: 5,
    });
  });
});
