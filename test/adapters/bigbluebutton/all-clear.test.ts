import { describe, expect, it } from 'vitest';
import { type BigBlueButtonWorld, startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import { type Scan, scanTime } from '../../contract/scan.ts';
import { day, factsOf, recording, scanSimulator, scanWorld, secret } from './world.ts';

const base: BigBlueButtonWorld = { secret, clock: () => scanTime };
const outcome = (scan: Scan, source: string) => scan.outcomes.get(source);
const recordingsOf = (scan: Scan): string[] =>
  [...scan.subjects.values()].filter(({ kind }) => kind === 'recording').map(({ id }) => id);
const roomsOf = (scan: Scan): string[] =>
  [...scan.subjects.values()].filter(({ kind }) => kind === 'room').map(({ id }) => id);
const many = (count: number, formats: readonly string[] = ['presentation']) =>
  Array.from({ length: count }, (_, place) => recording(`r${place}`, 'm', place, { formats }));

describe('a list of recordings that hides some', () => {
  it('a server that answers unpaged questions with none is asked for pages', async () => {
    const world = { ...base, allowFetchAllRecordings: false, recordings: many(3) };
    const running = await startBigBlueButton(world);
    const scan = await scanSimulator(running);
    const queries = running.simulator.requests.filter(({ path }) => path.endsWith('getRecordings'));
    await running.close();
    expect(recordingsOf(scan)).toHaveLength(3);
    expect(queries.map(({ query }) => query.replace(/&checksum.*/, ''))).toEqual([
      'state=any&offset=0&limit=100',
      'state=any&offset=100&limit=100',
    ]);
  });

  it('all states are asked for, deleted ones count', async () => {
    const states = ['processing', 'processed', 'published', 'unpublished', 'deleted'] as const;
    const recordings = states.map((state, place) => recording(state, 'm', place, { state }));
    const scan = await scanWorld({ ...base, meetings: [{ id: 'm', name: 'M' }], recordings });
    expect(recordingsOf(scan).sort()).toEqual([...states].sort());
    expect(factsOf(scan, 'room m')['room_recordings_count']).toBe(5);
    expect(factsOf(scan, 'deployment -')['contradictions']).toMatchObject({
      items: ['deleted_still_listed'],
    });
  });

  it('a balancer that ignores offset and limit ends the loop, each recording once', async () => {
    const running = await startBigBlueButton({
      ...base,
      balancer: { build: '1.8.5' },
      recordings: many(250),
    });
    const scan = await scanSimulator(running);
    const asked = running.simulator.requests.filter(({ path }) => path.endsWith('getRecordings'));
    await running.close();
    expect(asked).toHaveLength(2);
    expect(recordingsOf(scan)).toHaveLength(250);
    expect(outcome(scan, 'A2')).toMatchObject({ state: 'complete', count: 250, population: 'visible' });
  });

  it('formats of one recording on two pages are one recording, and the total counts formats', async () => {
    const recordings = [
      ...many(99),
      recording('twin', 'm', 1, { formats: ['presentation', 'video', 'podcast'] }),
    ];
    const scan = await scanWorld({ ...base, meetings: [{ id: 'm', name: 'M' }], recordings });
    expect(recordingsOf(scan).filter((id) => id === 'twin')).toHaveLength(1);
    expect(outcome(scan, 'A2')).toEqual({ source: 'A2', population: 'all', state: 'complete', count: 100 });
    expect(factsOf(scan, 'room m')['room_recordings_count']).toBe(100);
  });

  it.each([0, 1, 99, 100, 101, 200, 201, 350])('%d recordings are %d recordings', async (count) => {
    const scan = await scanWorld({ ...base, recordings: many(count) });
    expect(new Set(recordingsOf(scan)).size).toBe(count);
    expect(outcome(scan, 'A2')).toMatchObject({ state: 'complete', count });
  });

  it('recordings without a playback format are elements too', async () => {
    const scan = await scanWorld({ ...base, recordings: many(101, []) });
    expect(outcome(scan, 'A2')).toMatchObject({ state: 'complete', count: 101 });
  });

  it('fewer formats than the total says: the list is open', async () => {
    const running = await startBigBlueButton({
      ...base,
      meetings: [{ id: 'm', name: 'M' }],
      recordings: many(3),
    });
    running.simulator.tap = (_request, answer) => ({
      ...answer,
      body: answer.body.replace(/<recording><recordID>r1<.*?<\/recording>/, ''),
    });
    const scan = await scanSimulator(running);
    await running.close();
    expect(outcome(scan, 'A2')).toMatchObject({
      state: 'partial',
      reason: { code: 'incomplete', detail: '2 of 3 playback formats were listed' },
    });
    expect(factsOf(scan, 'room m')).toMatchObject({
      room_recordings_count: '? incomplete',
      room_oldest_recording_age: '? incomplete',
      room_classification_marking: '? incomplete',
    });
  });

  it('a page that fails leaves what was seen and says so', async () => {
    const running = await startBigBlueButton({ ...base, recordings: many(150) });
    running.simulator.tap = (request, answer) =>
      request.query.includes('offset=100')
        ? {
            ...answer,
            body: '<response><returncode>FAILED</returncode><messageKey>unexpectedError</messageKey></response>',
          }
        : answer;
    const scan = await scanSimulator(running);
    await running.close();
    expect(recordingsOf(scan)).toHaveLength(100);
    expect(outcome(scan, 'A2')).toMatchObject({
      state: 'partial',
      reason: { code: 'unreachable' },
      count: 100,
    });
  });
});

describe('an empty list', () => {
  const rooms = [{ id: 'm', name: 'M' }];

  it('of a server that says so is no recording', async () => {
    const scan = await scanWorld({ ...base, meetings: rooms });
    expect(factsOf(scan, 'room m')).toMatchObject({
      room_recordings_count: 0,
      room_oldest_recording_age: '? not_observable',
      room_classification_marking: 'none',
    });
    expect(outcome(scan, 'A2')).toMatchObject({ state: 'complete', count: 0 });
  });

  it('of a balancer is no zero and no end', async () => {
    const scan = await scanWorld({ ...base, balancer: { build: '1.8.5' }, meetings: rooms });
    expect(factsOf(scan, 'room m')['room_recordings_count']).toBe('? incomplete balancer_env');
    expect(outcome(scan, 'A2')).toMatchObject({
      state: 'partial',
      reason: { code: 'incomplete', fill: { kind: 'config', name: 'balancer_env' } },
    });
    const disabled = { build: '1.8.5', meetingsDisabled: true, recordingsDisabled: true };
    const off = await scanWorld({ ...base, balancer: disabled, meetings: rooms, recordings: many(3) });
    expect(roomsOf(off)).toEqual([]);
    for (const source of ['A1', 'A2'])
      expect(outcome(off, source)).toMatchObject({ state: 'partial', reason: { code: 'incomplete' } });
  });

  it('of a balancer that wants a filter is a missing permission', async () => {
    const balancer = { build: '1.8.5', filteredOnly: true };
    const scan = await scanWorld({ ...base, balancer, meetings: rooms, recordings: many(3) });
    expect(outcome(scan, 'A2')).toMatchObject({ state: 'failed', reason: { code: 'not_permitted' } });
    expect(factsOf(scan, 'room m')['room_recordings_count']).toMatch(/^\? not_permitted/);
  });

  it('of a server whose kind could not be seen counts like that of a balancer', async () => {
    const running = await startBigBlueButton(base);
    running.simulator.faults = [{ path: /\/api$/, fault: { kind: 'status', status: 500 } }];
    const scan = await scanSimulator(running);
    await running.close();
    expect(outcome(scan, 'A1')).toMatchObject({ state: 'partial' });
    expect(outcome(scan, 'A2')).toMatchObject({ state: 'partial', population: 'visible' });
  });

  it.each([
    [
      'getMeetings',
      'A1',
      'failed',
      'invalid_answer',
      '<response><returncode>SUCCESS</returncode><meetings/></response>',
    ],
    [
      'getMeetings',
      'A1',
      'failed',
      'invalid_answer',
      '<response><returncode>SUCCESS</returncode></response>',
    ],
    [
      'getMeetings',
      'A1',
      'failed',
      'invalid_answer',
      '<response><meetings/><messageKey>noMeetings</messageKey></response>',
    ],
    ['getMeetings', 'A1', 'failed', 'unreachable', '<html><body>502 Bad Gateway</body></html>'],
    [
      'getRecordings',
      'A2',
      'partial',
      'incomplete',
      '<response><returncode>SUCCESS</returncode><recordings/></response>',
    ],
    ['getRecordings', 'A2', 'partial', 'incomplete', '<response><returncode>SUCCESS</returncode></response>'],
    [
      'getRecordings',
      'A2',
      'partial',
      'incomplete',
      '<response><returncode>SUCCESS</returncode><recordings/><messageKey>noRecordings</messageKey><totalElements>4</totalElements></response>',
    ],
    ['hooks/list', 'A3', 'failed', 'invalid_answer', '<response><returncode>SUCCESS</returncode></response>'],
  ])('%s that only looks successful: %s %s %s', async (call, source, state, code, body) => {
    const running = await startBigBlueButton({ ...base, meetings: rooms });
    running.simulator.tap = (request, answer) => (request.path.endsWith(call) ? { ...answer, body } : answer);
    const scan = await scanSimulator(running);
    await running.close();
    expect(outcome(scan, source)).toMatchObject({ state, reason: { code } });
  });
});

describe('ages', () => {
  const recordings = [recording('r', 'm', 10)];

  it.each([
    ['the same clock', 0, 10 * 86_400],
    ['half a minute apart', 30_000, 10 * 86_400],
    ['a day ahead', day, 11 * 86_400],
    ['a day behind', -day, 9 * 86_400],
  ])('%s', async (_name, skew, age) => {
    const scan = await scanWorld({ ...base, clock: () => scanTime + skew, recordings });
    expect(factsOf(scan, 'recording r')['recording.age']).toBe(age);
    expect(scan.log.some((line) => line.includes('skew_s'))).toBe(Math.abs(skew) > 60_000);
  });

  it('a recording in processing has no end yet and counts from its start', async () => {
    const processing = recording('p', 'm', 2, { state: 'processing', endTime: 0 });
    const scan = await scanWorld({ ...base, recordings: [processing] });
    expect(factsOf(scan, 'recording p')['recording.age']).toBe(2 * 86_400 + 1800);
  });
});
