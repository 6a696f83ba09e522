import type { SiteOption } from './greenlight.ts';
import type { RecordingState } from './schema.ts';

export interface SimulatedAttendee {
  userId: string;
  fullName: string;
  moderator?: boolean;
}

export interface SimulatedMeeting {
  id: string;
  name: string;
  recording?: boolean;
  /** Default: somebody is in. */
  running?: boolean;
  /** Default 70001. */
  voiceBridge?: string;
  /** Default: the placeholder that stands for no telephone access. */
  dialNumber?: string;
  attendees?: readonly SimulatedAttendee[];
  /** More than are listed, for servers that count other persons. */
  participants?: number;
  maxUsers?: number;
  metadata?: Readonly<Record<string, string>>;
  /** Internal id of the meeting of which this is a breakout. */
  breakoutOf?: string;
  /** Default: `createdAt` of the world. */
  createTime?: number;
  startTime?: number;
}

export interface SimulatedRecording {
  id: string;
  meetingId: string;
  name: string;
  state?: RecordingState;
  startTime: number;
  /** Left out: half an hour later. */
  endTime?: number;
  /** Default: one, `presentation`. */
  formats?: readonly string[];
  /** `gl-listed`; left out: the front end stored no such flag. */
  listed?: boolean;
  /** Host of the playback addresses; default `play.example.org`. */
  host?: string;
}

export interface SimulatedHook {
  url: string;
  meetingId?: string;
  raw?: boolean;
}

/** A room as Greenlight shows it to anybody. Texts where Greenlight sends texts. */
export interface SimulatedRoom {
  friendlyId: string;
  name: string;
  viewerCode?: boolean;
  moderatorCode?: boolean;
  requiresLogin?: boolean;
  anyoneModerates?: boolean;
  recordingConsent?: boolean;
  ownerName?: string;
}

export interface SimulatedGreenlight {
  /** `VERSION_TAG`; default release-3.8.2.4. */
  version?: string;
  externalLogin?: boolean;
  /** Over the values that Greenlight ships with. An option that is null is unknown to this version. */
  options?: Partial<Record<SiteOption, string | null>>;
  settings?: Readonly<Record<string, unknown>>;
  rooms?: readonly SimulatedRoom[];
}

/** One installation. Everything but the secret has the value of a fresh one. */
export interface BigBlueButtonWorld {
  secret: string;
  /** Shown version; null = hidden, as shipped. */
  version?: string | null;
  /** Line of the templates when the version is hidden: 3.0 prints the address of its graph interface. */
  line?: '2.7' | '3.0';
  /** Scalelite in front: own version, no paging, no hooks, no sha384. */
  balancer?: {
    build: string;
    meetingsDisabled?: boolean;
    recordingsDisabled?: boolean;
    filteredOnly?: boolean;
  };
  meetings?: readonly SimulatedMeeting[];
  recordings?: readonly SimulatedRecording[];
  hooks?: readonly SimulatedHook[];
  greenlight?: SimulatedGreenlight;
  /** Older templates print 1234 as 1,234. */
  groupedNumbers?: boolean;
  /** One meeting carries a metadata key that is no XML name, which breaks the whole list. */
  malformedMetadata?: boolean;
  /** false: a question for recordings without paging and without a filter is answered with none. */
  allowFetchAllRecordings?: boolean;
  algorithms?: readonly string[];
  /** An empty secret on the server: every signature is taken. */
  unchecked?: boolean;
  /** Creation of meetings that name none; default half an hour before the simulator was started. */
  createdAt?: number;
  /** The clock that the server shows; default the real one. */
  clock?: () => number;
}

/** Site values of a fresh Greenlight 3. */
export const shippedOptions: Readonly<Record<string, string>> = {
  record: 'default_enabled',
  muteOnStart: 'default_enabled',
  guestPolicy: 'optional',
  glAnyoneCanStart: 'optional',
  glAnyoneJoinAsModerator: 'optional',
  glRequireAuthentication: 'optional',
  glViewerAccessCode: 'optional',
  glModeratorAccessCode: 'optional',
};

/** Metadata that Greenlight sends with a meeting of one of its rooms. */
export function greenlightMetadata(friendlyId: string, host = 'rooms.example.org'): Record<string, string> {
  return {
    'bbb-origin': 'greenlight',
    'bbb-origin-server-name': host,
    'bbb-origin-version': 'release-3.8.2.4',
    'bbb-context-id': friendlyId,
    endcallbackurl: `https://${host}/meeting_ended`,
    'bbb-recording-ready-url': `https://${host}/recording_ready`,
  };
}
