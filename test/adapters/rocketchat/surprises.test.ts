import { describe, expect, it } from 'vitest';
import { privateSettings } from '../../../adapters/rocketchat/setting-ids.ts';
import { settingsOf, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { plantedMessages } from '../../../adapters/rocketchat/simulator-world.ts';
import { scanTime } from '../../contract/scan.ts';
import {
  type Case,
  hole,
  outcome,
  type Run,
  type RunOptions,
  scanWorld,
  TestClock,
  worldOf,
} from './harness.ts';

/** What is to be read first about the product, one test a trap, each against the simulator. */
const day = 86_400;
const pruning = {
  RetentionPolicy_Enabled: true,
  RetentionPolicy_AppliesToGroups: true,
  RetentionPolicy_AppliesToChannels: true,
  RetentionPolicy_TTL_Groups: 604_800_000,
  RetentionPolicy_TTL_Channels: 604_800_000,
  RetentionPolicy_DoNotPruneThreads: false,
};
const own = {
  enabled: true,
  overrideGlobal: true,
  maxAge: 14,
  filesOnly: false,
  excludePinned: false,
  ignoreThreads: false,
};
const without = (permission: string) => ({
  permissions: { ...smallWorld(scanTime).permissions, [permission]: ['admin'] },
});

interface Watched extends Run {
  sent: string;
}

async function watched(world: object = {}, options: RunOptions = {}): Promise<Watched> {
  const sent: string[] = [];
  const run = await scanWorld(
    { ...smallWorld(scanTime), throttle: null, ...world },
    {
      ...options,
      prepare({ server }) {
        server.tap = (_request, answer) => {
          sent.push(answer.body);
          return answer;
        };
      },
    },
  );
  expect(run.scan.errors).toEqual([]);
  return { ...run, sent: sent.join('\n') };
}

const asked = ({ rocket }: Run): string[] => rocket.server.requests.map(({ path }) => path);
const kept = ({ scan }: Run): string => JSON.stringify([scan.items, scan.log, scan.checks]);

const cases: Case[] = [
  {
    name: '1 the list of all rooms says nothing of retention: the second list does',
    set: pruning,
    room: { t: 'c', joinCode: true, retention: own },
    expect: { room_chat_retention: { seconds: 14 * day } },
  },
  {
    name: '1 without the second list it is unknown, not the policy of all',
    set: pruning,
    world: without('view-c-room'),
    room: { t: 'c', retention: own },
    expect: { room_chat_retention: hole('not_permitted', 'view-c-room') },
  },
  {
    name: '3 a private setting that is missing from a shorter answer is not off',
    world: { roles: ['user'] },
    expect: { presence_status_feature_enabled: hole('not_permitted', 'view-privileged-setting') },
  },
  {
    name: '8 milliseconds for all',
    set: pruning,
    room: { t: 'p' },
    expect: { room_chat_retention: { seconds: 7 * day } },
  },
  {
    name: '8 days for one',
    set: pruning,
    room: { t: 'p', retention: { ...own, maxAge: 7 } },
    expect: { room_chat_retention: { seconds: 7 * day } },
  },
  {
    name: '9 an empty default provider is not no provider',
    set: { VideoConf_Default_Provider: '' },
    expect: { recording_supported: hole('not_observable', 'conference_target') },
  },
];

describe('what to read first', () => {
  it.each(cases)('$name', async (one) => {
    expect(await outcome(one)).toEqual(one.expect);
  });

  it('2 the second lists deliver messages, and none goes further', async () => {
    const run = await watched({}, { live: true, check: true });
    const [message = 'nothing'] = plantedMessages;
    expect(run.sent).toContain(message);
    expect(kept(run)).not.toContain(message);
  });

  it('4 settings hold secrets: only named ones are asked for, one at a time, never the list', async () => {
    const pin = '4711088150';
    const settings = settingsOf({
      Pexip_Integration_Enabled: true,
      Pexip_Integration_Guest_Pin: pin,
      SMTP_Password: 'canary-smtp',
    });
    const run = await watched({ settings, provider: 'pexip', apps: [] }, { check: true });
    const single = asked(run).filter((path) => path.startsWith('/api/v1/settings/'));
    expect(single.length).toBeGreaterThan(3);
    const named = Object.keys(privateSettings).map((id) => `/api/v1/settings/${id}`);
    expect(single.filter((path) => !named.includes(path))).toEqual([]);
    expect(asked(run)).not.toContain('/api/v1/settings');
    expect(run.sent).toContain(pin);
    expect(kept(run)).not.toContain(pin);
    expect(run.sent).not.toContain('canary-smtp');
  });

  it('5 most of it is public: without an account there is more than nothing', async () => {
    const { scan } = await watched({}, { anonymous: true });
    const facts = scan.subjects.get('deployment -')?.facts ?? {};
    expect(Object.values(facts).filter((fact) => 'value' in fact).length).toBeGreaterThan(20);
    expect(scan.outcomes.get('P')?.state).toBe('complete');
  });

  it.each([
    ['400', 'view-room-administration', 'AR', 'failed'],
    ['403', 'view-c-room', 'CL', 'failed'],
    ['200 with less', 'view-statistics', 'I1', 'partial'],
  ])('6 a missing permission looks like %s', async (_, permission, source, state) => {
    const { scan } = await watched(without(permission));
    expect(scan.outcomes.get(source)).toMatchObject({
      state,
      reason: { code: 'not_permitted', fill: { name: permission } },
    });
  });

  it('7 ten calls a minute for a route: the single settings wait, and none is refused', async () => {
    const clock = new TestClock(scanTime);
    const world = { ...smallWorld(scanTime), now: () => clock.now() };
    const { scan, rocket } = await scanWorld(world, { clock });
    expect(rocket.throttled).toEqual([]);
    expect(scan.outcomes.get('V')).toMatchObject({ state: 'complete' });
  });

  it('10 what the conference app is set to needs a right that installs apps: it is not asked for', async () => {
    const run = await watched({}, { check: true });
    expect(asked(run).filter((path) => /^\/api\/apps\/.*settings$/.test(path))).toEqual([]);
    expect(run.scan.outcomes.get('AS')).toMatchObject({
      state: 'skipped',
      reason: { code: 'not_permitted' },
    });
    const line = run.scan.checks.find(({ source }) => source === 'AS');
    expect(line?.remedy?.en).toContain('conference_target');
  });

  it('11 the list of calls hands out join links: the host alone is kept', async () => {
    const url = 'https://meet.jit.si/RocketChat65cc?jwt=canary-token';
    const room = {
      t: 'c' as const,
      calls: [{ status: 1 as const, createdAt: scanTime - 60_000, provider: 'jitsi', url }],
    };
    const one: Case = { name: '', room, expect: {} };
    const run = await watched(worldOf(one), { live: true, check: true });
    expect(run.sent).toContain('canary-token');
    expect(kept(run)).not.toMatch(/RocketChat65cc|canary-token/);
    const facts = run.scan.subjects.get('room room-probe')?.facts;
    expect(facts?.room_password_in_invite_link).toMatchObject({ value: true });
    expect(kept(run)).toContain('meet.jit.si');
  });
});
