import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import { type Answer, answered, derived, fromField, holeOf, proof } from '../answer.ts';
import type { PublicRoom } from '../greenlight.ts';
import { notGiven } from '../rows.ts';
import type { Read } from '../schema.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { codeNames } from '../statements.ts';
import type { StoredCode } from '../stored.ts';
import { guestsPass } from './created.ts';
import { codeOf, isOn, optionPath, type Stored, storedHole, storedOf, storedProof } from './options.ts';
import { originProof } from './origin.ts';
import { registrationClosed } from './site.ts';
import { documentRetention, documents } from './uploads.ts';
import { callersWait, waitingRoom } from './waiting.ts';

const unknownDoor = reason(
  'not_observable',
  'another front end than Greenlight 3 made this meeting, and its doors are not shown',
);

const doorNames = [
  'room_password_required',
  'room_waiting_room_enabled',
  'room_dial_in_waiting_room',
  'room_members_only',
  'room_signed_in_only',
  'room_guest_access_allowed',
  'room_link_guessable',
  'room_publicly_listed',
  'room_joinable_without_invitation',
  'room_password_length',
  'room_password_entropy_bits',
  'room_password_in_invite_link',
  'room_password_in_public_text',
  'room_shared_documents_count',
  'room_document_retention',
] as const;
type DoorFacts = Record<(typeof doorNames)[number], Fact>;

/** How one comes into a room: Greenlight's rooms only, the API itself shows no door. */
export function doorFacts(seen: Seen, room: SeenRoom): DoorFacts {
  const origin = originProof(room);
  if (!room.greenlight) {
    const closed = hole(unknownDoor, origin);
    const facts = Object.fromEntries(doorNames.map((name) => [name, closed])) as DoorFacts;
    const passing = room.told === null ? null : guestsPass(room.told);
    if (passing === null) return facts;
    return { ...facts, room_waiting_room_enabled: passing, room_dial_in_waiting_room: passing };
  }
  const waiting = waitingRoom(seen, room);
  const guests = negated(loginRequired(seen, room));
  const guessable = linkGuessable(room);
  const password = passwordRequired(seen, room);
  return {
    room_password_required: password,
    room_waiting_room_enabled: waiting,
    room_dial_in_waiting_room: callersWait(waiting),
    room_members_only: known(false, { ...origin, provenance: 'derived' }),
    room_signed_in_only: signedInOnly(seen, room),
    room_guest_access_allowed: guests,
    room_link_guessable: guessable,
    room_publicly_listed: known(false, { ...origin, provenance: 'derived' }),
    room_joinable_without_invitation: joinable(guessable, guests, password, waiting),
    ...codeFacts(seen, room),
    room_password_in_invite_link: hole(
      reason('not_observable', 'a link may carry the code; whether one was sent is invisible'),
    ),
    room_shared_documents_count: documents(seen, room),
    room_document_retention: documentRetention(seen, room),
  };
}

function negated(fact: Fact<boolean>): Fact<boolean> {
  return 'value' in fact ? { ...fact, value: !fact.value } : fact;
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

/** Length and alphabet of the weaker of the codes in force; both were computed where they are stored. */
function codeFacts(seen: Seen, room: SeenRoom) {
  const all = (fact: Fact<never>) => ({
    room_password_length: fact,
    room_password_entropy_bits: fact,
    room_password_in_public_text: fact,
  });
  const stored = storedOf(seen, room);
  const path = optionPath('glViewerAccessCode');
  if (stored === null) return all(hole(reason('not_observable', "the room is not in Greenlight's database")));
  if (!('room' in stored)) return all(holeOf(stored, path));
  const found: { code: StoredCode; evidence: ReturnType<typeof storedProof> }[] = [];
  for (const name of codeNames) {
    const code = codeOf(stored, name);
    if (!code.ok) return all(storedHole(stored, path, code.reason));
    if (code.value.code === null) continue;
    const evidence = storedProof(stored, optionPath(name), code.value.chain);
    found.push({ code: code.value.code, evidence });
  }
  const [weakest] = found.toSorted((a, b) => bits(a.code) - bits(b.code));
  if (weakest === undefined)
    return all(storedHole(stored, path, reason('not_observable', 'no code is stored')));
  const shortest = found.toSorted((a, b) => a.code.length - b.code.length)[0] ?? weakest;
  const shown = found.find(({ code }) => code.inName);
  const alphabet = { layer: 'room' as const, path: 'alphabet', value: weakest.code.alphabet, decides: false };
  const evidence = { ...weakest.evidence, chain: [...(weakest.evidence.chain ?? []), alphabet] };
  return {
    room_password_length: known(shortest.code.length, shortest.evidence),
    room_password_entropy_bits: known(bits(weakest.code), evidence),
    room_password_in_public_text:
      shown === undefined
        ? storedHole(
            stored,
            'rooms.name',
            reason('not_observable', 'not in the name; other texts are not compared'),
          )
        : known(true, proof(stored.call, 'rooms.name', derived)),
  } satisfies Record<string, Fact>;
}

/** Whole bits, as for a random choice from the classes of characters that occur. */
function bits({ length, alphabet }: StoredCode): number {
  return alphabet < 2 ? 0 : Math.floor(length * Math.log2(alphabet));
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

/** Three letters or digits four times, drawn at random; other forms come from older versions. */
function linkGuessable(room: SeenRoom): Fact<boolean> {
  const evidence = originProof(room, 'bbb-context-id', 'rooms.friendly_id');
  if (room.friendlyId !== null && /^[a-z0-9]{3}(-[a-z0-9]{3}){3}$/.test(room.friendlyId))
    return known(false, { ...evidence, provenance: 'derived' });
  return hole(reason('not_observable', 'the form of the address is not that of a random one'), evidence);
}

/** Nobody finds a room that is neither listed nor to be guessed, and one closed door is enough. */
export function joinable(
  guessable: Fact<boolean>,
  guests: Fact<boolean>,
  password: Fact<boolean>,
  waiting: Fact<boolean>,
): Fact<boolean> {
  const closed = [
    [guessable, false],
    [guests, false],
    [password, true],
    [waiting, true],
  ] as const;
  for (const [door, shut] of closed)
    if ('value' in door && door.value === shut) return known(false, door.evidence);
  return guessable;
}
