import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known, notConfigured } from '../../contract/fact.ts';
import { hostOf } from '../../contract/hosts.ts';
import { deadKeysTrusted } from '../config-keys.ts';
import type { JitsiSettings } from '../schema.ts';
import type { RoomSeen, Seen } from '../seen.ts';
import {
  allOf,
  anonymousLogin,
  anyOf,
  type Bit,
  configBit,
  configGiven,
  configSetting,
  derived,
  evidence,
  keyed,
  knownBit,
  noBit,
  not,
  rows,
} from './base.ts';
import { fieldBit } from './witness.ts';

export const contradictionRows: FactSource[] = [
  ...rows('contradictions', ['C', 'value']),
  keyed('contradictions', 'K2', 'value', 'jicofo'),
  keyed('room_contradictions', 'K1', 'value', 'jicofo'),
];

/** Complete once every pair was compared; a recorder at work is looked at only with a purpose, and only jicofo shows it. */
export function contradictions(seen: Seen, settings: JitsiSettings): Fact {
  const at = evidence(seen, 'C', 'contradictions', { provenance: 'derived' });
  if (seen.config.state === 'unknown') return hole(seen.config.reason, at);
  const pairs: [string, Bit][] = [
    ['config_off_backend_on', recordingPair(seen)],
    ['third_parties_off_endpoint_set', thirdPartyPair(seen)],
    ['dead_key_trusted', deadKeyPair(seen)],
    ['declared_on_premises_endpoint_hosted', hostingPair(seen, settings)],
    ['guests_off_anonymous_login_succeeds', guestPair(seen)],
    ...(seen.live && settings.jicofo !== undefined
      ? [['recording_off_jibri_active', recorderPair(seen)] satisfies [string, Bit]]
      : []),
  ];
  const found = pairs.filter(([, bit]) => bit.value === true);
  const open = pairs.map(([, bit]) => bit).find((bit) => bit.value === null);
  const missing = open?.value === null ? open.reason : undefined;
  const items = found.map(([code]) => code).sort();
  const from = [at, ...found.flatMap(([, bit]) => bit.evidence)];
  return known(missing === undefined ? { items, complete: true } : { items, complete: false, missing }, from);
}

/** May be meant so: the service is switched off for a while and its server part left. */
function recordingPair(seen: Seen): Bit {
  return allOf(
    not(configBit(seen, 'recordingService.enabled', 'overridable', false)),
    not(configBit(seen, 'transcription.enabled', 'overridable', false)),
    hiddenDomain(seen),
  );
}

function recorderPair(seen: Seen): Bit {
  return recordedThough(
    seen,
    fieldBit(seen, 'K2', 'jibri', seen.recorders, (count) => count > 0),
  );
}

/** A recorder at work although the page offers no recording. */
function recordedThough(seen: Seen, recorder: Bit): Bit {
  return allOf(
    not(configBit(seen, 'recordingService.enabled', 'overridable', false)),
    not(configBit(seen, 'liveStreaming.enabled', 'overridable', false)),
    recorder,
  );
}

/** The one pair that the product can show of a room: jicofo sees its recorders. */
export function roomContradictions(seen: Seen, room: RoomSeen): Fact {
  if (!seen.live)
    return hole(notConfigured('live.purpose', 'recorders at work are looked at only with a purpose'));
  const recorder = fieldBit(seen, 'K1', 'jibri_count', room.conference, ({ recorders }) =>
    recorders === null ? null : recorders > 0,
  );
  if (room.conference.state === 'unknown' && room.conference.reason.code === 'not_configured')
    return hole(room.conference.reason);
  const pair = recordedThough(seen, recorder);
  if (pair.value === null) return hole(pair.reason, pair.evidence);
  const items = pair.value ? ['recording_off_jibri_active'] : [];
  return known({ items, complete: true }, derived(pair.evidence));
}

/** A domain named `recorder.` proves nothing here: some packages always have it. */
function hiddenDomain(seen: Seen): Bit {
  const at = evidence(seen, 'X3', 'item hidden.');
  const items: Bit =
    seen.items.state === 'unknown'
      ? noBit(seen.items.reason, at)
      : knownBit(
          seen.items.value.some((jid) => jid.startsWith('hidden.')),
          at,
        );
  return anyOf(configGiven(seen, 'hiddenDomain'), items);
}

function thirdPartyPair(seen: Seen): Bit {
  return allOf(
    configBit(seen, 'disableThirdPartyRequests', 'overridable', false),
    anyOf(
      configGiven(seen, 'analytics.amplitudeAPPKey'),
      allOf(
        configBit(seen, 'analytics.rtcstatsEnabled', 'overridable', false),
        configGiven(seen, 'analytics.rtcstatsEndpoint'),
      ),
    ),
  );
}

function deadKeyPair(seen: Seen): Bit {
  const at = evidence(seen, 'C', 'keys without effect');
  if (seen.config.state === 'unknown') return noBit(seen.config.reason, at);
  const { trusted, undecided } = deadKeysTrusted(seen.config.value);
  const [key] = trusted;
  if (key !== undefined) return knownBit(true, evidence(seen, 'C', key));
  const [open] = undecided;
  return open === undefined
    ? knownBit(false, at)
    : noBit({ code: 'undecidable', detail: open }, evidence(seen, 'C', open));
}

const hosted = /(?:^|\.)(?:8x8\.vc|meet\.jit\.si|jaas\.8x8\.vc)$/;

function hostingPair(seen: Seen, settings: JitsiSettings): Bit {
  if (settings.hosting?.model !== 'on_premises') return knownBit(false, evidence(seen, 'C', 'hosts'));
  const keys = ['hosts.domain', 'hosts.muc', 'websocket', 'bosh'];
  return anyOf(
    ...keys.map((key): Bit => {
      const setting = configSetting(seen, key, 'enforced');
      if (setting.state === 'hole') return noBit(setting.reason, setting.evidence);
      const host =
        setting.state === 'known' && typeof setting.value === 'string' ? hostOf(setting.value) : undefined;
      return knownBit(host !== undefined && hosted.test(host), setting.evidence);
    }),
  );
}

/** Only a page that asks for a sign-in and names no domain for guests says that guests are off. */
function guestPair(seen: Seen): Bit {
  return allOf(
    anyOf(configGiven(seen, 'hosts.authdomain'), configGiven(seen, 'tokenAuthUrl')),
    not(configGiven(seen, 'hosts.anonymousdomain')),
    anonymousLogin(seen),
  );
}
