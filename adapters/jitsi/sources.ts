import type { SourceInfo } from '../contract/adapter.ts';

/** Each tells of rooms that are in use. */
const roomLists: readonly string[] = ['X6', 'N1', 'K1'];

function source(id: string, calls: string[], de: string, en: string, needs?: string): SourceInfo {
  return {
    id,
    calls,
    population: 'running',
    ...(roomLists.includes(id) ? { lists: ['room'] as const } : {}),
    ...(needs === undefined ? {} : { needs: { kind: 'config', name: needs } }),
    adds: { de, en },
  };
}

const main = 'main domain';

/** In the order of the report. */
export const sources: readonly SourceInfo[] = [
  source('C', ['GET /config.js'], 'Voreinstellungen der Oberfläche', 'defaults of the page'),
  source(
    'CI',
    ['GET /interface_config.js'],
    'ältere Einstellungen der Oberfläche',
    'older settings of the page',
  ),
  source('W', ['GET /'], 'Version der Oberfläche', 'version of the page'),
  source('L', ['list of releases'], 'welche Fassungen es gibt', 'which releases there are'),
  source(
    'P',
    ['GET /room-census'],
    'ob jede Person die Räume auflisten kann',
    'whether anybody can list the rooms',
  ),
  source(
    'X1',
    ['XMPP login ANONYMOUS'],
    'ob jede Person ohne Konto hineinkommt',
    'whether anybody gets in without an account',
  ),
  source(
    'X2',
    [`disco#info ${main}`],
    'eingeschaltete Bausteine des Servers',
    'components that the server runs',
  ),
  source(
    'X3',
    [`disco#items ${main}`],
    'Domänen des Servers, auch für Aufzeichnung',
    "the server's domains, those for recording too",
  ),
  source('X4', [`jabber:iq:version ${main}`], 'Version von Prosody', 'version of Prosody'),
  source('X5', [`extdisco:2 ${main}`], 'STUN- und TURN-Server', 'STUN and TURN servers'),
  source(
    'X6',
    ['disco#info room', 'disco#items of the room service'],
    'welche benannten Räume es gerade gibt',
    'which of the named rooms exist now',
    'rooms',
  ),
  source(
    'X7',
    ['disco#info lobby component, node lobbyrooms'],
    'ob ein Raum gerade einen Warteraum hat',
    'whether a room has its lobby on',
    'rooms',
  ),
  source(
    'X8',
    ['muc#owner get'],
    'Raumeinstellungen für ein Konto der Administration',
    "a room's settings for an administrator's account",
    'account',
  ),
  source(
    'N1',
    ['GET /room-census'],
    'alle laufenden Räume und ihre Größe',
    'all running rooms and their size',
    'prosody_http',
  ),
  source('N2', ['GET /room-size'], 'Größe eines Raums', 'size of a room', 'prosody_http'),
  source(
    'N3',
    ['GET /room-info'],
    'Passwort und Warteraum eines Raums',
    "a room's password and lobby",
    'room_info',
  ),
  source(
    'K1',
    ['GET /debug/conferences-full'],
    'Warteraum, Aufzeichnung, Teilnehmende je Raum',
    'lobby, recording and participants per room',
    'jicofo',
  ),
  source(
    'K2',
    ['GET /stats'],
    'laufende Aufzeichnungen insgesamt',
    'recordings in progress over all',
    'jicofo',
  ),
  source('K3', ['GET /about/version'], 'Version von Jicofo', 'version of Jicofo', 'jicofo'),
  source('V1', ['GET /about/version'], 'Version der Videobridge', 'version of the video bridge', 'jvb'),
  source(
    'E',
    ['.env'],
    'Umgebungsvariablen der Container',
    'environment variables of the containers',
    'env_file',
  ),
  source(
    'PC',
    ['prosody.cfg.lua'],
    'Einstellungen des XMPP-Servers',
    'settings of the XMPP server',
    'prosody_config',
  ),
  source('JC', ['jicofo.conf'], 'Einstellungen von Jicofo', 'settings of Jicofo', 'jicofo_config'),
];
