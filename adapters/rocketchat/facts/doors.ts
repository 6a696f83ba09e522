import { type Evidence, type Fact, hole, known, reason } from '../../contract/fact.ts';
import { evidenceOf, factOf, has, valueIn } from '../../contract/seen.ts';
import type { Room } from '../rooms.ts';
import { anonymousReading, held, providerOpen } from './access.ts';
import { elsewhere, isProvider } from './calls.ts';
import { type Bit, bitOf, either, isFalse, isTrue, not, unique } from './logic.ts';
import type { Facts, Observation } from './observation.ts';
import { guestPinBits, guestPinLength, guestPinSet, providerAsks, waitingRoom } from './provider.ts';
import type { Scene } from './scene.ts';

/** Who gets into a call of this room, and by what. */
export function doorFacts(scene: Scene): Facts {
  const { observation } = scene;
  const open = openness(scene);
  const members = membersOnly(scene, open);
  return {
    room_password_required: passwordRequired(scene),
    room_waiting_room_enabled: waitingRoom(observation),
    room_members_only: members,
    room_signed_in_only: members,
    room_password_length: strength(scene, guestPinLength),
    room_password_entropy_bits: strength(scene, guestPinBits),
    room_password_in_invite_link: inLink(scene),
    room_link_guessable: guessable(observation),
    room_publicly_listed: publiclyListed(scene, open),
    room_joinable_without_invitation: joinable(scene, open, members),
    room_guest_access_allowed: guests(scene, open),
  };
}

/** Whether everybody on the server finds and enters the room; a discussion is as open as its parent. */
function openness({ room, type, observation, seen }: Scene): Bit {
  if (type === 'c') return known(true, seen);
  if (type !== 'p' || !has(room.prid)) return known(false, seen);
  const parent = observation.rooms.get(room.prid.value);
  const at = evidenceOf(room.prid);
  if (parent === undefined) {
    return hole(reason('incomplete', 'the room that the discussion belongs to was not seen'), at);
  }
  const own = bitOf(parent.t, (t) => t === 'c');
  return { ...own, evidence: unique([...own.evidence, at]) };
}

/** The join code of a channel is not asked when a call is joined: it only stands in the chain. */
function passwordRequired({ room, type, observation, seen }: Scene): Bit {
  if (isProvider(observation, 'pexip')) return guestPinSet(observation);
  if (type === 'c') return known(false, withJoinCode(seen, room));
  if (isProvider(observation, 'bigbluebutton')) return known(false, observation.calls.evidence);
  return elsewhere(observation);
}

function withJoinCode(seen: readonly Evidence[], { full }: Room): Evidence[] {
  const [first, ...rest] = seen.map((one) => ({ ...one, provenance: 'derived' as const }));
  if (first === undefined || full === null || !has(full.joinCodeRequired)) return seen as Evidence[];
  const chain = [
    {
      layer: 'room' as const,
      path: 'joinCodeRequired (not asked for calls)',
      value: full.joinCodeRequired.value,
      decides: false,
    },
    { layer: 'server' as const, path: 'calls of public channels', value: 'open', decides: true },
  ];
  return [{ ...first, chain }, ...rest];
}

/** Every meeting of the BigBlueButton app has the same published passwords: they protect nothing. */
function strength({ observation }: Scene, ofPin: (observation: Observation) => Fact<number>): Fact {
  if (isProvider(observation, 'pexip')) return ofPin(observation);
  if (isProvider(observation, 'bigbluebutton')) {
    const evidence = observation.calls.evidence.map((one) => ({
      ...one,
      provenance: 'documented_default' as const,
    }));
    return known(0, evidence);
  }
  return elsewhere(observation);
}

/** The meeting admits members only if its room does and the provider asks, too. */
function membersOnly({ observation }: Scene, open: Bit): Bit {
  if (isTrue(open)) return not(open);
  if (!isFalse(open)) return open;
  const asks =
    observation.calls.state === 'none' ? known(true, observation.calls.evidence) : providerAsks(observation);
  if (!('value' in asks)) return asks;
  return { value: asks.value, evidence: unique([...asks.evidence, ...open.evidence]) };
}

/** A call's address in the BigBlueButton app is a signed one with the fixed password. */
function inLink({ observation, call }: Scene): Fact {
  if (isProvider(observation, 'bigbluebutton')) {
    return known(
      true,
      observation.calls.evidence.map((one) => ({ ...one, provenance: 'derived' as const })),
    );
  }
  const address = call !== undefined && 'newest' in call ? call.newest?.address : undefined;
  if (address !== undefined && valueIn(address)?.secret === true) return factOf(address, () => true);
  return elsewhere(observation);
}

/** The Jitsi app names a meeting after the id of the call. */
function guessable(observation: Observation): Fact {
  if (!isProvider(observation, 'jitsi')) return elsewhere(observation);
  return known(
    false,
    observation.calls.evidence.map((one) => ({ ...one, provenance: 'derived' as const })),
  );
}

function publiclyListed({ room, type, observation }: Scene, open: Bit): Bit {
  const own = room.teamId;
  if (!isTrue(open) || type !== 'c') return open;
  if (!has(own)) return own.absent ? open : hole(own.reason, evidenceOf(own));
  const { list, sight, gap } = observation.teams;
  const team = list.get(own.value);
  if (team !== undefined) return bitOf(team.public, (value) => value);
  const why = gap ?? reason('incomplete', 'the list of teams lacks the team of this channel');
  return hole(why, evidenceOf({ ...sight, path: 'teams[].type' }));
}

/** Anybody with the permission of ordinary accounts walks into a public channel. */
function joinable({ observation }: Scene, open: Bit, members: Bit): Bit {
  if (isTrue(open)) return held(observation, 'view-c-room', 'user');
  return isFalse(open) ? not(members) : open;
}

function guests({ observation }: Scene, open: Bit): Bit {
  const provider = providerOpen(observation);
  if (isFalse(open)) return provider;
  if (!isTrue(open)) return isTrue(provider) ? provider : open;
  return either(provider, anonymousReading(observation));
}
