import { describe, expect, it } from 'vitest';
import { smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Case, outcome } from './harness.ts';

/** A call of yesterday at this host, by the provider that is set up. */
const callAt = (host: string, provider = 'jitsi') => ({
  t: 'c' as const,
  calls: [
    { status: 1 as const, createdAt: scanTime - 1_800_000, provider, url: `https://${host}/RocketChat65cc` },
  ],
});
const linked = { settings: { conference_target: 'meet' }, targets: { meet: 'meet.example.org' } };
/** The app's settings are shown; Jitsi's own value there is meet.jit.si. */
const admin = { roles: ['user', 'auditor-ro', 'admin'] };
const differs = expect.objectContaining({ items: expect.arrayContaining(['provider_host_differs']) });
const same = expect.objectContaining({ items: expect.not.arrayContaining(['provider_host_differs']) });
const silent = expect.objectContaining({
  complete: false,
  missing: expect.objectContaining({ code: 'not_permitted' }),
});

async function found({ room, world, options }: Omit<Case, 'name' | 'expect'>): Promise<unknown> {
  const rooms = room === undefined ? {} : { rooms: [{ id: 'probe', name: 'probe', ...room }] };
  const one: Case = {
    name: '',
    world: { ...smallWorld(scanTime), throttle: null, ...world, ...rooms } as never,
    ...(options === undefined ? {} : { options }),
    expect: { contradictions: null },
  };
  return (await outcome(one))['contradictions'];
}

describe('where calls take place, and where they are judged', () => {
  it.each<[string, Omit<Case, 'name' | 'expect'>, unknown]>([
    ['the linked target', { room: callAt('meet.example.org'), options: { ...linked, live: true } }, same],
    ['another server', { room: callAt('meet.jit.si'), options: { ...linked, live: true } }, differs],
    ['another spelling', { room: callAt('MEET.example.org.'), options: { ...linked, live: true } }, same],
    [
      'another provider',
      { room: callAt('pexip.example.org', 'pexip'), options: { ...linked, live: true } },
      same,
    ],
    [
      'an older call',
      {
        room: {
          t: 'c',
          calls: [
            { status: 3, createdAt: scanTime - 172_800_000, provider: 'jitsi', url: 'https://meet.jit.si/x' },
          ],
        },
        options: { ...linked, live: true },
      },
      same,
    ],
    ['nothing linked, the app hidden', { room: callAt('meet.jit.si'), options: { live: true } }, silent],
    [
      'a linked target without an address, the app hidden',
      { room: callAt('meet.jit.si'), options: { ...linked, targets: {}, live: true } },
      silent,
    ],
    [
      'the app names it',
      { world: admin, options: { targets: { meet: 'meet.jit.si' }, settings: linked.settings } },
      same,
    ],
    ['the app names another, and no call is read', { world: admin, options: linked }, differs],
    [
      'the app and the call agree, the linked target does not',
      { world: admin, room: callAt('meet.jit.si'), options: { ...linked, live: true } },
      differs,
    ],
    ['no app and no call to compare', { options: linked }, same],
  ])('%s', async (_, given, expected) => {
    expect(await found(given)).toEqual(expected);
  });
});
