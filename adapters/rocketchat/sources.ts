import type { SourceInfo } from '../contract/adapter.ts';
import type { Fill, SourceId } from '../contract/fact.ts';
import type { Population } from '../contract/subject.ts';
import { paths } from './routes.ts';

/** Properties of the product that no answer has to show. */
export const productSource = 'product';
/** The dated lists: those in `releases.ts`, or newer ones that were given. */
export const releaseSource = 'releases';

const token: Fill = { kind: 'config', name: 'token' };
const permission = (name: string): Fill => ({ kind: 'permission', name });
const call = (path: string): string[] => [`GET ${path}`];

const roomLists: readonly SourceId[] = ['AR', 'CL', 'GL'];

function info(
  id: SourceId,
  calls: string[],
  needs: Fill | null,
  de: string,
  en: string,
  population: Population = 'visible',
): SourceInfo {
  const lists = roomLists.includes(id) ? { lists: ['room'] as const } : {};
  return { id, calls, population, ...lists, ...(needs === null ? {} : { needs }), adds: { de, en } };
}

/** In the order in which they decide. */
export const sources: readonly SourceInfo[] = [
  info(
    'I0',
    call(paths.info),
    null,
    'Linie der Version, Ende der Unterstützung, Registrierung beim Hersteller',
    'line of the version, end of support, registration with the vendor',
  ),
  info(
    'P',
    call(paths.publicSettings),
    null,
    'öffentliche Einstellungen: Aufbewahrung, Registrierung, anonymes Lesen, Tracker, Orte für Anrufe, Datenschutzhinweis',
    'public settings: retention, registration, anonymous reading, trackers, where calls may start, privacy notice',
  ),
  info('W', call(paths.passwordPolicy), null, 'Kennwortregeln der Konten', 'password rules of the accounts'),
  info('ME', call(paths.self), token, 'Rollen des prüfenden Kontos', 'roles of the auditing account'),
  info('I1', call(paths.info), permission('view-statistics'), 'genaue Version', 'exact version'),
  info(
    'PL',
    call(paths.permissions),
    token,
    'Rechte der Rollen, auch die von Gästen und Anonymen',
    'permissions of the roles, those of guests and anonymous visitors among them',
  ),
  info('RO', call(paths.roles), token, 'Namen der Rollen', 'names of the roles'),
  info(
    'VC',
    call(paths.capabilities),
    token,
    'ob Videokonferenzen möglich sind und bei wem',
    'whether video conferences are possible, and with whom',
  ),
  info(
    'VP',
    call(paths.providers),
    token,
    'eingerichtete Konferenzanbieter',
    'conference providers that are set up',
  ),
  info('AI', call(paths.apps), token, 'Version der Konferenz-App', 'version of the conference app'),
  info('LI', call(paths.license), token, 'lizenzierte Auswertungen der Nutzung', 'licensed usage statistics'),
  info(
    'SX',
    call(paths.statistics),
    permission('view-statistics'),
    'Gegenprobe zur Lizenz',
    'cross-check of the licence',
  ),
  info(
    'V',
    ['GET /api/v1/settings/:_id'],
    permission('view-privileged-setting'),
    'Anwesenheitsstatus, Konferenz-PIN (nur Länge), Push-Dienst, Fehlermeldedienst, Aktualisierungsprüfung',
    'presence status, PIN of conferences (length only), push service, error reports, update checker',
  ),
  info(
    'AR',
    call(paths.adminRooms),
    permission('view-room-administration'),
    'alle Räume',
    'all rooms',
    'all',
  ),
  info(
    'CL',
    call(paths.channels),
    permission('view-c-room'),
    'Aufbewahrung und Beitrittscode öffentlicher Kanäle',
    'retention and join code of public channels',
  ),
  info(
    'GL',
    call(paths.groups),
    permission('view-room-administration'),
    'Aufbewahrung privater Räume',
    'retention of private rooms',
  ),
  info(
    'TL',
    call(paths.teams),
    permission('view-all-teams'),
    'ob ein Team öffentlich ist',
    'whether a team is public',
  ),
  info(
    'AS',
    ['GET /api/apps/:id/settings'],
    permission('manage-apps'),
    'Kennwort, Warteraum und Adresse des Konferenzanbieters',
    'password, waiting room and address of the conference provider',
  ),
  info(
    'VL',
    call(paths.calls),
    { kind: 'config', name: 'live.purpose' },
    'laufende Anrufe: Zustand, Beginn, Zahl der Unbekannten',
    'running calls: state, beginning, number of unknown people',
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

export function needsOf(source: SourceId): Fill | undefined {
  return sources.find(({ id }) => id === source)?.needs;
}
