import type { SimulatedAnswer, SimulatedRequest } from '../contract/simulator.ts';
import { type SimulatedGreenlight, type SimulatedRoom, shippedOptions } from './simulator-world.ts';

const shippedSettings: Readonly<Record<string, unknown>> = {
  Terms: '',
  PrivacyPolicy: '',
  RegistrationMethod: 'open',
  ShareRooms: true,
  PreuploadPresentation: true,
};

/** What Greenlight answers to somebody who is not signed in. Anything else is the page of the application. */
export function answerGreenlight(
  { path, query, headers }: SimulatedRequest,
  greenlight: SimulatedGreenlight,
): SimulatedAnswer {
  if (!path.endsWith('.json') || headers.accept?.includes('application/json') !== true) return page;
  const call = path.replace(/^\/api\/v1\//, '').replace(/\.json$/, '');
  if (call === 'env') return data(environment(greenlight));
  if (call.startsWith('rooms_configurations/')) {
    const name = call.slice('rooms_configurations/'.length);
    const options: Record<string, string | null> = { ...shippedOptions, ...greenlight.options };
    return options[name] === undefined || options[name] === null ? notFound : data(options[name]);
  }
  if (call === 'site_settings') return setting(query, greenlight);
  const room = /^rooms\/([^/]+)\/public$/.exec(call)?.[1];
  const found = greenlight.rooms?.find(({ friendlyId }) => friendlyId === room);
  return found === undefined ? notFound : data(publicRoom(found));
}

const page: SimulatedAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html>\n<html><body><div id="root"></div></body></html>',
};
const notFound: SimulatedAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: '{"data":[],"errors":"RecordNotFound"}',
};

function data(value: unknown): SimulatedAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ data: value }),
  };
}

function environment({ version = 'release-3.8.2.4', externalLogin = false }: SimulatedGreenlight): object {
  return {
    EXTERNAL_AUTH: externalLogin,
    HCAPTCHA_KEY: null,
    VERSION_TAG: version,
    CURRENT_PROVIDER: 'greenlight',
    SMTP_ENABLED: true,
  };
}

/** One unknown name empties the whole answer. */
function setting(query: string, { settings }: SimulatedGreenlight): SimulatedAnswer {
  const name = new URLSearchParams(query).get('names') ?? '';
  const all: Record<string, unknown> = { ...shippedSettings, ...settings };
  if (all[name] === undefined)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
  return data(all[name]);
}

function publicRoom(room: SimulatedRoom): object {
  return {
    name: room.name,
    recording_consent: `${room.recordingConsent ?? false}`,
    require_authentication: `${room.requiresLogin ?? false}`,
    viewer_access_code: room.viewerCode ?? false,
    moderator_access_code: room.moderatorCode ?? false,
    anyone_join_as_moderator: `${room.anyoneModerates ?? false}`,
    friendly_id: room.friendlyId,
    owner_name: room.ownerName ?? 'Owner',
    owner_id: '00000000-0000-4000-8000-000000000001',
    owner_avatar: null,
    shared_user_ids: [],
  };
}
