import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known, notConfigured } from '../../contract/fact.ts';
import { hostOf } from '../../contract/hosts.ts';
import type { Seen } from '../seen.ts';
import {
  anyOf,
  type Bit,
  bitFact,
  configBit,
  configGiven,
  configSetting,
  derived,
  type Facts,
  keyed,
  knownBit,
  never,
  noBit,
  not,
  notObservable,
  productFact,
  productRows,
  rows,
} from './base.ts';
import { bitOf, roomStorage } from './files.ts';
import { chatHole } from './room-inside.ts';

export const functionRows: FactSource[] = [
  keyed('chat_persistent', 'PC', 'both', 'prosody_config'),
  ...rows('chat_persistent', ['C', 'false']),
  keyed('chat_retention', 'PC', 'value', 'prosody_config'),
  ...rows('chat_retention', ['C', 'value']),
  ...rows('shared_notes_persisted', ['C', 'false']),
  ...rows('whiteboard_persisted', ['C', 'both']),
  ...productRows('remote_control_supported', true),
  ...rows('remote_control_enabled', ['C', 'both']),
  ...rows('screen_sharing_allowed_for', ['C', 'value']),
  ...productRows('virtual_background_supported', false),
  ...rows('virtual_background_enabled', ['C', 'both']),
  ...rows('join_with_audio_muted', ['C', 'both']),
  ...rows('join_with_video_off', ['C', 'both']),
  ...rows('privacy_notice_present', ['C', 'both']),
  never('privacy_notice_shown_before_join', 'the browser client shows no such link before joining'),
];

export function functionFacts(seen: Seen): Facts {
  const chat = chatKept(seen);
  return {
    chat_persistent: bitFact(chat),
    chat_retention: chat.value === false ? known({ seconds: 0 }, derived(chat.evidence)) : chatHole(chat),
    shared_notes_persisted: notes(seen),
    whiteboard_persisted: bitFact(whiteboard(seen)),
    remote_control_supported: productFact(seen, true, true),
    remote_control_enabled: bitFact(remoteControl(seen)),
    screen_sharing_allowed_for: screenSharing(seen),
    virtual_background_supported: productFact(seen, true, false),
    virtual_background_enabled: bitFact(
      not(configBit(seen, 'virtualBackground.disabled', 'overridable', false)),
    ),
    join_with_audio_muted: bitFact(muted(seen, 'startWithAudioMuted', 'startAudioMuted')),
    join_with_video_off: bitFact(muted(seen, 'startWithVideoMuted', 'startVideoMuted')),
    privacy_notice_present: bitFact(privacyNotice(seen)),
    privacy_notice_shown_before_join: hole(
      notObservable('the browser client shows no such link before joining'),
    ),
  };
}

function chatKept(seen: Seen): Bit {
  const storage = bitOf(roomStorage(seen));
  if (storage.value !== null) return storage;
  const off = configGiven(seen, 'disableChat');
  if (off.value === true)
    return knownBit(false, ...off.evidence.map((item) => ({ ...item, force: 'overridable' as const })));
  if (storage.reason.code !== 'not_configured') return storage;
  if (off.value === null) return off;
  return noBit(notConfigured('prosody_config', 'where the room service keeps messages'), ...off.evidence);
}

function notes(seen: Seen): Fact {
  const pad = configGiven(seen, 'etherpad_base');
  return pad.value === true
    ? hole(notObservable('the server of the pads decides'), pad.evidence)
    : bitFact(pad);
}

function whiteboard(seen: Seen): Bit {
  const storage = configGiven(seen, 'whiteboard.storageBackendUrl');
  if (storage.value !== false) return storage;
  const collaboration = configGiven(seen, 'whiteboard.collabServerBaseUrl');
  if (collaboration.value === true)
    return noBit(notObservable('the server of the whiteboard decides'), ...collaboration.evidence);
  return collaboration.value === null
    ? collaboration
    : knownBit(false, ...storage.evidence, ...collaboration.evidence);
}

export function remoteControl(seen: Seen): Bit {
  return not(configBit(seen, 'disableRemoteControl', 'overridable', false));
}

/** A missing button hides the function, it does not take it away. */
export function screenSharing(seen: Seen): Fact {
  const setting = configSetting(seen, 'toolbarButtons', 'overridable');
  if (setting.state === 'hole') return hole(setting.reason, setting.evidence);
  if (setting.state === 'absent') {
    const fallback = configBit(seen, 'toolbarButtons', 'overridable', true);
    return fallback.value === null ? bitFact(fallback) : known('all', fallback.evidence);
  }
  if (Array.isArray(setting.value) && setting.value.includes('desktop'))
    return known('all', setting.evidence);
  return hole(notObservable('only the button is taken away'), setting.evidence);
}

/** The number counts from which participant on one joins muted: only 0 means everybody. */
function muted(seen: Seen, all: string, from: string): Bit {
  const always = configBit(seen, all, 'overridable', false);
  const number = configSetting(seen, from, 'overridable');
  const everybody: Bit =
    number.state === 'hole'
      ? noBit(number.reason, number.evidence)
      : knownBit(number.state === 'known' && number.value === 0, number.evidence);
  return anyOf(always, everybody);
}

const vendors = /(?:^|\.)(?:jitsi\.org|jit\.si|8x8\.com|8x8\.vc)$/;

/** The vendor's own page is no notice of the organisation. */
function privacyNotice(seen: Seen): Bit {
  const branding = anyOf(configGiven(seen, 'dynamicBrandingUrl'), configGiven(seen, 'brandingDataUrl'));
  if (branding.value === null) return branding;
  if (branding.value)
    return noBit(notObservable('settings from another address may replace it'), ...branding.evidence);
  const setting = configSetting(seen, 'legalUrls.privacy', 'enforced');
  if (setting.state === 'hole') return noBit(setting.reason, setting.evidence);
  if (setting.state === 'absent') return configBit(seen, 'legalUrls.privacy', 'enforced', false);
  const host =
    typeof setting.value === 'string' && /^https?:\/\//i.test(setting.value)
      ? hostOf(setting.value)
      : undefined;
  return knownBit(host !== undefined && !vendors.test(host), setting.evidence);
}
