import type { ConfigFile, Setting } from './config-js.ts';

interface Pair {
  old: string;
  wins: 'old' | 'new';
  /** The old key says the opposite. */
  inverted?: true;
  /** The old key counts only when it is true. */
  onlyTrue?: true;
}

/** How the client itself joins an old key and its successor. */
const pairs: Readonly<Record<string, Pair>> = {
  'recordingService.enabled': { old: 'fileRecordingsServiceEnabled', wins: 'new' },
  'recordingService.sharingEnabled': { old: 'fileRecordingsServiceSharingEnabled', wins: 'new' },
  'liveStreaming.enabled': { old: 'liveStreamingEnabled', wins: 'old' },
  'transcription.enabled': { old: 'transcribingEnabled', wins: 'old' },
  'transcription.autoTranscribeOnRecord': { old: 'autoCaptionOnRecord', wins: 'old' },
  'virtualBackground.disabled': { old: 'disableVirtualBackground', wins: 'new' },
  'securityUi.hideLobbyButton': { old: 'hideLobbyButton', wins: 'new' },
  'lobby.autoKnock': { old: 'autoKnockLobby', wins: 'new' },
  'lobby.enableChat': { old: 'enableLobbyChat', wins: 'new' },
  'breakoutRooms.hideAddRoomButton': { old: 'hideAddRoomButton', wins: 'old', onlyTrue: true },
  'welcomePage.disabled': { old: 'enableWelcomePage', wins: 'new', inverted: true },
  'deeplinking.disabled': { old: 'disableDeepLinking', wins: 'new' },
  'gravatar.baseUrl': { old: 'gravatarBaseURL', wins: 'new' },
};

export type Effective = Setting & {
  /** The key that decided; for an absent setting the current one. */
  key: string;
};

/** The setting as the client takes it, old spellings included. */
export function effective(config: ConfigFile, key: string): Effective {
  const current: Effective = { ...config.get(key), key };
  const pair = Object.hasOwn(pairs, key) ? pairs[key] : undefined;
  if (pair === undefined) return current;
  const old = oldSetting(config, pair);
  const [first, second] = pair.wins === 'old' ? [old, current] : [current, old];
  return first.state === 'absent' ? { ...second, key: second.state === 'absent' ? key : second.key } : first;
}

function oldSetting(config: ConfigFile, pair: Pair): Effective {
  const setting = config.get(pair.old);
  if (setting.state !== 'known') return { ...setting, key: pair.old };
  if (pair.onlyTrue === true && setting.value !== true) return { state: 'absent', key: pair.old };
  const value = pair.inverted === true ? !setting.value : setting.value;
  return { state: 'known', value, key: pair.old };
}

/** Keys that no current client reads, with the value that looks safe and the keys that do decide. */
export const deadKeys: readonly { key: string; safe: boolean; live: readonly string[] }[] = [
  { key: 'fileRecordingsEnabled', safe: false, live: ['recordingService.enabled'] },
  { key: 'disableRecord', safe: true, live: ['recordingService.enabled'] },
  { key: 'enableRecording', safe: false, live: ['recordingService.enabled'] },
  { key: 'localRecording.enabled', safe: false, live: ['localRecording.disable'] },
  { key: 'prejoinPageEnabled', safe: true, live: ['prejoinConfig.enabled'] },
  { key: 'enableLobby', safe: true, live: [] },
  { key: 'disableLobby', safe: false, live: [] },
  { key: 'disableScreensharing', safe: true, live: ['toolbarButtons'] },
  { key: 'disableDesktopSharing', safe: true, live: ['toolbarButtons'] },
];

export type DeadKeyVerdict = { trusted: string[]; undecided: string[] };

/** Dead keys that are set to a safe-looking value while what really decides is not set. */
export function deadKeysTrusted(config: ConfigFile): DeadKeyVerdict {
  const verdict: DeadKeyVerdict = { trusted: [], undecided: [] };
  for (const { key, safe, live } of deadKeys) {
    const setting = config.get(key);
    if (setting.state === 'absent') continue;
    const alive = live.map((name) => effective(config, name).state);
    if (alive.includes('known')) continue;
    if (setting.state === 'unknown' || alive.includes('unknown')) verdict.undecided.push(key);
    else if (setting.value === safe) verdict.trusted.push(key);
  }
  return verdict;
}
