import type { AdapterContext, SourceCheck } from '../contract/adapter.ts';
import type { Text } from '../contract/check.ts';
import { type Answer, answered } from './answer.ts';
import type { MeetingList } from './api.ts';
import { absent, failed, howToGive, ok, partial } from './check-lines.ts';
import type { BigBlueButtonTarget, Connection } from './configuration.ts';
import type { GreenlightDatabase } from './database.ts';
import { fileFailure, fileSources } from './outcomes.ts';
import { readServerFiles, type ServerFiles } from './server-files.ts';
import { optionsView } from './statements.ts';
import type { GreenlightData } from './stored.ts';

/** Nothing is probed here: what a scan would send is told instead. */
export function checkProbes({ settings }: BigBlueButtonTarget, meetings: Answer<MeetingList>): SourceCheck {
  if (settings.probes?.includes('checksum') !== true) return absent('A4');
  if (!answered(meetings)) return failed('A4', meetings.reason);
  return {
    source: 'A4',
    state: 'ok',
    message: {
      de: 'eingeschaltet: jeder Lauf sendet isMeetingRunning mit SHA-1 zu einer erfundenen Besprechung und, wenn das gelingt, getMeetings mit falscher Prüfsumme; höchstens einer dieser Aufrufe schlägt fehl',
      en: 'switched on: every scan sends isMeetingRunning signed with SHA-1 about an invented meeting and, if that succeeds, getMeetings with a wrong checksum; at most one of these calls fails',
    },
  };
}

export async function checkDatabase({ database }: Connection): Promise<SourceCheck> {
  if (database === null) return absent('GS');
  const found = await database.askAll();
  if (answered(found)) await database.probeRooms();
  const [refused] = database.refused.values();
  const reason = answered(found) ? refused : found.reason;
  const missing = [...database.refused].flatMap(([, { fill }]) =>
    fill?.kind === 'sql' ? [`GRANT ${fill.name} TO roomwarden;`] : [],
  );
  const remedy =
    missing.length === 0
      ? databaseRemedy
      : { de: `als Eigentümer: ${missing.join(' ')}`, en: `as the owner: ${missing.join(' ')}` };
  if (reason === undefined) return checkPrivileges(database, found);
  if (!answered(found)) return { ...failed('GS', reason), remedy };
  const names = [...database.refused.keys()].join(', ');
  return partial(
    'GS',
    reason,
    { de: `antwortet zum Teil; es fehlt: ${names}`, en: `answers in part; missing: ${names}` },
    remedy,
  );
}

const databaseRemedy: Text = {
  de: 'Adresse, Rolle und Passwort in greenlight.database prüfen; ?sslmode=disable in der Adresse erlaubt Klartext, ?sslrootcert=DATEI nennt eine eigene Zertifizierungsstelle',
  en: 'check address, role and password in greenlight.database; ?sslmode=disable in the address permits clear text, ?sslrootcert=FILE names a certificate authority of your own',
};

/** It works, and perhaps it could do with less. */
function checkPrivileges(database: GreenlightDatabase, found: Answer<GreenlightData>): SourceCheck {
  const privileges = answered(found) && found.value.privileges.ok ? found.value.privileges.value : [];
  const more = privileges.filter((name) => name !== 'sql:access_codes');
  if (privileges.length === 0)
    return ok('GS', {
      de: `Codes nur über die Sicht ${optionsView}`,
      en: `codes through the view ${optionsView} only`,
    });
  if (more.length > 0)
    return ok('GS', {
      de: `die Rolle darf mehr als nötig: ${privileges.join(', ')}`,
      en: `the role may do more than it needs: ${privileges.join(', ')}`,
    });
  return ok('GS', {
    de: `die Rolle könnte Codes lesen; mit der Sicht ${optionsView} (README) könnte sie es nicht${database.usesView === true ? ': GRANT SELECT (value) ON room_meeting_options zurücknehmen' : ''}`,
    en: `the role could read codes; with the view ${optionsView} (README) it could not${database.usesView === true ? ': revoke SELECT (value) ON room_meeting_options' : ''}`,
  });
}

export async function* checkFiles(
  { settings }: BigBlueButtonTarget,
  context: AdapterContext,
): AsyncGenerator<SourceCheck> {
  const files = await readServerFiles(settings, context.now);
  for (const key of Object.keys(fileSources) as (keyof ServerFiles)[]) {
    const source = fileSources[key];
    const parts = files[key];
    if (parts === null) {
      yield absent(source);
      continue;
    }
    const why = fileFailure(parts);
    const hosts = parts.map(({ host }) => host).join(', ');
    if (why === null) yield ok(source, { de: `Rechner: ${hosts}`, en: `hosts: ${hosts}` });
    else yield { ...failed(source, why), remedy: howToGive[source] ?? databaseRemedy };
  }
}

/** Events come by themselves: only whether they would be taken is told. */
export function* checkEvents(
  { id, settings }: BigBlueButtonTarget,
  context: AdapterContext,
): Generator<SourceCheck> {
  for (const source of ['EV', 'EM']) {
    if (!context.live || settings.live === undefined) {
      yield absent(source);
      continue;
    }
    const path = `/hooks/bigbluebutton/${id}`;
    yield {
      source,
      state: 'ok',
      message: {
        de: `wird angenommen unter POST ${path}, sobald der Server dorthin meldet`,
        en: `taken at POST ${path} once the server reports there`,
      },
    };
  }
}
