import { createHash } from 'node:crypto';
import type { SimulatedMeeting } from './simulator-world.ts';
import { attendeePassword, internalId, moderatorPassword } from './simulator-xml.ts';

type Props = Record<string, Record<string, unknown>>;

/** The event that a hook with `getRaw` gets when a meeting begins; `change` over what a front end sends by default. */
export function createdEvent(
  { id, name, recording = false, breakoutOf, metadata = {} }: SimulatedMeeting,
  created: number,
  change: Props = {},
): object {
  const props: Props = {
    meetingProp: {
      name,
      extId: id,
      intId: internalId(id, created),
      isBreakout: breakoutOf !== undefined,
      disabledFeatures: [],
      notifyRecordingIsOn: false,
    },
    durationProps: { createdTime: created, userInactivityInspectTimerInMinutes: 0 },
    password: {
      moderatorPass: moderatorPassword,
      viewerPass: attendeePassword,
      learningDashboardAccessToken: '',
    },
    recordProp: { record: recording, autoStartRecording: false, keepEvents: false },
    welcomeProp: { welcomeMsg: 'Willkommen', modOnlyMessage: '' },
    voiceProp: { telVoice: '70001', voiceConf: '70001', dialNumber: '613-555-1234', muteOnStart: true },
    usersProp: {
      maxUsers: 0,
      guestPolicy: 'ALWAYS_ACCEPT',
      authenticatedGuest: true,
      allowModsToUnmuteUsers: false,
    },
    metadataProp: { metadata },
  };
  for (const [group, values] of Object.entries(change)) props[group] = { ...props[group], ...values };
  return {
    envelope: {
      name: 'MeetingCreatedEvtMsg',
      routing: { sender: 'bbb-apps-akka' },
      timestamp: created,
    },
    core: { header: { name: 'MeetingCreatedEvtMsg' }, body: { props } },
  };
}

/** The button was pressed; the event names who did it. */
export function recordingEvent(id: string, created: number, recording: boolean, at: number): object {
  const meetingId = internalId(id, created);
  const name = 'RecordingStatusChangedEvtMsg';
  return {
    envelope: {
      name,
      routing: { msgType: 'BROADCAST_TO_MEETING', meetingId, userId: 'w_sim' },
      timestamp: at,
    },
    core: { header: { name, meetingId, userId: 'w_sim' }, body: { recording, setBy: 'w_sim' } },
  };
}

export function endedEvent(id: string, created: number, at: number): object {
  const name = 'MeetingDestroyedEvtMsg';
  return {
    envelope: { name, routing: { sender: 'bbb-apps-akka' }, timestamp: at },
    core: { header: { name }, body: { meetingId: internalId(id, created) } },
  };
}

/** The same as a hook without `getRaw` gets it. */
export function mappedEvent(kind: string, id: string, created: number, at: number): object {
  const meeting = { 'internal-meeting-id': internalId(id, created), 'external-meeting-id': id };
  return { data: { type: 'event', id: kind, attributes: { meeting }, event: { ts: at } } };
}

export interface Callback {
  /** As it was registered. */
  url: string;
  secret: string;
  algorithm?: string;
  /** The sender's clock at its first attempt. */
  at: number;
}

/** One delivery as bbb-webhooks makes it: the form, and the address with its signature. */
export function delivery(event: object, callback: Callback): { url: string; body: string } {
  const { url, secret, algorithm = 'sha1', at } = callback;
  const body = new URLSearchParams({
    domain: 'bbb.example.org',
    event: `[${JSON.stringify(event)}]`,
    timestamp: String(at),
  }).toString();
  const checksum = createHash(algorithm).update(`${url}${body}${secret}`).digest('hex');
  return { url: `${url}${url.includes('?') ? '&' : '?'}checksum=${checksum}`, body };
}

/** @returns the receiver's status */
export async function post(event: object, callback: Callback): Promise<number> {
  const { url, body } = delivery(event, callback);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}
