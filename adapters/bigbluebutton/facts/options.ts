import { type Fact, hole, type Layer, type Reason, reason } from '../../contract/fact.ts';
import { answered, type Call, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Read } from '../schema.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { flag, property } from '../settings.ts';
import type { CodeName, OptionName } from '../statements.ts';
import { type SiteData, type StoredCode, type StoredRoom, siteKey } from '../stored.ts';

/** A room with what the database says of all of them. */
export interface Stored {
  room: StoredRoom;
  data: SiteData;
  call: Call;
}

/** The room in Greenlight's database; a hole's reason where it cannot be told; null where it is not there. */
export function storedOf(
  seen: Seen,
  { stored }: Pick<SeenRoom, 'stored'>,
): Stored | { call: Call | null; reason: Reason } | null {
  if (stored === null) return null;
  if (!answered(stored)) return stored;
  if (seen.database === null) return { call: null, reason: notGiven('GS') };
  if (!answered(seen.database)) return seen.database;
  return { room: stored.value, data: seen.database.value, call: stored.call };
}

/** One option with all layers in force; null = it has no row, so it is not sent and the server's own value holds. */
export interface Effective {
  value: string | null;
  chain: Layer[];
}

export function optionPath(name: OptionName | CodeName): string {
  return `room_meeting_options.value of ${name}`;
}
const sitePath = (name: OptionName | CodeName): string => `rooms_configurations.value of ${name}`;

/** Site value if it forces, else the room's own row. */
export function effective({ room, data }: Stored, name: OptionName): Read<Effective> {
  if (!room.options.ok) return room.options;
  if (!data.site.ok) return data.site;
  const stored = room.options.value[name];
  const site = data.site.value.get(siteKey(room.provider, name)) ?? null;
  const forced = stored !== null && (site === 'true' || site === 'false');
  const chain: Layer[] = [
    { layer: 'site', path: sitePath(name), value: site, decides: forced },
    { layer: 'room', path: optionPath(name), value: stored, decides: !forced },
  ];
  if (!forced) return { ok: true, value: { value: stored, chain } };
  return { ok: true, value: { value: forcedValue(name, site === 'true'), chain } };
}

function forcedValue(name: OptionName, on: boolean): string {
  if (name !== 'guestPolicy') return String(on);
  return on ? 'ASK_MODERATOR' : 'ALWAYS_ACCEPT';
}

/** An option that is on or off; no row is off. */
export function isOn(stored: Stored, name: OptionName): Read<Effective & { on: boolean }> {
  const found = effective(stored, name);
  if (!found.ok) return found;
  const { value } = found.value;
  if (value !== null && value !== 'true' && value !== 'false')
    return { ok: false, reason: reason('invalid_answer', `${name} has a value that is not known`) };
  return { ok: true, value: { ...found.value, on: value === 'true' } };
}

/** A code in force; null where there is none. Forced on, it is what is stored, and that may be nothing. */
export function codeOf(
  { room, data }: Stored,
  name: CodeName,
): Read<{ code: StoredCode | null; chain: Layer[] }> {
  if (!room.codes.ok) return room.codes;
  if (!data.site.ok) return data.site;
  const stored = room.codes.value[name];
  const site = data.site.value.get(siteKey(room.provider, name)) ?? null;
  const off = site === 'false';
  const value =
    stored !== null ? `${stored.length} characters` : site === 'true' ? 'forced, but none stored' : 'none';
  const chain: Layer[] = [
    { layer: 'site', path: sitePath(name), value: site, decides: off },
    { layer: 'room', path: optionPath(name), value, decides: !off },
  ];
  return { ok: true, value: { code: off ? null : stored, chain } };
}

/** Who can start a recording of this room; null where nobody can. */
export function recorder(stored: Stored): Read<{ who: string | null; layer: Layer }> {
  const { room, data } = stored;
  const layer = (who: string | null): { who: string | null; layer: Layer } => ({
    who,
    layer: {
      layer: 'role',
      path: 'role_permissions.value of CanRecord',
      value: who ?? 'nobody who can start it may record; administrators excepted',
      decides: who === null,
    },
  });
  const login = isOn(stored, 'glRequireAuthentication');
  if (!login.ok) return login;
  const anyone = isOn(stored, 'glAnyoneCanStart');
  if (!anyone.ok) return anyone;
  const moderators = codeOf(stored, 'glModeratorAccessCode');
  if (!moderators.ok) return moderators;
  if (!login.value.on && (anyone.value.on || moderators.value.code !== null))
    return { ok: true, value: layer('a starter without login, whose role is not checked') };
  if (!data.roles.ok) return data.roles;
  const roles = data.roles.value;
  const may = (role: string | null): boolean => role !== null && roles.get(role)?.records === true;
  if (may(room.ownerRole)) return { ok: true, value: layer("the owner's role") };
  if (!room.sharedRoles.ok) return room.sharedRoles;
  if (room.sharedRoles.value.some(may))
    return { ok: true, value: layer('the role of somebody who shares the room') };
  const anyRole = [...roles.values()].some(({ provider, records }) => records && provider === room.provider);
  if (anyone.value.on && anyRole) return { ok: true, value: layer('another role, since anybody may start') };
  return { ok: true, value: layer(null) };
}

/** Whether a recording of this room can come about by what Greenlight stores; the server is not asked here. */
export function recordingStored(stored: Stored): Read<{ value: boolean; chain: Layer[] }> {
  const option = isOn(stored, 'record');
  if (!option.ok) return option;
  const { on, chain } = option.value;
  const forced = chain.some(({ layer, decides }) => layer === 'site' && decides);
  if (!on || forced) return { ok: true, value: { value: on, chain } };
  const who = recorder(stored);
  if (!who.ok) return who;
  const value = who.value.who !== null;
  const layers = value ? chain : chain.map((layer) => ({ ...layer, decides: false }));
  return { ok: true, value: { value, chain: [...layers, who.value.layer] } };
}

/** The server's word on recording as a layer; null where it forbids it, with the fact that says so. */
export function serverOnRecording(seen: Seen): {
  forbidden: Fact<boolean> | null;
  layer: Layer;
  read: boolean;
} {
  const key = 'disableRecordingDefault';
  const setting = flag(property(seen, key));
  if ('reason' in setting) {
    const layer: Layer = { layer: 'server', path: key, value: 'bbb-web not read', decides: false };
    return { forbidden: null, layer, read: false };
  }
  const layer: Layer = { layer: 'server', path: key, value: setting.value, decides: setting.value };
  if (!setting.value) return { forbidden: null, layer, read: true };
  const evidence = setting.evidence.map((entry) => ({ ...entry, force: 'enforced' as const }));
  return { forbidden: { value: false, evidence }, layer, read: true };
}

export function storedProof({ call }: Stored, path: string, chain: Layer[]) {
  return proof(call, path, { chain });
}

export function storedHole(stored: Stored, path: string, why: Reason): Fact<never> {
  return hole(why, proof(stored.call, path));
}
