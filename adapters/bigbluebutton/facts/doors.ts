import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import { type Answer, answered, fromField, holeOf, proof } from '../answer.ts';
import type { PublicRoom } from '../greenlight.ts';
import { notGiven } from '../rows.ts';
import type { Read } from '../schema.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { codeRules } from './codes.ts';
import { guestsPass } from './created.ts';
import { codeOf, isOn, optionPath, type Stored, storedHole, storedOf, storedProof } from './options.ts';
import { originProof } from './origin.ts';
import type { RoomRule, RoomRules } from './rule.ts';
import { registrationClosed } from './site.ts';
import { documentRetention, documents } from './uploads.ts';
import { callersWait, waitingRoom } from './waiting.ts';

const unknownDoor = reason(
  'not_observable',
  'another front end than Greenlight 3 made this meeting, and its doors are not shown',
);

/** How one comes into a room of Greenlight. */
const ownDoors = {
  room_password_required: passwordRequired,
  room_waiting_room_enabled: waitingRoom,
  room_dial_in_waiting_room: (seen, room) => callersWait(waitingRoom(seen, room)),
  room_members_only: (_, room) => known(false, { ...originProof(room), provenance: 'derived' }),
  room_signed_in_only: signedInOnly,
  room_guest_access_allowed: guestAccess,
  room_link_guessable: (_, room) => linkGuessable(room),
  room_publicly_listed: (_, room) => known(false, { ...originProof(room), provenance: 'derived' }),
  room_joinable_without_invitation: (seen, room) =>
    joinable(
      linkGuessable(room),
      () => guestAccess(seen, room),
      () => passwordRequired(seen, room),
      () => waitingRoom(seen, room),
    ),
  ...codeRules,
  room_password_in_invite_link: () =>
    hole(reason('not_observable', 'a link may carry the code; whether one was sent is invisible')),
  room_shared_documents_count: documents,
  room_document_retention: documentRetention,
} satisfies RoomRules;
type DoorName = keyof typeof ownDoors;

/** The API itself shows no door: of another front end there is at most what was told at the creation. */
export const doorRules = Object.fromEntries(
  (Object.entries(ownDoors) as [DoorName, RoomRule][]).map(([name, rule]): [DoorName, RoomRule] => [
    name,
    (seen, room) => (room.greenlight ? rule(seen, room) : foreignDoor(name, room)),
  ]),
) as Readonly<Record<DoorName, RoomRule>>;

function foreignDoor(name: DoorName, room: SeenRoom): Fact {
  if (name === 'room_waiting_room_enabled' || name === 'room_dial_in_waiting_room') {
    const passing = room.told === null ? null : guestsPass(room.told);
    if (passing !== null) return passing;
  }
  return hole(unknownDoor, originProof(room));
}

/** What Greenlight answers about the room, or why it does not. */
export function openOf({ open }: SeenRoom): Answer<PublicRoom> {
  return open ?? { call: null, reason: notGiven('GS', 'the meeting does not name its room in Greenlight') };
}

/** The database first; where it was not given or does not know the room, what a visitor is shown. */
export function fromStored(
  seen: Seen,
  room: SeenRoom,
  path: string,
  stored: (found: Stored) => Fact<boolean>,
  open: () => Fact<boolean>,
): Fact<boolean> {
  const found = storedOf(seen, room);
  if (found !== null && 'room' in found) {
    const fact = stored(found);
    if ('value' in fact || room.open === null || !answered(room.open)) return fact;
    const other = open();
    return 'value' in other ? other : fact;
  }
  if (found === null || found.call === null || (room.open !== null && answered(room.open))) return open();
  return holeOf(found, path);
}

function openDoor(room: SeenRoom, key: string, field: (open: PublicRoom) => Read<boolean>): Fact<boolean> {
  const open = openOf(room);
  const path = `/data/${key}`;
  return answered(open)
    ? fromField(open.call, path, field(open.value), (value) => value)
    : holeOf(open, path);
}

function loginRequired(seen: Seen, room: SeenRoom): Fact<boolean> {
  const path = optionPath('glRequireAuthentication');
  return fromStored(
    seen,
    room,
    path,
    (stored) => {
      const login = isOn(stored, 'glRequireAuthentication');
      if (!login.ok) return storedHole(stored, path, login.reason);
      return known(login.value.on, storedProof(stored, path, login.value.chain));
    },
    () => openDoor(room, 'require_authentication', ({ requiresLogin }) => requiresLogin),
  );
}

/** A code for moderators alone keeps nobody out, unless everybody comes in as one. */
function passwordRequired(seen: Seen, room: SeenRoom): Fact<boolean> {
  const path = optionPath('glViewerAccessCode');
  return fromStored(
    seen,
    room,
    path,
    (stored) => {
      const viewer = codeOf(stored, 'glViewerAccessCode');
      if (!viewer.ok) return storedHole(stored, path, viewer.reason);
      const evidence = storedProof(stored, path, viewer.value.chain);
      if (viewer.value.code !== null) return known(true, evidence);
      const anyone = isOn(stored, 'glAnyoneJoinAsModerator');
      if (!anyone.ok) return storedHole(stored, path, anyone.reason);
      const moderator = codeOf(stored, 'glModeratorAccessCode');
      if (!moderator.ok) return storedHole(stored, path, moderator.reason);
      return known(anyone.value.on && moderator.value.code !== null, [
        evidence,
        storedProof(stored, optionPath('glAnyoneJoinAsModerator'), anyone.value.chain),
        storedProof(stored, optionPath('glModeratorAccessCode'), moderator.value.chain),
      ]);
    },
    () => openPassword(room),
  );
}

function openPassword(room: SeenRoom): Fact<boolean> {
  const open = openOf(room);
  if (!answered(open)) return holeOf(open, '/data/viewer_access_code');
  const { viewerCode, moderatorCode, anyoneModerates } = open.value;
  const evidence = proof(open.call, '/data/viewer_access_code');
  if (viewerCode.ok && viewerCode.value) return known(true, evidence);
  const more = [
    evidence,
    proof(open.call, '/data/anyone_join_as_moderator'),
    proof(open.call, '/data/moderator_access_code'),
  ];
  if (anyoneModerates.ok && moderatorCode.ok && anyoneModerates.value && moderatorCode.value)
    return known(true, more);
  if (!viewerCode.ok) return hole(viewerCode.reason, evidence);
  if (anyoneModerates.ok && !anyoneModerates.value) return known(false, more);
  if (moderatorCode.ok && !moderatorCode.value) return known(false, more);
  const broken = anyoneModerates.ok ? moderatorCode : anyoneModerates;
  return hole(broken.ok ? reason('invalid_answer') : broken.reason, more);
}

function guestAccess(seen: Seen, room: SeenRoom): Fact<boolean> {
  const required = loginRequired(seen, room);
  return 'value' in required ? { ...required, value: !required.value } : required;
}

function signedInOnly(seen: Seen, room: SeenRoom): Fact<boolean> {
  const required = loginRequired(seen, room);
  if ('unavailable' in required || !required.value) return required;
  const closed = registrationClosed(seen);
  const evidence = [...required.evidence, ...closed.evidence];
  return 'unavailable' in closed
    ? hole(closed.unavailable, closed.evidence.length === 0 ? required.evidence : closed.evidence)
    : known(closed.value, evidence);
}

function linkGuessable(room: SeenRoom): Fact<boolean> {
  const evidence = originProof(room, 'bbb-context-id', 'rooms.friendly_id');
  if (room.randomLink) return known(false, { ...evidence, provenance: 'derived' });
  return hole(reason('not_observable', 'the form of the address is not that of a random one'), evidence);
}

/** Nobody finds a room that is neither listed nor to be guessed, and one closed door is enough: later ones are not looked at. */
export function joinable(
  guessable: Fact<boolean>,
  guests: () => Fact<boolean>,
  password: () => Fact<boolean>,
  waiting: () => Fact<boolean>,
): Fact<boolean> {
  const closed = [
    [() => guessable, false],
    [guests, false],
    [password, true],
    [waiting, true],
  ] as const;
  for (const [look, shut] of closed) {
    const door = look();
    if ('value' in door && door.value === shut) return known(false, door.evidence);
  }
  return guessable;
}
