import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listsInUse } from '../../../adapters/contract/releases.ts';
import { field, valueIn } from '../../../adapters/contract/seen.ts';
import { clockOf } from '../../../adapters/nextcloud-talk/client.ts';
import { kindOf } from '../../../adapters/nextcloud-talk/facts/room-kind.ts';
import { readLoginPage } from '../../../adapters/nextcloud-talk/login-page.ts';
import { readParticipants } from '../../../adapters/nextcloud-talk/participants.ts';
import { documentedValue, releaseOf, releases } from '../../../adapters/nextcloud-talk/releases.ts';
import { readCapabilities, readRoom, readSignaling } from '../../../adapters/nextcloud-talk/schema.ts';

const answer = (data: unknown) => ({ source: 'X', locator: 'GET /x', at: 1, data });

describe('field', () => {
  it.each<[unknown, string, unknown]>([
    [{ a: { b: 1 } }, 'a.b', { value: 1 }],
    [{ a: {} }, 'a.b', { reason: { code: 'invalid_answer', detail: 'x.a.b is missing' }, absent: true }],
    [{ a: { b: '1' } }, 'a.b', { reason: { code: 'invalid_answer' }, absent: false }],
    [{ a: [] }, 'a.b', { absent: true }],
    [null, 'a.b', { absent: true }],
    [{ a: { b: null } }, 'a.b', { absent: false }],
  ])('%j %s', (data, path, expected) => {
    expect(field(answer(data), 'x', path, z.int())).toMatchObject(expected as object);
  });

  it('does not read what an object inherits', () => {
    expect(field(answer({}), '', 'constructor', z.unknown())).toMatchObject({ absent: true });
  });
});

describe('kinds of rooms', () => {
  const plain = { token: 'abcd1234', type: 2, objectType: '', objectId: '' };
  it.each<[object, string]>([
    [{ type: 3 }, 'conference'],
    [{ type: 3, objectType: 'emails', objectId: 'x' }, 'conference'],
    [{ type: 2 }, 'group'],
    [{ objectType: 'extended_conversation', objectId: 'abcd' }, 'group'],
    [{ objectType: 'classified', objectId: 'x' }, 'group'],
    [{ objectType: 'event', objectId: '1#2' }, 'event'],
    [{ objectType: 'instant_meeting', objectId: '1' }, 'instant'],
    [{ objectType: 'phone_persist', objectId: 'x' }, 'phone'],
    [{ objectType: 'share:password', objectId: 'x' }, 'file'],
    [{ type: 1 }, 'counted direct'],
    [{ type: 4 }, 'counted system'],
    [{ objectType: 'sample', objectId: 'x' }, 'counted system'],
    [{ type: 5 }, 'counted former'],
    [{ type: 6 }, 'counted self'],
    [{ objectType: 'room', objectId: 'x' }, 'counted breakout'],
    [{ remoteServer: 'https://b.example', remoteToken: 'abcd' }, 'counted foreign'],
    [{ remoteServer: 'https://b.example' }, 'unknown'],
    [{ type: 7 }, 'unknown'],
    [{ type: -1 }, 'unknown'],
    [{ type: '3' }, 'unknown'],
    [{ objectType: 'something_new', objectId: 'x' }, 'unknown'],
    [{ objectId: 'left over' }, 'unknown'],
  ])('%j: %s', (more, expected) => {
    const room = readRoom(answer([]), { ...plain, ...more }, 'member');
    const kind = room === null ? null : kindOf(room);
    const text =
      kind === null
        ? 'none'
        : 'kind' in kind
          ? kind.kind
          : 'counted' in kind
            ? `counted ${kind.counted}`
            : 'unknown';
    expect(text).toBe(expected);
  });

  it.each([[{ ...plain, token: 7 }], [{ ...plain, token: '../x' }], ['text'], [null]])(
    'no room: %j',
    (element) => {
      expect(readRoom(answer([]), element, 'member')).toBeNull();
    },
  );
});

describe('login page', () => {
  const page = (policy: string, text = '') =>
    readLoginPage(answer({ text, headers: { 'content-security-policy': policy } }));

  it('hosts of the policy, without keywords', () => {
    const read = page(
      "default-src 'none'; script-src 'nonce-x' https://*.tracker.example; connect-src 'self' data: * wss://sig.example.org https://sig.example.org:8443 stun:stun.nextcloud.com:443 *.files.example:*; img-src blob: https://tiles.example/x",
    );
    expect(valueIn(read.connect)).toEqual(['sig.example.org', 'stun.nextcloud.com', 'files.example']);
    expect(valueIn(read.script)).toEqual(['tracker.example']);
    expect(valueIn(read.others)).toEqual(['tiles.example']);
    expect(valueIn(read.signaling)).toEqual(['sig.example.org']);
  });

  it.each(['', 'frame-ancestors none'])('no policy: %j', (policy) => {
    expect(page(policy).connect).toMatchObject({ absent: true, reason: { code: 'invalid_answer' } });
  });

  const state = (value: string) => `<input type="hidden" id="initial-state-theming-data" value="${value}">`;
  const encoded = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64');
  it.each<[string, object]>([
    [state(encoded({ privacyUrl: '' })), { value: '' }],
    [state(encoded({ privacyUrl: 'https://a.example' })), { value: 'https://a.example' }],
    [state(encoded({ imprintUrl: '' })), { absent: true }],
    [state('bm90IGpzb24='), { absent: false }],
    ['<html></html>', { absent: true }],
  ])('privacy notice in %s', (text, expected) => {
    expect(page("connect-src 'self'", text).privacyUrl).toMatchObject(expected);
  });
});

describe('participants', () => {
  const person = {
    actorType: 'guests',
    inCall: 1,
    participantType: 4,
    permissions: 0,
    sessionIds: ['s'],
    displayName: 'Gast',
  };
  it('an unreadable one is a gap, the others still count', () => {
    const read = readParticipants(answer([person, { ...person, inCall: 'yes' }, person]));
    expect(read).toMatchObject({
      inCall: 2,
      unauthenticated: 2,
      gap: { code: 'invalid_answer', detail: 'ocs.data[].inCall' },
    });
    expect(JSON.stringify(read)).not.toContain('Gast');
  });

  it('an actor that nobody knows is not guessed at', () => {
    expect(readParticipants(answer([{ ...person, actorType: 'aliens' }]))).toMatchObject({
      inCall: 0,
      gap: { detail: 'ocs.data[].actorType' },
    });
  });

  it('no list', () => {
    expect(readParticipants(answer({}))).toMatchObject({ reason: { code: 'invalid_answer' } });
  });
});

describe('capabilities and signaling', () => {
  it('an empty map in the spelling of PHP is still there', () => {
    expect(readCapabilities(answer({ capabilities: { core: [], spreed: {} } })).core).toMatchObject({
      value: [],
    });
  });

  it('addresses only', () => {
    const read = readSignaling(
      answer({
        stunservers: [{ urls: 'stun:a.example:1' }],
        turnservers: [{ urls: ['turn:b.example'], credential: 'c' }],
      }),
    );
    expect(valueIn(read.stun)).toEqual(['stun:a.example:1']);
    expect(JSON.stringify(read)).not.toContain('credential');
  });
});

describe('releases', () => {
  const inUse = listsInUse(releases, undefined);
  it.each([
    ['server', '32.0.1', '2026-09-30', '32.0.14'],
    ['spreed', '22.0.10', undefined, '22.0.15'],
    ['server', '28.0.0', '2024-12-31', undefined],
  ] as const)('%s %s', (component, version, ends, latest) => {
    const release = releaseOf(inUse[component], version);
    expect([release?.ends, release?.latest]).toEqual([ends, latest]);
  });

  it('an unknown major is unknown', () => {
    expect(releaseOf(inUse.server, '36.0.0')).toBeNull();
    expect(releaseOf(inUse.server, 'nightly')).toBeNull();
    expect(documentedValue('guest_name_required', '23.0.0')).toMatchObject({
      code: 'not_supported_by_version',
    });
  });
});

it.each([
  [1_000_000, 1_030_000, 1_000_000],
  [1_000_000, 1_061_000, 1_061_000],
  [1_000_000, null, 1_000_000],
])('the clock at %d with the server at %s', (observedAt, serverDate, expected) => {
  expect(clockOf({ observedAt, serverDate })).toBe(expected);
});
