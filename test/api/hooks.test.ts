import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bigbluebutton } from '../../adapters/bigbluebutton/index.ts';
import { type BigBlueButtonSimulator, startBigBlueButton } from '../../adapters/bigbluebutton/simulator.ts';
import {
  createdEvent,
  post,
  recordingEvent,
  delivery as signedDelivery,
} from '../../adapters/bigbluebutton/simulator-hooks.ts';
import { buildApi } from '../../src/api/server.ts';
import type { ConfiguredTarget } from '../../src/config/types.ts';
import { FactReader, storedColumns } from '../../src/inventory/kept.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import { Pushes } from '../../src/scan/push.ts';
import { type RecordDeps, recordScan } from '../../src/scan/runner.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { processorTime } from '../processor.ts';
import { config, quiet, t0 } from '../scan/toy.ts';

const secret = 'push-secret-canary-0123456789abcdef';
const catalogue = loadCatalogue(fileURLToPath(new URL('../../policies', import.meta.url)));
let folder: string;
let store: Store;
let running: BigBlueButtonSimulator;
let deps: RecordDeps;
let pushes: Pushes;
let app: Awaited<ReturnType<typeof buildApi>>;
const logs: string[] = [];
const clock = { now: t0 };

const target = (id: string, live: boolean): ConfiguredTarget =>
  ({
    id,
    vendor: 'bigbluebutton',
    settings: {
      id,
      vendor: 'bigbluebutton',
      url: running.url,
      secret: { env: 'S' },
      ...(live ? { live: { purpose: 'p' } } : {}),
    },
    schedule: null,
    freshness: 86_400,
    live: live ? { purpose: 'p' } : null,
    origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
  }) as ConfiguredTarget;

beforeEach(async () => {
  clock.now = t0;
  folder = mkdtempSync(join(tmpdir(), 'roomwarden-hooks-'));
  store = await openStore({ kind: 'sqlite', file: join(folder, 'roomwarden.db') });
  running = await startBigBlueButton({
    secret,
    clock: () => clock.now,
    meetings: [
      { id: 'm1', name: 'Amt 12' },
      { id: 'm2', name: 'M2' },
    ],
  });
  const configured = config({ targets: [target('bbb-main', true), target('bbb-quiet', false)] });
  const adapters = new Map([['bigbluebutton', bigbluebutton as never]]);
  const bind = binder(catalogue, adapters);
  const collect = {
    now: () => clock.now,
    log: quiet,
    secret: async () => secret,
    attesting: attestingPolicies(catalogue),
  };
  deps = {
    store,
    key: 'k'.repeat(32),
    config: configured,
    catalogue,
    bind,
    adapters,
    collect,
    spool: join(folder, 'spool'),
  };
  pushes = new Pushes(deps);
  const log = pino({ level: 'debug' }, { write: (line: string) => void logs.push(line) });
  app = await buildApi({
    config: configured,
    catalogue,
    store,
    scheduler: { request: () => ({ scan: 's', accepted: true }), activeScan: () => null } as never,
    bind,
    key: deps.key,
    now: () => clock.now,
    log: log as never,
    version: '0',
    limits: { failedLogins: 5 },
    pushes,
  });
});
afterEach(async () => {
  await app.close();
  await pushes.stop();
  await running.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function delivery(event: object, id = 'bbb-main', own = secret) {
  const registered = `https://roomwarden.example.org/hooks/bigbluebutton/${id}`;
  const { url, body } = signedDelivery(event, { url: registered, secret: own, at: clock.now });
  return {
    method: 'POST' as const,
    url: url.slice('https://roomwarden.example.org'.length),
    headers: {
      host: 'roomwarden.example.org',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    },
    payload: body,
  };
}
const props = (id: string, unmute: boolean) =>
  createdEvent({ id, name: 'Amt 12' }, clock.now, {
    usersProp: { guestPolicy: 'ALWAYS_ACCEPT', authenticatedGuest: true, allowModsToUnmuteUsers: unmute },
    password: { moderatorPass: 'push-password-canary', learningDashboardAccessToken: '' },
  });

const findings = async () =>
  (await store.db.selectFrom('findings').select(['subject_id', 'policy', 'verdict', 'status']).execute()) as {
    subject_id: string;
    policy: string;
    verdict: string;
    status: string;
  }[];
const remote = async (id: string) =>
  (await findings()).find((row) => row.subject_id === id && row.policy === 'remote-control-disabled');

const scan = (id: string) =>
  recordScan(deps, {
    id,
    target: deps.config.targets[0] as ConfiguredTarget,
    signal: new AbortController().signal,
  });

describe('POST /hooks/bigbluebutton/{target}', () => {
  it('judges a meeting at once and without much work, and leaves everything else as it was', async () => {
    await scan('scan-1');
    const before = await findings();
    clock.now += 60_000;
    // Of the two seconds that are promised; nothing of it may wait for a timer.
    const used = processorTime();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const answer = await app.inject(delivery(props('m1', true)));
    expect(answer.statusCode).toBe(204);
    await pushes.idle();
    expect(used()).toBeLessThan(1_000);
    expect(timers.mock.calls.filter(([, ms = 0]) => ms > 0 && ms < 10_000)).toEqual([]);
    expect(await remote('m1')).toMatchObject({ verdict: 'violation', status: 'open' });
    expect(await remote('m2')).toBeUndefined();
    const others = (rows: typeof before) => rows.filter((row) => row.subject_id !== 'm1');
    expect(others(await findings())).toEqual(others(before));
    const row = await store.db
      .selectFrom('targets')
      .select('last_scan')
      .where('id', '=', 'bbb-main')
      .executeTakeFirst();
    expect(row?.last_scan).toBe('scan-1');
    const stored = await store.db
      .selectFrom('subjects')
      .select(storedColumns)
      .where('id', '=', 'm1')
      .executeTakeFirstOrThrow();
    const facts = await new FactReader(store.db).one(stored);
    expect(facts['room_remote_control_allowed']).toMatchObject({ value: true });
    expect(facts['room_dial_in_enabled']).toMatchObject({ value: false, evidence: [{ source: 'EV' }] });
  });

  it('over the wire: the server reports a meeting and its recording, each is judged within two seconds', async () => {
    await scan('scan-1');
    const origin = await app.listen({ host: '127.0.0.1', port: 0 });
    const callback = { url: `${origin}/hooks/bigbluebutton/bbb-main`, secret, at: clock.now };
    const meeting = { id: 'm9', name: 'M9', recording: true, createTime: clock.now };
    running.world = { ...running.world, meetings: [...(running.world.meetings ?? []), meeting] };
    const took: number[] = [];
    const within = async (event: object, seen: () => Promise<unknown>): Promise<void> => {
      const started = performance.now();
      expect(await post(event, callback)).toBe(204);
      await vi.waitFor(async () => expect(await seen()).toBe('violation open'), {
        timeout: 30_000,
        interval: 5,
      });
      took.push(Math.round(performance.now() - started));
    };
    const standing = async (policy: string): Promise<string | undefined> => {
      const row = (await findings()).find((one) => one.subject_id === 'm9' && one.policy === policy);
      return row === undefined ? undefined : `${row.verdict} ${row.status}`;
    };
    const unmuting = { usersProp: { allowModsToUnmuteUsers: true } };
    await within(createdEvent(meeting, clock.now, unmuting), () => standing('remote-control-disabled'));
    await within(recordingEvent('m9', clock.now, true, clock.now + 1), () => standing('live-no-recording'));
    // Told, not asserted: a busy machine is no fault of ours.
    process.stdout.write(`judged ${took.join(' and ')} ms after the event was sent (2000 are promised)\n`);
    clock.now += 60_000;
    await scan('scan-2');
    expect(await standing('remote-control-disabled')).toBe('violation open');
    expect(await post(createdEvent(meeting, clock.now), { ...callback, secret: 'other' })).toBe(404);
  });

  it('behind a proxy that changes the path, the address is taken from the configuration', async () => {
    await scan('scan-1');
    const registered = 'https://aussen.example.org/rw/hooks/bbb';
    const [first] = deps.config.targets;
    Object.assign(first?.settings ?? {}, { callback_url: registered });
    const event = props('m1', true);
    const { url, body } = signedDelivery(event, { url: registered, secret, at: clock.now });
    const plain = delivery(event);
    expect((await app.inject(plain)).statusCode).toBe(404);
    const checksum = url.slice(url.indexOf('?'));
    const rewritten = { ...plain, url: `/hooks/bigbluebutton/bbb-main${checksum}`, payload: body };
    expect((await app.inject(rewritten)).statusCode).toBe(204);
    await pushes.idle();
    expect(await remote('m1')).toMatchObject({ verdict: 'violation' });
  });

  it('an event that was sent long ago is taken and dropped: refused, it would come again every minute', async () => {
    const old = delivery(props('m1', true));
    clock.now += 11 * 60_000;
    for (let time = 0; time < 8; time++) expect((await app.inject(old)).statusCode).toBe(204);
    await pushes.idle();
    expect(await findings()).toEqual([]);
  });

  it('a harmless meeting opens nothing, a new one is known at once', async () => {
    await scan('scan-1');
    expect((await app.inject(delivery(props('m3', false)))).statusCode).toBe(204);
    await pushes.idle();
    expect(await remote('m3')).toBeUndefined();
    expect(
      await store.db.selectFrom('subjects').select('state').where('id', '=', 'm3').executeTakeFirst(),
    ).toMatchObject({ state: 'present' });
  });

  it.each([
    ['another secret', () => delivery(props('m1', true), 'bbb-main', 'other')],
    ['a target without live', () => delivery(props('m1', true), 'bbb-quiet')],
    ['a target that does not exist', () => delivery(props('m1', true), 'nowhere')],
    ['no signature', () => ({ ...delivery(props('m1', true)), url: '/hooks/bigbluebutton/bbb-main' })],
  ])('%s: nothing there', async (_name, request) => {
    expect((await app.inject(request())).statusCode).toBe(404);
    await pushes.idle();
    expect(await findings()).toEqual([]);
  });

  it('a body that is too large, and too many wrong signatures', async () => {
    const large = { ...delivery(props('m1', true)), payload: 'x'.repeat(600_000) };
    expect((await app.inject(large)).statusCode).toBe(413);
    const wrong = delivery(props('m1', true), 'bbb-main', 'other');
    for (let time = 0; time < 6; time++) await app.inject(wrong);
    expect((await app.inject(wrong)).statusCode).toBe(429);
  });

  it('no secret or password is logged or stored', async () => {
    await app.inject(delivery(props('m1', true)));
    await pushes.idle();
    const rows = JSON.stringify([
      await store.db.selectFrom('subjects').selectAll().execute(),
      await store.db.selectFrom('books').selectAll().execute(),
    ]);
    expect(rows + logs.join()).not.toMatch(/canary/);
  });
});
