import { describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import { createdEvent, delivery } from '../../../adapters/bigbluebutton/simulator-hooks.ts';
import type { AdapterContext } from '../../../adapters/contract/adapter.ts';
import { capturingLog, type Scan, scan, scanTime, targetOf } from '../../contract/scan.ts';
import { mounted } from './mounted.ts';
import { codes, room, tables } from './tables.ts';
import {
  type Ask,
  brief,
  day,
  emptyWorld,
  factsOf,
  greenlightRoom,
  recording,
  scanSimulator,
  scanWorld,
  secret,
} from './world.ts';

/** What the product surprises an auditor with, one test a surprise, each against the simulator. */
const meeting = { id: 'm', name: 'M' };
const many = (count: number, formats: readonly string[] = ['presentation']) =>
  Array.from({ length: count }, (_, place) => recording(`r${place}`, 'm', place, { formats }));

async function watched(world: object, ask: Ask = {}) {
  const running = await startBigBlueButton({ ...emptyWorld, ...world });
  const sent: string[] = [];
  running.simulator.tap = (_request, answer) => {
    sent.push(answer.body);
    return answer;
  };
  const found = await scanSimulator(running, ask);
  const paths = running.simulator.requests.map(({ path, query }) => `${path}?${query}`);
  await running.close();
  return { found, sent: sent.join('\n'), paths };
}

const of = (found: Scan, key = 'deployment -') => factsOf(found, key);
const recordingsOf = ({ subjects }: Scan): string[] =>
  [...subjects.values()].filter(({ kind }) => kind === 'recording').map(({ id }) => id);

async function received(change: Parameters<typeof createdEvent>[2]): Promise<Record<string, unknown>> {
  const url = 'https://audit.example.org/hooks/bigbluebutton/bbb';
  const sent = delivery(createdEvent(meeting, scanTime, change), { url, secret: 'hook', at: scanTime });
  const none = (): never => {
    throw new Error('a push asks nobody');
  };
  const context: AdapterContext = {
    http: none,
    sql: none,
    now: () => scanTime,
    log: capturingLog([]),
    signal: new AbortController().signal,
    secret: async () => 'hook',
    tags: {},
    live: true,
  };
  const settings = {
    url: 'https://bbb.example.org/bigbluebutton',
    secret: { env: 'S' },
    live: { purpose: 'test' },
  };
  const target = sent.url.replace('https://audit.example.org', '');
  const request = { target, headers: { host: 'audit.example.org' }, body: Buffer.from(sent.body) };
  const [pushed] =
    (await bigbluebutton.receive?.(targetOf(bigbluebutton as never, settings), request, context)) ?? [];
  if (pushed === undefined || !('subject' in pushed)) throw new Error('no meeting was told of');
  return Object.fromEntries(Object.entries(pushed.subject.facts).map(([name, fact]) => [name, brief(fact)]));
}

async function stored(site: Record<string, string>, more: object, texts: Record<string, string> = {}) {
  const { url } = await tables({ site, rooms: [room(more)] });
  const settings = mounted(texts);
  return of(await scanWorld(emptyWorld, { greenlight: false, database: url, settings }), 'room m1');
}

const probes: Ask = { settings: { probes: ['checksum'] } };

describe('what surprises most', () => {
  it('1 the API shows no settings: only the raw event of a creation carries them', async () => {
    const facts = of(
      await scanWorld({ ...emptyWorld, meetings: [meeting] }, { greenlight: false }),
      'room m',
    );
    const event = await received({
      voiceProp: { muteOnStart: false },
      usersProp: { guestPolicy: 'ALWAYS_DENY' },
    });
    expect([facts['room_join_with_audio_muted'], event['room_join_with_audio_muted']]).toEqual([
      expect.stringMatching(/^\? /),
      false,
    ]);
  });

  it('2 passwords and names come in the clear, and go no further', async () => {
    const attendees = [{ userId: 'gl-1', fullName: 'Erna Muster' }];
    const { found, sent } = await watched({ meetings: [{ ...meeting, attendees }] }, { live: true });
    expect(sent).toMatch(/<attendeePW>[^<]+</);
    expect(sent).toContain('Erna Muster');
    const [password = ''] = /(?<=<moderatorPW>)[^<]+/.exec(sent) ?? [];
    expect(password).not.toBe('');
    const kept = JSON.stringify([found.items, found.log]);
    for (const text of [password, 'Erna Muster']) expect(kept).not.toContain(text);
  });

  it('3 recording=true says that the session is captured, not that the button was pressed', async () => {
    const world = { ...emptyWorld, meetings: [{ ...meeting, recording: true }] };
    const facts = of(await scanWorld(world, { greenlight: false, live: true }), 'room m');
    expect(facts).toMatchObject({
      meeting_session_captured: true,
      meeting_recording_in_progress: '? not_configured webhooks',
    });
  });

  it('4 a question for all recordings may be answered with none: it is asked page by page', async () => {
    const { found, paths } = await watched({ allowFetchAllRecordings: false, recordings: many(3) });
    expect(recordingsOf(found)).toHaveLength(3);
    const asked = paths.filter((path) => path.includes('getRecordings'));
    expect(asked.every((path) => /offset=\d+&limit=\d+/.test(path))).toBe(true);
  });

  it('5 a balancer ignores paging, knows no SHA-384 and may answer with an empty list', async () => {
    const balancer = { build: '1.8.5' };
    const { found, paths } = await watched({ balancer, recordings: many(250) });
    expect(recordingsOf(found)).toHaveLength(250);
    expect(paths.filter((path) => path.includes('getRecordings'))).toHaveLength(2);
    const long = await watched({ balancer }, { settings: { checksum_algorithm: 'sha384' } });
    expect(long.found.outcomes.get('A1')).toMatchObject({
      state: 'failed',
      reason: { code: 'not_permitted' },
    });
    const off = { ...balancer, meetingsDisabled: true, recordingsDisabled: true };
    const silent = await watched({ balancer: off, meetings: [meeting], recordings: many(3) });
    for (const source of ['A1', 'A2'])
      expect(silent.found.outcomes.get(source)).toMatchObject({
        state: 'partial',
        reason: { code: 'incomplete' },
      });
  });

  it('6 the total counts formats: a recording on two pages is one recording', async () => {
    const recordings = [...many(99), recording('twin', 'm', 1, { formats: ['presentation', 'video'] })];
    const found = await scanWorld({ ...emptyWorld, recordings });
    expect(recordingsOf(found)).toHaveLength(100);
    expect(found.outcomes.get('A2')).toMatchObject({ state: 'complete', count: 100 });
  });

  it.each([
    ['everybody is authenticated', {}, 'authenticatedGuest=false\n', false],
    ['everybody moderates', { glAnyoneJoinAsModerator: 'true' }, 'authenticatedGuest=true\n', false],
    ['neither', {}, 'authenticatedGuest=true\n', true],
  ])('7 the waiting room is silently off where %s', async (_, more, properties, held) => {
    const options = { guestPolicy: 'ASK_MODERATOR', ...more };
    const facts = await stored({}, { options }, { properties });
    expect(facts['room_waiting_room_enabled']).toBe(held);
  });

  it('8 a forced access code makes none for rooms that have none', async () => {
    const site = { glViewerAccessCode: 'true' };
    expect(await stored(site, {})).toMatchObject({ room_password_required: false });
    expect(await stored(site, codes('abc123'))).toMatchObject({ room_password_required: true });
  });

  it.each([
    [['sha1', 'sha256'], true],
    [['sha256'], false],
  ])('9 SHA-1 is still taken, which can be measured: %j', async (algorithms, taken) => {
    const facts = of(await scanWorld({ ...emptyWorld, algorithms }, { greenlight: false, ...probes }));
    expect(facts['api_accepts_sha1']).toBe(taken);
  });

  it.each([
    [true, false],
    [false, true],
  ])('10 an empty secret takes every signature, which can be measured: %s', async (unchecked, checked) => {
    const facts = of(await scanWorld({ ...emptyWorld, unchecked }, { greenlight: false, ...probes }));
    expect(facts['api_secret_checking_enabled']).toBe(checked);
  });

  it.each([
    ['11 3.1 never came out and is 4.0, of which there are betas only', '3.1.0-beta.2', false],
    ['12 2.7 is over since 2025-05-31', '2.7.16', false],
    ['12 3.0 is not', '3.0.35', true],
  ])('%s', async (_, version, supported) => {
    const facts = of(await scanWorld({ ...emptyWorld, version }, { greenlight: false }));
    expect(facts['platform_branch_supported']).toBe(supported);
  });

  it.each([
    ['the placeholder', undefined, false],
    ['a number', '+49 361 5550 100', true],
  ])('13 the dial-in number is always filled: %s', async (_, dialNumber, enabled) => {
    const own = dialNumber === undefined ? meeting : { ...meeting, dialNumber };
    const { found, sent } = await watched({ meetings: [own] }, { greenlight: false });
    expect(sent).toMatch(/<dialNumber>[^<]+</);
    expect(of(found, 'room m')['room_dial_in_enabled']).toBe(enabled);
  });

  it('14 Greenlight answers without login', async () => {
    const greenlight = { rooms: [{ friendlyId: 'abc-def-ghi-jkl', name: 'M', viewerCode: true }] };
    const running = await startBigBlueButton({ ...emptyWorld, meetings: [greenlightRoom], greenlight });
    const found = await scan({
      adapter: bigbluebutton,
      settings: { url: running.url, secret: { env: 'S' }, greenlight: { url: running.greenlightUrl } },
      secretValues: { S: secret },
    });
    const signedIn = running.simulator.requests.filter(
      ({ headers }) => headers.authorization ?? headers.cookie,
    );
    await running.close();
    expect(signedIn).toEqual([]);
    for (const source of ['G0', 'G1', 'G2', 'G3']) expect(found.outcomes.get(source)?.state).toBe('complete');
    expect(of(found, 'room m')['room_password_required']).toBe(true);
  });

  it('15 a deleted recording is still there', async () => {
    const gone = recording('gone', 'm', 9, { state: 'deleted' });
    const found = await scanWorld({ ...emptyWorld, meetings: [meeting], recordings: [gone] });
    expect(recordingsOf(found)).toEqual(['gone']);
    expect(of(found, 'room m')).toMatchObject({
      room_recordings_count: 1,
      room_oldest_recording_age: (9 * day) / 1000,
    });
    expect(of(found)['contradictions']).toMatchObject({ items: ['deleted_still_listed'] });
  });
});
