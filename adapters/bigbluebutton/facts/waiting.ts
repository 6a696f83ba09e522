import { type Fact, hole, known, type Layer, reason } from '../../contract/fact.ts';
import { answered, holeOf, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { balancerParameter, createParameter, policyName, type Setting } from '../settings.ts';
import { effective, isOn, optionPath, type Stored, storedHole, storedOf, storedProof } from './options.ts';
import { authenticatedGuest, holdsViewers } from './server-waiting.ts';
import { optionsOf } from './site.ts';
import { doubtedWaitingRoom, runningWaitingRoom } from './told-waiting.ts';

/** What is set for the room, and what an event told of the meeting that runs in it. */
export function waitingRoom(seen: Seen, room: SeenRoom): Fact<boolean> {
  const computed = nextWaitingRoom(seen, room);
  const { told } = room;
  const found = told === null ? computed : runningWaitingRoom(seen, told, nextPolicy(seen, room), computed);
  return doubtedWaitingRoom(seen, room, found);
}

/** All must hold: a policy that makes viewers wait, a server that applies it to them, nobody coming in as moderator. */
function nextWaitingRoom(seen: Seen, room: SeenRoom): Fact<boolean> {
  const stored = storedOf(seen, room);
  if (stored !== null && 'room' in stored) return storedWaitingRoom(seen, stored, room.told);
  const shown = shownWaitingRoom(seen, room);
  if ('value' in shown || stored === null || stored.call === null) return shown;
  return holeOf(stored, optionPath('guestPolicy'));
}

/** The guest policy that the next meeting of the room gets. */
export function nextPolicy(seen: Seen, room: SeenRoom): Setting<string> {
  const stored = storedOf(seen, room);
  if (stored !== null && 'room' in stored) return storedPolicy(seen, stored);
  const site = optionsOf(seen)('guestPolicy');
  if (answered(site) && room.greenlight && (site.value === 'true' || site.value === 'false'))
    return {
      value: site.value === 'true' ? 'ASK_MODERATOR' : 'ALWAYS_ACCEPT',
      evidence: [proof(site.call, sitePolicyPath)],
    };
  return {
    reason: stored?.reason ?? notGiven('GS', 'the guest policy of the room is not shown'),
    evidence: [],
  };
}

const sitePolicyPath = 'rooms_configurations/guestPolicy/data';

function storedPolicy(seen: Seen, stored: Stored): Setting<string> {
  const option = effective(stored, 'guestPolicy');
  if (!option.ok) return { reason: option.reason, evidence: [] };
  const evidence = storedProof(stored, optionPath('guestPolicy'), option.value.chain);
  const override = policyName(onlySet(balancerParameter(seen, 'OVERRIDE_CREATE_PARAMS', 'guestPolicy')));
  if (!('reason' in override)) return override;
  return option.value.value === null
    ? policyName(createParameter(seen, 'guestPolicy', 'defaultGuestPolicy'))
    : policyName({ value: option.value.value, evidence: [evidence] });
}

function storedWaitingRoom(seen: Seen, stored: Stored, told: SeenRoom['told']): Fact<boolean> {
  const path = optionPath('guestPolicy');
  const option = effective(stored, 'guestPolicy');
  if (!option.ok) return storedHole(stored, path, option.reason);
  const evidence = storedProof(stored, path, option.value.chain);
  const policy = storedPolicy(seen, stored);
  if ('reason' in policy) return hole(policy.reason, policy.evidence.length > 0 ? policy.evidence : evidence);
  const proofs = policy.evidence[0]?.source === 'GS' ? [evidence] : [...policy.evidence, evidence];
  const holds = holdsViewers(seen, policy.value);
  if (holds === null)
    return hole(
      reason('version_unknown', `what ${policy.value} does depends on the version`, {
        kind: 'config',
        name: 'version',
      }),
      proofs,
    );
  if (!holds) return known(false, proofs);
  const anyone = isOn(stored, 'glAnyoneJoinAsModerator');
  if (!anyone.ok) return storedHole(stored, path, anyone.reason);
  const moderators = storedProof(stored, optionPath('glAnyoneJoinAsModerator'), anyone.value.chain);
  if (anyone.value.on) return known(false, [moderators, ...proofs]);
  const guests = authenticatedGuest(seen, told);
  if ('reason' in guests) return hole(guests.reason, guests.evidence.length > 0 ? guests.evidence : proofs);
  if (!guests.value) return known(false, [...guests.evidence, ...proofs]);
  return known(true, [...proofs, ...guests.evidence, moderators]);
}

/** A parameter that is not set is as good as one that is not known. */
function onlySet(setting: Setting<string | null>): Setting<string> {
  if ('reason' in setting) return setting;
  if (setting.value === null) return { reason: reason('not_configured'), evidence: [] };
  return { value: setting.value, evidence: setting.evidence };
}

/** Without the database and the server's file only a broken waiting room can be shown. */
function shownWaitingRoom(seen: Seen, room: SeenRoom): Fact<boolean> {
  const policy = optionsOf(seen)('guestPolicy');
  const policyPath = sitePolicyPath;
  if (answered(policy) && policy.value === 'false') {
    const chain: Layer[] = [{ layer: 'site', path: policyPath, value: 'false', decides: true }];
    return known(false, proof(policy.call, policyPath, { chain }));
  }
  const open = room.open ?? {
    call: null,
    reason: notGiven('GS', 'the meeting does not name its room in Greenlight'),
  };
  const path = '/data/anyone_join_as_moderator';
  if (answered(open)) {
    const everybody = open.value.anyoneModerates;
    if (everybody.ok && everybody.value) return known(false, proof(open.call, path));
    if (!everybody.ok) return hole(everybody.reason, proof(open.call, path));
  }
  if (!answered(policy) && policy.call !== null) return holeOf(policy, policyPath);
  if (!answered(open) && open.call !== null) return holeOf(open, path);
  if (!answered(policy) || policy.value !== 'true')
    return hole(
      notGiven('GS', 'the guest policy of a room is not shown without a login'),
      answered(open) ? proof(open.call, path) : [],
    );
  return forcedWaitingRoom(
    seen,
    proof(policy.call, policyPath, {
      chain: [{ layer: 'site', path: policyPath, value: 'true', decides: true }],
    }),
    answered(open),
    room.told,
  );
}

/** The site forces the policy; the server still has to apply it, and nobody may come in as moderator. */
function forcedWaitingRoom(
  seen: Seen,
  site: ReturnType<typeof proof>,
  open: boolean,
  told: SeenRoom['told'],
): Fact<boolean> {
  const guests = authenticatedGuest(seen, told);
  if ('reason' in guests)
    return hole(
      seen.files.properties === null
        ? notGiven('FP', 'forced in Greenlight; without authenticatedGuest it would have no effect')
        : guests.reason,
      guests.evidence.length > 0 ? guests.evidence : site,
    );
  if (!guests.value) return known(false, [...guests.evidence, site]);
  if (open) return known(true, [site, ...guests.evidence]);
  return hole(notGiven('GS', 'whether everybody comes in as moderator is not shown'), site);
}

/** Callers follow the guest policy by design only: that they wait is never claimed. */
export function callersWait(waiting: Fact<boolean>): Fact<boolean> {
  if ('value' in waiting && !waiting.value) return waiting;
  return hole(
    reason(
      'not_observable',
      'whether callers wait is not shown; the enforcement can be switched off for them',
    ),
    waiting.evidence,
  );
}
