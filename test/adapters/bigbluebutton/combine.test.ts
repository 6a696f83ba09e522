import { describe, expect, it } from 'vitest';
import { combine } from '../../../adapters/bigbluebutton/combine.ts';
import { createdEvent } from '../../../adapters/bigbluebutton/simulator-hooks.ts';
import { greenlightMetadata } from '../../../adapters/bigbluebutton/simulator-world.ts';
import { type Evidence, type Fact, hole, known, reason } from '../../../adapters/contract/fact.ts';
import type { Subject } from '../../../adapters/contract/subject.ts';
import { scanTime } from '../../contract/scan.ts';
import { receiveEvent } from './notes.ts';
import { brief } from './world.ts';

type Change = Parameters<typeof createdEvent>[2];
type Facts = Subject['facts'];

const from = (...sources: string[]): Evidence[] =>
  sources.map((source) => ({
    source,
    locator: source,
    path: 'x',
    observed_at: scanTime - 600_000,
    provenance: 'direct',
    force: 'enforced',
  }));

async function pushed(change: Change = {}, origin: Record<string, string> = {}): Promise<Facts> {
  const meeting = { id: 'm1', name: 'Amt 12', metadata: origin };
  const [item] = await receiveEvent(createdEvent(meeting, scanTime, change), scanTime);
  if (item === undefined || !('note' in item)) throw new Error('no meeting');
  return item.subject.facts;
}

const greenlight = greenlightMetadata('abc-def-ghi-jkl');
const holding: Change = { usersProp: { guestPolicy: 'ASK_MODERATOR', authenticatedGuest: true } };

describe('a room at the creation of a meeting', () => {
  it.each<[string, string, Fact, unknown, Change?]>([
    ['its own door stays', 'room_password_required', known(true, from('GS')), true],
    ['so does a hole of it', 'room_password_required', hole(reason('throttled'), from('GS')), '? throttled'],
    [
      'what was seen of a meeting does not',
      'room_password_required',
      known(true, from('GS', 'A1')),
      '? not_configured greenlight.url',
    ],
    ['the event decides', 'room_remote_control_allowed', known(true, from('EV')), false],
    [
      'over what is set for the next one',
      'room_recording_allowed',
      known(false, from('GS')),
      true,
      { recordProp: { record: true } },
    ],
    [
      'a damaged event leaves nothing of an event before',
      'room_remote_control_allowed',
      known(false, from('EV')),
      '? invalid_answer',
      { usersProp: { allowModsToUnmuteUsers: 1 } },
    ],
    [
      'nor of what is set for the next one',
      'room_recording_allowed',
      known(false, from('GS')),
      '? invalid_answer',
      { recordProp: { record: 1 } },
    ],
    [
      'a waiting room that it does not speak against',
      'room_waiting_room_enabled',
      known(true, from('GS')),
      true,
      holding,
    ],
    ['none that it speaks against', 'room_waiting_room_enabled', known(true, from('GS')), false],
    [
      'one that the room does not have',
      'room_waiting_room_enabled',
      known(false, from('GS')),
      '? not_observable',
      holding,
    ],
    [
      'one that depends on the version',
      'room_waiting_room_enabled',
      known(true, from('GS')),
      '? version_unknown',
      { usersProp: { guestPolicy: 'ALWAYS_ACCEPT_AUTH', authenticatedGuest: true } },
    ],
    [
      'one of an earlier meeting',
      'room_waiting_room_enabled',
      known(true, from('GS', 'EV')),
      '? not_observable',
      holding,
    ],
  ])('%s: %s', async (_name, name, before, value, change) => {
    const facts = combine({ [name]: before } as Facts, await pushed(change, greenlight));
    expect(brief((facts as Record<string, Fact>)[name])).toEqual(value);
  });

  it('whoever may come in follows from the doors as they are put together', async () => {
    const doors: Facts = {
      room_joinable_without_invitation: known(false, from('GS')),
      room_waiting_room_enabled: known(true, from('GS')),
      room_guest_access_allowed: known(true, from('GS')),
      room_password_required: known(false, from('GS')),
    };
    const shut = combine(doors, await pushed(holding, greenlight));
    expect(brief(shut.room_joinable_without_invitation)).toBe(false);
    const guessable = { ...greenlight, 'bbb-context-id': 'amt-12' };
    const open = combine(doors, await pushed({}, guessable));
    expect(brief(open.room_joinable_without_invitation)).toBe('? not_observable');
    expect(brief(open.room_dial_in_waiting_room)).toBe(false);
  });

  it('contradictions that were found stay, that there are no others is no longer known', async () => {
    const list = (items: string[]): Facts => ({
      room_contradictions: known({ items, complete: true }, from('GS')),
    });
    const pairsAfter = async (before: Facts) =>
      brief(combine(before, await pushed({}, greenlight)).room_contradictions);
    expect(await pairsAfter(list(['lobby_set_but_void']))).toMatchObject({
      items: ['lobby_set_but_void'],
      complete: false,
    });
    expect(await pairsAfter(list([]))).toMatchObject({ items: [], complete: false });
    expect(await pairsAfter({})).toBe('? not_observable');
  });

  it('a room that nobody knew has what the event says', async () => {
    const facts = await pushed({}, greenlight);
    const { room_contradictions: _, ...own } = combine({}, facts);
    for (const [name, fact] of Object.entries(own)) {
      if (!/waiting|joinable/.test(name)) expect(fact).toEqual(facts[name as keyof Facts]);
    }
  });
});
