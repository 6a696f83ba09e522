import type { SourceInfo } from '../contract/adapter.ts';
import { type Fill, notConfigured, notPermitted, type Reason } from '../contract/fact.ts';

/** Properties of the product that no answer has to show. */
export const productSource = 'product';
/** The dated lists: those in `releases.ts`, or newer ones that were given. */
export const releaseSource = 'releases';

const account: Fill = { kind: 'config', name: 'user' };
const key = (name: string): Fill => ({ kind: 'config', name });
const admin: Fill = { kind: 'permission', name: 'server admin' };

/** Q1 alone sees rooms that the account is no member of. */
const roomLists: readonly string[] = ['RL', 'LR', 'Q1'];

function info(id: string, calls: string[], needs: Fill | null, de: string, en: string): SourceInfo {
  const lists = roomLists.includes(id) ? { lists: ['room'] as const } : {};
  return {
    id,
    calls,
    population: id === 'Q1' ? 'all' : 'visible',
    ...lists,
    ...(needs === null ? {} : { needs }),
    adds: { de, en },
  };
}

/** In the order in which they decide. */
export const sources: readonly SourceInfo[] = [
  info(
    'ST',
    ['GET /status.php'],
    null,
    'Version, Wartungszustand, erweiterte Unterstützung',
    'version, maintenance, extended support',
  ),
  info(
    'C0',
    ['GET /ocs/v2.php/cloud/capabilities'],
    null,
    'Vorgaben von Talk, wie sie jeder ohne Anmeldung lesen kann: Aufzeichnung, Einwahl, Kennwortzwang, Löschfristen',
    'settings of Talk as anybody may read them: recording, dial-in, forced passwords, retention',
  ),
  info(
    'C1',
    ['GET /ocs/v2.php/cloud/capabilities'],
    account,
    'Anwesenheitsstatus, Kennwortregeln, virtuelle Hintergründe',
    'presence status, password rules, virtual backgrounds',
  ),
  info(
    'RL',
    ['GET /ocs/v2.php/apps/spreed/api/v4/room'],
    account,
    'die Räume, in denen das Konto Mitglied ist, mit allen Einstellungen',
    'the rooms in which the account is a member, with all settings',
  ),
  info(
    'LR',
    ['GET /ocs/v2.php/apps/spreed/api/v4/listed-room'],
    account,
    'auffindbare Räume, in denen das Konto nicht Mitglied ist; ohne Berechtigungen und Löschfrist',
    'rooms that can be found and have not the account as a member; without permissions and expiry',
  ),
  info(
    'PT',
    ['GET /ocs/v2.php/apps/spreed/api/v4/room/{token}/participants'],
    account,
    'Anzahl der Teilnehmenden, nur wo eine Regel sie braucht; hinter einem Warteraum nur als Moderation',
    'number of participants, only where a policy needs it; behind a lobby only as a moderator',
  ),
  info(
    'SG',
    ['GET /ocs/v2.php/apps/spreed/api/v3/signaling/settings'],
    account,
    'Adressen der Vermittlungs- und Signalisierungsserver',
    'addresses of the relay and signaling servers',
  ),
  info(
    'LG',
    ['GET /login'],
    null,
    'Datenschutzhinweis und fremde Dienste, die die Seite zulässt',
    'privacy notice, and foreign services that the page admits',
  ),
  info(
    'ME',
    ['GET /ocs/v2.php/cloud/user'],
    account,
    'Rechte des prüfenden Kontos',
    'rights of the auditing account',
  ),
  info(
    'AW',
    [
      'GET /ocs/v2.php/apps/user_status/api/v1/predefined_statuses',
      'GET /ocs/v2.php/apps/password_policy/api/v1/generate',
    ],
    account,
    'zweiter Blick auf eine App, die in den Fähigkeiten fehlt',
    'second look at an app that is missing in the capabilities',
  ),
  info(
    'SI',
    ['GET /ocs/v2.php/apps/serverinfo/api/v1/info'],
    key('serverinfo_token'),
    'anstehende Aktualisierungen, Stärke des Schlüssels der Serverinformation',
    'pending updates, strength of the key of server information',
  ),
  info(
    'AC',
    ['GET /ocs/v2.php/apps/provisioning_api/api/v1/config/apps/{app}/{key}'],
    admin,
    'Mitschriften, öffentliche Freigaben, Aufzeichnungsserver',
    'transcripts, public shares, recording servers',
  ),
  info(
    'AP',
    ['GET /ocs/v2.php/cloud/apps'],
    admin,
    'eingeschaltete Apps: Tracker, Whiteboard, Löschregeln für Dateien',
    'enabled apps: trackers, whiteboard, file retention',
  ),
  info(
    'QC',
    ['SELECT catalogue (columns, rights)'],
    key('database'),
    'Rechte des Datenbankkontos',
    'rights of the database account',
  ),
  info(
    'Q1',
    ['SELECT oc_talk_rooms'],
    key('database'),
    'alle Räume statt nur der sichtbaren',
    'all rooms instead of the visible ones',
  ),
  info(
    'Q2',
    ['SELECT oc_talk_attendees, oc_talk_sessions (counts)'],
    key('database'),
    'Anzahl der Teilnehmenden aller Räume',
    'number of participants of all rooms',
  ),
  info(
    'Q3',
    ['SELECT oc_comments (times only)'],
    key('database'),
    'Alter der ältesten Nachricht, überfällige Löschungen',
    'age of the oldest message, overdue deletions',
  ),
  info(
    'Q4',
    ['SELECT oc_talk_attachments (counts)'],
    key('database'),
    'Anzahl und Alter geteilter Dateien',
    'number and age of shared files',
  ),
  info(
    'Q5',
    ['SELECT oc_jobs'],
    key('database'),
    'ob Löschaufträge wirklich laufen',
    'whether deletion jobs really run',
  ),
  info(
    'Q6',
    ['SELECT oc_filecache (view on recordings)'],
    key('database'),
    'Zahl und Alter von Aufzeichnungen',
    'number and age of recordings',
  ),
  info(
    productSource,
    [],
    null,
    'Eigenschaften des Produkts, die nicht einstellbar sind',
    'properties of the product that cannot be set',
  ),
  info(
    releaseSource,
    ['list of releases'],
    null,
    'welche Fassungen es gibt und welche gepflegt werden',
    'which releases there are and which are maintained',
  ),
];

export function needsOf(source: string): Fill | undefined {
  return sources.find(({ id }) => id === source)?.needs;
}

/** Asked of nobody else: the server would refuse each of these calls. */
export const notAdministrator = notPermitted(
  'server admin',
  'not asked: the account is not seen to be a server administrator',
);

export function notGiven(source: string): Reason {
  const needs = needsOf(source) ?? account;
  return needs.kind === 'config' ? notConfigured(needs.name) : notPermitted(needs.name, 'not asked');
}
