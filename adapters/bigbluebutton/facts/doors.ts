import { type Fact, hole, known, type Layer, type Reason, reason } from '../../contract/fact.ts';
import { type Answer, answered, derived, fromField, holeOf, proof } from '../answer.ts';
import type { PublicRoom } from '../greenlight.ts';
import { notGiven } from '../rows.ts';
import type { Read } from '../schema.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { optionsOf, registrationClosed } from './site.ts';

const metadataPath = '/response/meetings/meeting/metadata';
const unknownDoor = reason(
  'not_observable',
  'another front end than Greenlight 3 made this meeting, and its doors are not shown',
);

/** How one comes into a room: Greenlight's rooms only, the API itself shows no door. */
export function doorFacts(seen: Seen, room: SeenRoom): Record<string, Fact> {
  const { meeting, call } = room;
  if (!meeting.greenlight) return otherDoors(room);
  const origin = proof(call, `${metadataPath}/bbb-origin`, derived);
  const waiting = waitingRoom(seen, room);
  const guests = door(room, 'require_authentication', ({ requiresLogin }) => requiresLogin, negate);
  const guessable = linkGuessable(room);
  const password = passwordRequired(room);
  return {
    room_password_required: password,
    room_waiting_room_enabled: waiting,
    room_dial_in_waiting_room: callersWait(waiting),
    room_members_only: known(false, origin),
    room_signed_in_only: signedInOnly(seen, room),
    room_guest_access_allowed: guests,
    room_link_guessable: guessable,
    room_publicly_listed: known(false, origin),
    room_joinable_without_invitation: joinable(guessable, guests, password, waiting),
    room_password_length: hole(notGiven('GS')),
    room_password_entropy_bits: hole(notGiven('GS')),
    room_password_in_invite_link: hole(
      reason('not_observable', 'a link may carry the code; whether one was sent is invisible'),
    ),
    room_password_in_public_text: hole(notGiven('GS')),
    room_shared_documents_count: hole(notGiven('GS')),
    room_document_retention: hole(notGiven('FC')),
  };
}

function otherDoors({ call }: SeenRoom): Record<string, Fact> {
  const closed = hole(unknownDoor, proof(call, `${metadataPath}/bbb-origin`));
  return {
    room_password_required: closed,
    room_waiting_room_enabled: closed,
    room_dial_in_waiting_room: closed,
    room_members_only: closed,
    room_signed_in_only: closed,
    room_guest_access_allowed: closed,
    room_link_guessable: closed,
    room_publicly_listed: closed,
    room_joinable_without_invitation: closed,
    room_password_length: closed,
    room_password_entropy_bits: closed,
    room_password_in_invite_link: closed,
    room_password_in_public_text: closed,
    room_shared_documents_count: closed,
    room_document_retention: closed,
  };
}

const negate = (value: boolean): boolean => !value;

/** What Greenlight answers about the room, or why it does not. */
function openOf({ open }: SeenRoom): Answer<PublicRoom> {
  return open ?? { call: null, reason: notGiven('GS', 'the meeting does not name its room in Greenlight') };
}

function door(
  room: SeenRoom,
  key: string,
  field: (open: PublicRoom) => Read<boolean>,
  value: (field: boolean) => boolean,
): Fact<boolean> {
  const open = openOf(room);
  const path = `/data/${key}`;
  return answered(open) ? fromField(open.call, path, field(open.value), value) : holeOf(open, path);
}

/** A code for moderators alone keeps nobody out, unless everybody comes in as one. */
function passwordRequired(room: SeenRoom): Fact<boolean> {
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

/** Without the database and the server's file only a broken waiting room can be shown. */
function waitingRoom(seen: Seen, room: SeenRoom): Fact<boolean> {
  const policy = optionsOf(seen)('guestPolicy');
  const policyPath = 'rooms_configurations/guestPolicy/data';
  if (answered(policy) && policy.value === 'false') {
    const chain: Layer[] = [{ layer: 'site', path: policyPath, value: 'false', decides: true }];
    return known(false, proof(policy.call, policyPath, { chain }));
  }
  const open = openOf(room);
  const path = '/data/anyone_join_as_moderator';
  if (answered(open)) {
    const everybody = open.value.anyoneModerates;
    if (everybody.ok && everybody.value) return known(false, proof(open.call, path));
    if (!everybody.ok) return hole(everybody.reason, proof(open.call, path));
  }
  if (!answered(policy) && policy.call !== null) return holeOf(policy, policyPath);
  if (!answered(open) && open.call !== null) return holeOf(open, path);
  const forced = answered(policy) && policy.value === 'true';
  const why: Reason = forced
    ? notGiven('FP', 'forced in Greenlight; without authenticatedGuest it would have no effect')
    : notGiven('GS', 'the guest policy of a room is not shown without a login');
  return hole(why, answered(open) ? proof(open.call, path) : []);
}

/** Callers follow the guest policy by design only: that they wait is never claimed. */
function callersWait(waiting: Fact<boolean>): Fact<boolean> {
  if ('value' in waiting && !waiting.value) return waiting;
  return hole(
    reason(
      'not_observable',
      'whether callers wait is not shown; the enforcement can be switched off for them',
    ),
    waiting.evidence,
  );
}

function signedInOnly(seen: Seen, room: SeenRoom): Fact<boolean> {
  const required = door(
    room,
    'require_authentication',
    ({ requiresLogin }) => requiresLogin,
    (value) => value,
  );
  if ('unavailable' in required || !required.value) return required;
  const closed = registrationClosed(seen);
  const evidence = [...required.evidence, ...closed.evidence];
  return 'unavailable' in closed
    ? hole(closed.unavailable, closed.evidence.length === 0 ? required.evidence : closed.evidence)
    : known(closed.value, evidence);
}

/** Three letters or digits four times, drawn at random; other forms come from older versions. */
function linkGuessable({ meeting, call }: SeenRoom): Fact<boolean> {
  const evidence = proof(call, `${metadataPath}/bbb-context-id`, derived);
  if (meeting.friendlyId !== null && /^[a-z0-9]{3}(-[a-z0-9]{3}){3}$/.test(meeting.friendlyId))
    return known(false, evidence);
  return hole(reason('not_observable', 'the form of the address is not that of a random one'), evidence);
}

/** Nobody finds a room that is neither listed nor to be guessed, and one closed door is enough. */
function joinable(
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
