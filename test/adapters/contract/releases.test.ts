import { describe, expect, it } from 'vitest';
import { startBigBlueButton } from '../../../adapters/bigbluebutton/simulator.ts';
import type { Adapter } from '../../../adapters/contract/adapter.ts';
import { isKnown, reason } from '../../../adapters/contract/fact.ts';
import { releaseProblems } from '../../../adapters/contract/release-check.ts';
import {
  branchOf,
  type GivenReleases,
  listsInUse,
  type ProductReleases,
  ReleaseList,
  supportedOn,
} from '../../../adapters/contract/releases.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { startJitsi } from '../../../adapters/jitsi/simulator.ts';
import { startTalk, smallWorld as talkWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { adapters } from '../../../adapters/registry.ts';
import {
  settingsOf,
  startRocketChat,
  smallWorld as teamWorld,
} from '../../../adapters/rocketchat/simulator.ts';
import { type Scan, scan, scanTime } from '../../contract/scan.ts';

const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);
const rules = {
  depth: 2,
  shipped: { dated: '2026-01-01', branches: [{ branch: '1.0' }] },
} satisfies ProductReleases;

describe('lists that come along', () => {
  const books = [...adapters].flatMap(([vendor, { releases = {} }]) =>
    Object.entries(releases).map(([product, own]) => [vendor, product, own] as const),
  );
  it.each(books)('%s, %s holds what a given list has to hold', (_vendor, _product, own) => {
    expect(ReleaseList.safeParse(own.shipped).success).toBe(true);
    expect(releaseProblems(own, own.shipped, scanTime)).toEqual([]);
  });

  it('every vendor that is asked has one', () => {
    const with_ = books.map(([vendor]) => vendor);
    expect(new Set(with_)).toEqual(new Set(['bigbluebutton', 'jitsi', 'nextcloud-talk', 'rocketchat']));
  });
});

describe('the list in use', () => {
  const older = { dated: '2025-12-31', branches: [{ branch: '1.1' }] };
  const same = { ...older, dated: '2026-01-01' };
  it.each<[string, GivenReleases | undefined, object]>([
    ['none is given', undefined, { given: false, list: rules.shipped }],
    ['one of another product', { lists: {} }, { given: false, list: rules.shipped }],
    ['an older one', { lists: { p: older } }, { given: false, list: rules.shipped }],
    ['one of the same day', { lists: { p: same } }, { given: true, list: same }],
    ['one that cannot be read', { reason: reason('invalid_answer') }, { reason: { code: 'invalid_answer' } }],
  ])('%s', (_, given, expected) => {
    expect(listsInUse({ p: rules }, given)['p']).toEqual(expected);
  });

  it('what was over stays over', () => {
    const book = { p: { ...rules, shipped: { ...rules.shipped, ended_before: '0.9' } } };
    const inUse = listsInUse(book, { lists: { p: same } }).p;
    expect('list' in inUse && branchOf(inUse.list, 2, '0.8.3')).toBe('over');
    expect('list' in inUse && branchOf(inUse.list, 2, '0.9.0')).toBeNull();
  });

  it.each<[object, string, boolean | undefined]>([
    [{ ends: '2026-05-31' }, '2026-05-31', true],
    [{ ends: '2026-05-31' }, '2026-06-01', false],
    [{ ends: true }, '2020-01-01', false],
    [{ ends: false }, '2050-01-01', true],
    [{ ends_not_before: '2026-05-31' }, '2026-05-31', true],
    [{ ends_not_before: '2026-05-31' }, '2026-06-01', undefined],
    [{ latest: '4.0.0-beta.3', ends: false }, '2026-06-01', false],
    [{ latest: '4.0.0' }, '2026-06-01', undefined],
  ])('%j on %s: %s', (branch, on, expected) => {
    expect(supportedOn(branch, day(on))).toBe(expected);
  });
});

describe('what cannot be', () => {
  const parts = { ...rules, parts: { web: /^\d+$/ } };
  it.each<[string, object, (string | number)[]]>([
    ['a day to come', { dated: '2026-11-23', branches: [] }, ['dated']],
    ['a branch of another depth', { branches: [{ branch: '1' }] }, ['branches', 0, 'branch']],
    ['an end of another depth', { branches: [], ended_before: '1' }, ['ended_before']],
    [
      'a release of another branch',
      { branches: [{ branch: '1.0', latest: '1.1.4' }] },
      ['branches', 0, 'latest'],
    ],
    ['a branch twice', { branches: [{ branch: '1.0' }, { branch: '1.0' }] }, ['branches', 1, 'branch']],
    [
      'two kinds of end',
      { branches: [{ branch: '1.0', ends: true, ends_not_before: '2027-01-01' }] },
      ['branches', 0, 'ends_not_before'],
    ],
    ['an end too far ahead', { branches: [{ branch: '1.0', ends: '2099-01-01' }] }, ['branches', 0, 'ends']],
    [
      'an end before the product',
      { branches: [{ branch: '1.0', ends: '1970-01-01' }] },
      ['branches', 0, 'ends'],
    ],
    [
      'an unknown part',
      { branches: [{ branch: '1.0', parts: { app: '1' } }] },
      ['branches', 0, 'parts', 'app'],
    ],
    [
      'a part that is no number',
      { branches: [{ branch: '1.0', parts: { web: 'x' } }] },
      ['branches', 0, 'parts', 'web'],
    ],
  ])('%s', (_, list, path) => {
    const problems = releaseProblems(parts, { dated: '2026-11-20', branches: [], ...list }, scanTime);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message.de).not.toBe(problems[0]?.message.en);
  });

  it('today, and tomorrow where it has begun, are no future', () => {
    for (const dated of ['2026-11-21', '2026-11-22'])
      expect(releaseProblems(rules, { dated, branches: [{ branch: '1.0' }] }, scanTime)).toEqual([]);
  });
});

interface Server {
  origin: string;
  settings: object;
  secretValues?: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const currentTalk = () => ({ ...talkWorld(scanTime), server: '35.0.3', talk: '25.0.5' });
const airGapped = () => ({
  ...teamWorld(scanTime),
  throttle: null,
  signed: null,
  settings: settingsOf({ Update_LatestAvailableVersion: '0.0.0' }),
});

const servers: Record<string, () => Promise<Server>> = {
  async bigbluebutton() {
    const secret = 'simulated-secret-0123456789abcdefghijk';
    const bbb = await startBigBlueButton({ secret, clock: () => scanTime, version: '3.0.35' });
    const settings = { url: bbb.url, secret: { env: 'S' } };
    return { origin: bbb.url, settings, secretValues: { S: secret }, close: () => bbb.close() };
  },
  async jitsi() {
    const meet = await startJitsi({ kind: 'current', domain: 'meet.test', web: 9268, rooms: [] });
    return { origin: meet.origin, settings: meet.settings(), close: () => meet.close() };
  },
  async 'nextcloud-talk'() {
    const talk = await startTalk(currentTalk());
    const { origin } = talk.server;
    return { origin, settings: { url: origin }, close: () => talk.server.close() };
  },
  async rocketchat() {
    const world = airGapped();
    const chat = await startRocketChat(world);
    const { origin } = chat.server;
    const settings = { url: origin, user_id: { env: 'U' }, token: { env: 'T' } };
    return {
      origin,
      settings,
      secretValues: { U: world.userId, T: world.token },
      close: () => chat.server.close(),
    };
  },
};

async function scanned(vendor: string, given: GivenReleases | undefined): Promise<Scan> {
  const adapter = adapters.get(vendor) as Adapter;
  const server = await servers[vendor]?.();
  if (server === undefined) throw new Error(`no server for ${vendor}`);
  const releases = async (): Promise<GivenReleases | undefined> => given;
  const handed: Adapter = {
    ...adapter,
    check: (target, context) => adapter.check(target, { ...context, releases }),
    collect: (target, context) => adapter.collect(target, { ...context, releases }),
  };
  try {
    const found = await scan({ adapter: handed, check: true, ...server });
    expect(found.errors).toEqual([]);
    return found;
  } finally {
    await server.close();
  }
}

const rests: FactName[] = ['platform_branch_supported', 'latest_patch_version', 'version_list_age'];

function told(found: Scan): unknown[] {
  const facts = found.subjects.get('deployment -')?.facts;
  return rests.map((name) => {
    const fact = facts?.[name];
    return isKnown(fact) ? fact.value : `? ${fact?.unavailable.code}`;
  });
}

describe.each<[string, string, string, object, string]>([
  [
    'bigbluebutton',
    'releases',
    'bigbluebutton',
    { branch: '3.0', latest: '3.0.99', ends: '2026-11-01' },
    '3.0.99',
  ],
  ['jitsi', 'L', 'jitsi-meet', { branch: '2.0.99999', parts: { web: '99999' } }, '2.0.99999'],
  [
    'nextcloud-talk',
    'releases',
    'server',
    { branch: '35', latest: '35.0.99', ends: '2026-11-01' },
    '35.0.99',
  ],
  ['rocketchat', 'releases', 'server', { branch: '8.8', latest: '8.8.99', ends: '2026-11-01' }, '8.8.99'],
])('%s', (vendor, source, product, branch, latest) => {
  const list = { dated: '2026-11-21', branches: [branch as ReleaseList['branches'][number]] };

  it('a given list decides, and its day is its age', async () => {
    const more = vendor === 'jitsi' ? [{ branch: '2.0.99998' }] : [];
    const found = await scanned(vendor, {
      lists: { [product]: { ...list, branches: [...list.branches, ...more] } },
    });
    expect(told(found).slice(0, 2)).toEqual([false, latest]);
    const facts = found.subjects.get('deployment -')?.facts;
    const evidence = facts?.latest_patch_version?.evidence ?? [];
    expect(JSON.stringify(evidence)).toContain('2026-11-21, given as a file');
    expect(found.outcomes.get(source)).toMatchObject({ state: 'complete', local: true });
    const line = found.checks.find((each) => each.source === source);
    expect(line).toMatchObject({ state: 'ok' });
    expect(line?.message.en).toContain(`${product} 2026-11-21 (from a file)`);
  });

  it('an older one does not', async () => {
    const before = await scanned(vendor, undefined);
    const found = await scanned(vendor, { lists: { [product]: { ...list, dated: '2020-01-01' } } });
    expect(told(found)).toEqual(told(before));
    expect(told(before)[0]).toBe(true);
    const line = found.checks.find((each) => each.source === source);
    expect(line?.message.en).toContain('(built-in)');
  });

  it('one that cannot be read is a hole, never the one that comes along', async () => {
    const damaged = reason('invalid_answer', 'the given list is damaged (3:7)');
    const found = await scanned(vendor, { reason: damaged });
    expect(told(found)).toEqual(rests.map(() => '? invalid_answer'));
    expect(found.outcomes.get(source)).toMatchObject({ state: 'failed', reason: damaged });
    const line = found.checks.find((each) => each.source === source);
    expect(line).toMatchObject({ state: 'failed' });
    expect(line?.remedy?.en).toContain('roomwarden releases --from');
  });
});
