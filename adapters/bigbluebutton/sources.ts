import type { SourceInfo } from '../contract/adapter.ts';
import { productSource, releaseSource } from './rows.ts';

const key = (name: string) => ({ kind: 'config' as const, name });

/** In the order in which they decide. */
export const sources: readonly SourceInfo[] = [
  {
    id: 'A0',
    calls: ['GET /api'],
    population: 'running',
    adds: {
      de: 'Version, falls der Server sie zeigt, und ob ein Verteiler antwortet',
      en: 'version, where the server shows it, and whether a balancer answers',
    },
  },
  {
    id: 'A1',
    calls: ['GET /api/getMeetings', 'GET /api/getMeetingInfo'],
    population: 'running',
    lists: ['room'],
    adds: {
      de: 'laufende Besprechungen: Aufzeichnung, Einwahl, Einbindungen',
      en: 'running meetings: recording, dial-in, callbacks',
    },
  },
  {
    id: 'A2',
    calls: ['GET /api/getRecordings'],
    population: 'all',
    lists: ['recording'],
    adds: {
      de: 'gespeicherte Aufzeichnungen mit Alter und Zustand, auch gelöschte',
      en: 'stored recordings with age and state, deleted ones too',
    },
  },
  {
    id: 'A3',
    calls: ['GET /api/hooks/list'],
    population: 'running',
    adds: {
      de: 'wohin Ereignisse der Besprechungen gemeldet werden',
      en: 'where events of meetings are reported to',
    },
  },
  {
    id: 'A4',
    calls: ['GET /api/getMeetings', 'GET /api/isMeetingRunning'],
    population: 'running',
    needs: key('probes'),
    adds: {
      de: 'ob falsche und veraltete Prüfsummen abgewiesen werden',
      en: 'whether wrong and outdated checksums are refused',
    },
  },
  {
    id: 'G0',
    calls: ['GET /api/v1/env.json'],
    population: 'running',
    needs: key('greenlight.url'),
    adds: { de: 'Version und Anmeldeart von Greenlight', en: 'version and kind of sign-in of Greenlight' },
  },
  {
    id: 'G1',
    calls: ['GET /api/v1/rooms_configurations/{name}.json'],
    population: 'running',
    needs: key('greenlight.url'),
    adds: {
      de: 'Vorgaben für alle Räume: Aufzeichnung, Warteraum, Kennwort, Anmeldung',
      en: 'presets for all rooms: recording, waiting room, code, sign-in',
    },
  },
  {
    id: 'G2',
    calls: ['GET /api/v1/site_settings.json'],
    population: 'running',
    needs: key('greenlight.url'),
    adds: {
      de: 'Datenschutzhinweis und Art der Registrierung',
      en: 'privacy notice and kind of registration',
    },
  },
  {
    id: 'G3',
    calls: ['GET /api/v1/rooms/{friendly_id}/public.json'],
    population: 'running',
    needs: key('greenlight.url'),
    adds: {
      de: 'Kennwort, Anmeldepflicht und Einwilligung je laufendem Raum',
      en: 'code, sign-in and consent of each running room',
    },
  },
  {
    id: 'GS',
    calls: [
      'SELECT rooms, users, meeting_options, room_meeting_options, rooms_configurations, roles, permissions, role_permissions, shared_accesses, recordings, active_storage_attachments, active_storage_blobs',
    ],
    population: 'all',
    lists: ['room'],
    needs: key('greenlight.database'),
    adds: {
      de: 'alle Räume mit Warteraum, Länge des Kennworts und Rechten',
      en: 'every room with waiting room, length of its code and rights',
    },
  },
  {
    id: 'FP',
    calls: ['bbb-web.properties'],
    population: 'running',
    needs: key('properties'),
    adds: { de: 'Vorgaben des Servers', en: "the server's defaults" },
  },
  {
    id: 'FY',
    calls: ['bbb-html5.yml'],
    population: 'running',
    needs: key('html5_settings'),
    adds: { de: 'Einstellungen der Oberfläche', en: 'settings of the client' },
  },
  {
    id: 'FC',
    calls: ['cron.daily/bigbluebutton'],
    population: 'running',
    needs: key('cron'),
    adds: { de: 'Löschfristen', en: 'retention times' },
  },
  {
    id: 'FT',
    calls: ['turn-stun-servers.xml'],
    population: 'running',
    needs: key('turn'),
    adds: { de: 'Vermittlungsserver', en: 'relay servers' },
  },
  {
    id: 'FB',
    calls: ['Scalelite or b3lb environment'],
    population: 'running',
    needs: key('balancer_env'),
    adds: {
      de: 'was der Verteiler überschreibt oder abschaltet',
      en: 'what the balancer overrides or switches off',
    },
  },
  {
    id: 'FW',
    calls: ['bbb-webhooks configuration'],
    population: 'running',
    needs: key('webhooks'),
    adds: { de: 'feste Empfänger von Ereignissen', en: 'permanent receivers of events' },
  },
  {
    id: 'EV',
    calls: ['MeetingCreatedEvtMsg'],
    population: 'running',
    needs: key('webhooks'),
    adds: {
      de: 'alle Einstellungen einer Besprechung bei ihrem Beginn',
      en: 'every setting of a meeting at its creation',
    },
  },
  {
    id: 'EM',
    calls: ['meeting-recording-started', 'user-joined'],
    population: 'running',
    needs: key('webhooks'),
    adds: { de: 'Beginn und Ende der Aufzeichnung', en: 'start and end of recording' },
  },
  {
    id: productSource,
    calls: [],
    population: 'running',
    adds: {
      de: 'Eigenschaften des Produkts, die nicht einstellbar sind',
      en: 'properties of the product that cannot be set',
    },
  },
  {
    id: releaseSource,
    calls: ['list of releases'],
    population: 'running',
    adds: {
      de: 'welche Fassungen es gibt und welche gepflegt werden',
      en: 'which releases there are and which are maintained',
    },
  },
];
