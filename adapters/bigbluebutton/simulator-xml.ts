import { createHash } from 'node:crypto';
import type {
  BigBlueButtonWorld,
  SimulatedAttendee,
  SimulatedHook,
  SimulatedMeeting,
  SimulatedRecording,
} from './simulator-world.ts';

export function failed(key: string, message: string): string {
  return `<response>\n<returncode>FAILED</returncode>\n<messageKey>${key}</messageKey>\n<message>${message}</message>\n</response>`;
}

export function rootXml(world: BigBlueButtonWorld): string {
  const { balancer, version = null, line = '3.0' } = world;
  if (balancer !== undefined)
    return `<?xml version="1.0"?>\n<response>\n  <returncode>SUCCESS</returncode>\n  <version>2.0</version>\n  <build>${balancer.build}</build>\n</response>\n`;
  const graph =
    line === '3.0' && version?.startsWith('2.') !== true
      ? '\n<html5PluginSdkVersion>0.0.95</html5PluginSdkVersion>\n<graphqlWebsocketUrl>wss://bbb.example.org/graphql</graphqlWebsocketUrl>\n<graphqlApiUrl>https://bbb.example.org/api/rest</graphqlApiUrl>'
      : '';
  return `<response>\n<returncode>SUCCESS</returncode>\n<version>2.0</version>\n<apiVersion>2.0</apiVersion>\n<bbbVersion>${version ?? ''}</bbbVersion>${graph}\n</response>`;
}

export function meetingsXml(world: BigBlueButtonWorld): string {
  const meetings = world.balancer?.meetingsDisabled === true ? [] : (world.meetings ?? []);
  const none =
    '<messageKey>noMeetings</messageKey>\n<message>no meetings were found on this server</message>';
  if (meetings.length === 0)
    return world.balancer === undefined
      ? `<response>\n<returncode>SUCCESS</returncode>\n<meetings/>\n${none}\n</response>`
      : `<?xml version="1.0"?>\n<response>\n<returncode>SUCCESS</returncode>\n${none}\n<meetings/>\n</response>`;
  const entries = meetings.map(
    (meeting, place) => `<meeting>\n${meetingXml(world, meeting, place === meetings.length - 1)}</meeting>\n`,
  );
  return `<response>\n<returncode>SUCCESS</returncode>\n<meetings>\n${entries.join('')}</meetings>\n</response>`;
}

export function meetingInfoXml(world: BigBlueButtonWorld, id: string): string {
  const meeting = world.meetings?.find((candidate) => candidate.id === id);
  if (meeting === undefined) return failed('notFound', 'A meeting with that ID does not exist');
  return `<response>\n<returncode>SUCCESS</returncode>\n${meetingXml(world, meeting, false)}</response>`;
}

function meetingXml(world: BigBlueButtonWorld, meeting: SimulatedMeeting, last: boolean): string {
  const created = meeting.createTime ?? world.createdAt ?? 0;
  const people = meeting.attendees ?? [];
  const number = (value: number): string =>
    world.groupedNumbers === true ? value.toLocaleString('en-US') : `${value}`;
  const fields: [string, string][] = [
    ['meetingName', meeting.name],
    ['meetingID', meeting.id],
    ['internalMeetingID', internalId(meeting.id, created)],
    ['createTime', `${created}`],
    ['createDate', new Date(created).toUTCString()],
    ['voiceBridge', meeting.voiceBridge ?? '70001'],
    ['dialNumber', meeting.dialNumber ?? '613-555-1234'],
    ['attendeePW', attendeePassword],
    ['moderatorPW', moderatorPassword],
    ['running', `${meeting.running ?? true}`],
    ['duration', '0'],
    ['hasUserJoined', `${people.length > 0}`],
    ['recording', `${meeting.recording ?? false}`],
    ['hasBeenForciblyEnded', 'false'],
    ['startTime', `${meeting.startTime ?? created + 37}`],
    ['endTime', '0'],
    ['participantCount', number(meeting.participants ?? people.length)],
    ['listenerCount', '0'],
    ['voiceParticipantCount', number(people.length)],
    ['videoCount', '0'],
    ['maxUsers', number(meeting.maxUsers ?? 0)],
    ['moderatorCount', number(people.filter(({ moderator }) => moderator === true).length)],
  ];
  const metadata = Object.entries(meeting.metadata ?? {});
  if (last && world.malformedMetadata === true) metadata.push(['1foo', 'x']);
  const parts = [
    ...fields.map(([name, value]) => element(name, value)),
    `<attendees>\n${people.map(attendeeXml).join('')}</attendees>`,
    `<metadata>\n${metadata.map(([key, value]) => `${element(key, value)}\n`).join('')}</metadata>`,
    element('isBreakout', `${meeting.breakoutOf !== undefined}`),
  ];
  if (meeting.breakoutOf !== undefined)
    parts.push(
      element('parentMeetingID', meeting.breakoutOf),
      element('sequence', '1'),
      element('freeJoin', 'true'),
    );
  return `${parts.join('\n')}\n`;
}

export function internalId(meetingId: string, created: number): string {
  return `${createHash('sha1').update(meetingId).digest('hex')}-${created}`;
}

/** What every meeting here carries as its passwords: nothing may show them. */
export const attendeePassword = 'sim-attendee-pw';
export const moderatorPassword = 'sim-moderator-pw';

function attendeeXml({ userId, fullName, moderator = false }: SimulatedAttendee): string {
  const parts = [
    element('userID', userId),
    element('fullName', fullName),
    element('role', moderator ? 'MODERATOR' : 'VIEWER'),
    element('isPresenter', `${moderator}`),
    element('isListeningOnly', 'false'),
    element('hasJoinedVoice', 'true'),
    element('hasVideo', 'false'),
    element('clientType', 'HTML5'),
  ];
  return `<attendee>\n${parts.join('\n')}\n</attendee>\n`;
}

/** One playback format of one recording: what paging counts. */
export interface Playback {
  recording: SimulatedRecording;
  format: string | null;
}

/** `total` only in an answer that is a page. */
export function recordingsXml(playbacks: readonly Playback[], total: number | null): string {
  const count = total === null ? '' : element('totalElements', `${total}`);
  if (playbacks.length === 0)
    return `<response>\n<returncode>SUCCESS</returncode>\n<recordings></recordings>\n<messageKey>noRecordings</messageKey>\n<message>There are no recordings for the meeting(s).</message>${count}</response>`;
  const byRecording = new Map<SimulatedRecording, string[]>();
  for (const { recording, format } of playbacks) {
    const formats = byRecording.get(recording) ?? [];
    if (format !== null) formats.push(format);
    byRecording.set(recording, formats);
  }
  const entries = [...byRecording].map(([recording, formats]) => recordingXml(recording, formats));
  return `<response>\n<returncode>SUCCESS</returncode>\n<recordings>${entries.join('')}</recordings>\n${count}</response>`;
}

function recordingXml(recording: SimulatedRecording, formats: readonly string[]): string {
  const { id, meetingId, name, state = 'published', startTime } = recording;
  const listed = recording.listed === undefined ? '' : element('gl-listed', `${recording.listed}`);
  const host = recording.host ?? 'play.example.org';
  const playback = formats.map(
    (format) =>
      `<format>${element('type', format)}${element('url', `https://${host}/playback/${format}/2.3/${id}`)}${element('processingTime', '1234')}${element('length', '30')}<preview><images><image alt="">https://${host}/thumb-1.png</image></images></preview></format>`,
  );
  const parts = [
    element('recordID', id),
    element('meetingID', meetingId),
    element('internalMeetingID', id),
    element('name', name),
    element('isBreakout', 'false'),
    element('published', `${state === 'published'}`),
    element('state', state),
    element('startTime', `${startTime}`),
    element('endTime', `${recording.endTime ?? startTime + 1_800_000}`),
    element('participants', '3'),
    `<metadata>${listed}${element('meetingName', name)}</metadata>`,
    `<playback>${playback.join('')}</playback>`,
    '<data></data>',
  ];
  return `<recording>${parts.join('')}</recording>`;
}

export function hooksXml(hooks: readonly SimulatedHook[]): string {
  const entries = hooks.map(({ url, meetingId, raw = false }, place) => {
    const meeting = meetingId === undefined ? '' : `<meetingID><![CDATA[${meetingId}]]></meetingID>`;
    return `<hook>${element('hookID', `00000000-0000-4000-8000-00000000000${place}`)}<callbackURL><![CDATA[${url}]]></callbackURL>${meeting}${element('permanentHook', 'false')}${element('rawData', `${raw}`)}</hook>`;
  });
  return `<response><returncode>SUCCESS</returncode><hooks>${entries.join('')}</hooks></response>`;
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
