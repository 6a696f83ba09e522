import {
  type BigBlueButtonWorld,
  greenlightMetadata,
  type SimulatedMeeting,
  type SimulatedRecording,
  type SimulatedRoom,
} from '../../adapters/bigbluebutton/simulator.ts';
import { friendlyId, roomName } from './names.ts';

const day = 86_400_000;

/** A ministry's server with Greenlight: grown, with doors that differ from room to room. */
export function ministryWorld(secret: string, now: number, count: number): BigBlueButtonWorld {
  const places = Array.from({ length: count }, (_, place) => place);
  return {
    secret,
    version: '3.0.26',
    meetings: places.map((place) => meeting(place, now)),
    recordings: places.filter((place) => place % 3 === 0).map((place) => recording(place, now)),
    hooks: [],
    greenlight: {
      rooms: places.map(room),
      settings: { PrivacyPolicy: 'https://www.example.org/datenschutz/videokonferenz' },
    },
  };
}

/** A small school server: recording forced off by the site, login asked, version hidden as shipped. */
export function schoolWorld(secret: string, now: number, count: number): BigBlueButtonWorld {
  const places = Array.from({ length: count }, (_, place) => 500 + place);
  return {
    secret,
    version: null,
    meetings: places.map((place) => ({ ...meeting(place, now), recording: false })),
    greenlight: {
      options: { record: 'false', glRequireAuthentication: 'true', glViewerAccessCode: 'true' },
      settings: { RegistrationMethod: 'invite', PrivacyPolicy: '' },
      rooms: places.map((place) => ({ ...room(place), requiresLogin: true, viewerCode: place % 4 !== 0 })),
    },
  };
}

const meetingId = (place: number): string => `demo-${String(place).padStart(6, '0')}`;

function meeting(place: number, now: number): SimulatedMeeting {
  const dialIn =
    place % 6 === 1
      ? { dialNumber: '+49 361 0000000', voiceBridge: place % 12 === 1 ? '04711' : '047110815' }
      : {};
  return {
    id: meetingId(place),
    name: place === 17 ? 'Lagebild VS-NfD Abstimmung' : roomName(place),
    recording: place % 5 === 0,
    createTime: now - 3_600_000,
    startTime: now - 3_000_000,
    metadata: greenlightMetadata(friendlyId(place), '127.0.0.1'),
    attendees: [{ userId: `gl-${place}`, fullName: 'Vorführung', moderator: true }],
    ...dialIn,
  };
}

function room(place: number): SimulatedRoom {
  return {
    friendlyId: friendlyId(place),
    name: roomName(place),
    viewerCode: place % 2 === 0,
    requiresLogin: place % 7 === 0,
    anyoneModerates: place % 11 === 3,
    recordingConsent: place % 5 === 0,
  };
}

function recording(place: number, now: number): SimulatedRecording {
  const age = (place % 40) * day;
  return {
    id: `${'0'.repeat(32)}${String(place).padStart(8, '0')}-${now - age}`,
    meetingId: meetingId(place),
    name: roomName(place),
    state: place % 9 === 0 ? 'deleted' : 'published',
    startTime: now - age - 3_600_000,
    endTime: now - age,
    formats: place % 2 === 0 ? ['presentation', 'video'] : ['presentation'],
    host: '127.0.0.1',
  };
}
