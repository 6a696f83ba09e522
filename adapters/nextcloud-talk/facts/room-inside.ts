import { type Fact, hole, known, type Layer, notPermitted, reason } from '../../contract/fact.ts';
import type { Rules } from '../../contract/fact-table.ts';
import { evidenceOf, factOf, factValue, has, valueIn } from '../../contract/seen.ts';
import { heldRules } from './held.ts';
import { talkMajor, versionFact } from './observation.ts';
import { unlessOff } from './recording.ts';
import {
  dialIn,
  effectiveMask,
  failedPeople,
  member,
  peoplePath,
  type Scene,
  waitingRoom,
} from './room-door.ts';

const mayShareScreen = 64;
const classified = 4;
const derived = { provenance: 'derived' } as const;

const notReadable = (): Fact => hole(reason('not_observable', 'Talk keeps only a hash of a room password'));

/** Recording, texts, dial-in, screens. */
export const insideRules: Rules<Scene> = {
  room_conference_possible: possible,
  room_recording_switch_supported: recordingSwitch,
  room_recording_auto_start: ({ observation }) => unlessOff(observation),
  room_recording_allowed: recordingAllowed,
  room_recording_consent_required: consentRequired,
  room_password_length: notReadable,
  room_password_entropy_bits: notReadable,
  room_password_in_invite_link: ({ observation }) => versionFact('room_password_in_invite_link', observation),
  room_password_in_public_text: passwordInText,
  room_link_guessable: guessable,
  room_classification_marking: classification,
  ...heldRules,
  room_screen_sharing_allowed_for: screens,
  room_dial_in_enabled: dialInEnabled,
  room_dial_in_pin_required: pinRequired,
  room_dial_in_pin_length: pinLength,
  room_dial_in_waiting_room: callersWait,
};

function possible({ room, observation, type }: Scene): Fact {
  const calls = observation.anonymous.callEnabled;
  if (has(room.readOnly) && room.readOnly.value === 1) return factOf(room.readOnly, () => false);
  if (has(calls) && !calls.value) return factOf(calls, () => false);
  if (type < 1 || type > 3) return factOf(room.type, () => false);
  if (!has(room.readOnly)) return hole(room.readOnly.reason, evidenceOf(room.readOnly));
  if (!has(calls)) return hole(calls.reason, evidenceOf(calls));
  return known(true, [evidenceOf(calls), evidenceOf(room.readOnly)]);
}

/** Talk 25 has one room attribute that takes recording away; before it only the server's switch counts. */
function recordingSwitch({ room, observation }: Scene): Fact {
  if (talkMajor(observation) !== 25) return versionFact('room_recording_switch_supported', observation);
  if (has(room.attributes)) return factOf(room.attributes, () => true, { provenance: 'derived' });
  if (room.view === 'stored') return hole(room.attributes.reason, evidenceOf(room.attributes));
  return hole(reason('not_supported_by_version', 'attributes are not shown'), evidenceOf(room.attributes));
}

/** The API shows what is in force; what is stored counts only where the server leaves it to the rooms. */
function consentRequired({ room, stored, observation }: Scene): Fact {
  const own = room.recordingConsent;
  const kept = stored?.recordingConsent;
  const layer = (value: number | undefined, decides: boolean): Layer => ({
    layer: 'room',
    path: `${kept?.path ?? own.path} (stored)`,
    value: value ?? null,
    decides,
  });
  if (own.source !== 'Q1') {
    if (kept === undefined) return factOf(own, (consent) => consent === 1);
    const shown: Layer = { layer: 'site', path: own.path, value: valueIn(own) ?? null, decides: true };
    return factOf(own, (consent) => consent === 1, { chain: [layer(valueIn(kept), false), shown] });
  }
  const { recording, recordingConsent: site } = observation.anonymous;
  const server = (path: string, value: unknown): Layer => ({ layer: 'server', path, value, decides: true });
  if (!has(recording)) return hole(recording.reason, evidenceOf(recording));
  if (!recording.value) {
    const chain = [layer(valueIn(own), false), server(recording.path, false)];
    return known(false, evidenceOf(recording, { provenance: 'derived', chain }));
  }
  if (!has(site)) return hole(site.reason, evidenceOf(site));
  if (site.value !== 2) {
    const chain = [layer(valueIn(own), false), server(site.path, site.value)];
    return known(site.value === 1, evidenceOf(site, { chain }));
  }
  const chain = [layer(valueIn(own), true), { ...server(site.path, 2), decides: false }];
  return factOf(own, (consent) => consent === 1, { chain });
}

function recordingAllowed({ room, observation }: Scene): Fact {
  const { recording } = observation.anonymous;
  if (!has(recording) || !recording.value) return factOf(recording, () => false, { provenance: 'derived' });
  if (talkMajor(observation) === undefined)
    return versionFact('room_recording_switch_supported', observation);
  if ((talkMajor(observation) ?? 0) < 25) return factOf(recording, () => true, { provenance: 'derived' });
  return factOf(room.attributes, (bits) => (bits & classified) === 0, { provenance: 'derived' });
}

function passwordInText({ texts: { name, description, password } }: Scene): Fact {
  const texts = [name, description];
  if (password !== null) return known(true, evidenceOf(texts[password] ?? name, derived));
  const unread = texts.find((text) => !has(text));
  if (unread !== undefined && !has(unread)) return hole(unread.reason, evidenceOf(unread));
  return known(
    false,
    texts.map((text) => evidenceOf(text, derived)),
  );
}

function guessable({ room, observation, bits }: Scene): Fact {
  const sight = { ...room.type, path: 'token', at: room.type.at ?? observation.now };
  return known(
    bits < 30,
    evidenceOf(sight, {
      provenance: 'derived',
      chain: [{ layer: 'room', path: 'bits', value: Math.floor(bits), decides: true }],
    }),
  );
}

function classification({ texts: { name, description, marking } }: Scene): Fact {
  const texts = [name, description];
  const unread = texts.find((text) => !has(text));
  if (marking === 'none' && unread !== undefined && !has(unread))
    return hole(unread.reason, evidenceOf(unread));
  return known(
    marking,
    texts.filter(has).map((text) => evidenceOf(text, derived)),
  );
}

function screens(scene: Scene): Fact {
  const mask = effectiveMask(scene);
  if (!('value' in mask)) return mask;
  if (((mask.value as number) & mayShareScreen) !== 0) return known('all', mask.evidence);
  const { people } = scene;
  const failed = failedPeople(people);
  if (failed !== null || people === undefined || 'reason' in people) {
    return hole(failed ?? notPermitted(member), people === undefined ? mask.evidence : evidenceOf(people));
  }
  const evidence = [evidenceOf(people, { path: peoplePath(people, 'permissions') }), ...mask.evidence];
  if (people.sharingMembers > 0) return known('all', evidence);
  return people.gap === null ? known('moderators', evidence) : hole(people.gap, evidence);
}

function dialInEnabled(scene: Scene): Fact {
  const mode = dialIn(scene);
  return 'value' in mode ? known((mode.value as number) > 0, mode.evidence) : mode;
}

const dialInOff = reason('not_observable', 'dial-in is off in this room');

function pinRequired(scene: Scene): Fact {
  const mode = dialIn(scene);
  if (!('value' in mode)) return mode;
  return mode.value === 0 ? hole(dialInOff, mode.evidence) : known(mode.value === 1, mode.evidence);
}

function pinLength(scene: Scene): Fact {
  const mode = dialIn(scene);
  if (!('value' in mode)) return mode;
  if (mode.value === 1) return versionFact('room_dial_in_pin_length', scene.observation);
  return hole(mode.value === 0 ? dialInOff : reason('not_observable', 'no PIN is asked'), mode.evidence);
}

function callersWait(scene: Scene): Fact {
  const waiting = waitingRoom(scene);
  const held = reason('not_observable', 'whether callers wait in the lobby is not shown');
  return factValue(waiting) === true ? hole(held, waiting.evidence) : waiting;
}
