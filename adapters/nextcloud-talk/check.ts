import type { AdapterContext, SourceCheck, Target } from '../contract/adapter.ts';
import { checkLine, checkReleases, type Text } from '../contract/check.ts';
import type { Reason } from '../contract/fact.ts';
import { has, valueIn } from '../contract/seen.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import { grantScript, grantsOf } from './database/grants.ts';
import { type DatabaseSource, databaseSources } from './database/session.ts';
import type { TalkDatabase } from './database/talk-database.ts';
import type { Observation } from './facts/observation.ts';
import { gather } from './gather.ts';
import { databaseOutcomes } from './outcomes.ts';
import type { TalkSettings } from './settings.ts';
import { releaseSource, sources } from './sources.ts';

/** What answers, what is missing and what would give it, source by source. */
export async function* check(
  target: Target<TalkSettings>,
  context: AdapterContext,
): AsyncGenerator<SourceCheck> {
  const { observation, outcomes: asked, database } = await gather(target, context, 'nowhere');
  await database?.probe();
  database?.close();
  const outcomes = [...asked, ...databaseOutcomes(database, {})];
  const bySource = new Map(outcomes.map((outcome) => [outcome.source, outcome]));
  for (const { id, adds } of sources) {
    const outcome = bySource.get(id);
    if (outcome === undefined) continue;
    if (id === releaseSource) yield checkReleases(id, observation.releases, observation.scannedAt);
    else if (id === 'PT') yield participantsLine(outcome, bySource.get('RL'), adds);
    else yield line(outcome, adds, observation, database);
  }
}

function line(
  outcome: SourceOutcome,
  adds: Text,
  observation: Observation,
  database: TalkDatabase | null,
): SourceCheck {
  const { source, state, reason } = outcome;
  const missing = state === 'complete' ? undefined : remedyFor(source, reason, observation, database);
  const shown = state === 'complete' || state === 'partial' ? advice(source, observation) : undefined;
  return checkLine(outcome, { adds, extra: extraOf(outcome, observation), remedy: missing ?? shown });
}

function participantsLine(outcome: SourceOutcome, list: SourceOutcome | undefined, adds: Text): SourceCheck {
  if (list?.state === 'complete' || list?.state === 'partial') {
    return {
      source: outcome.source,
      state: 'ok',
      message: { de: `wird nur bei Bedarf gefragt: ${adds.de}`, en: `asked only where needed: ${adds.en}` },
      remedy: moderatorGrant,
    };
  }
  const why = list?.reason;
  const remedy = why === undefined ? undefined : remedyOf(why);
  return {
    source: outcome.source,
    state: list?.state === 'skipped' ? 'not_configured' : 'failed',
    ...(why === undefined ? {} : { reason: why }),
    message: {
      de: `ohne Raumliste nicht möglich; es fehlt: ${adds.de}`,
      en: `not possible without the room list; missing: ${adds.en}`,
    },
    ...(remedy === undefined ? {} : { remedy }),
  };
}

const moderatorGrant: Text = {
  de: 'nur für Räume mit Warteraum nötig: occ talk:room:promote TOKEN KONTO',
  en: 'needed for rooms with a lobby only: occ talk:room:promote TOKEN ACCOUNT',
};

function extraOf({ source, count, counted }: SourceOutcome, { rooms }: Observation): Text {
  if (source === 'LR') return roomsShown(count);
  if (source === 'Q1') {
    return { de: `; ${count} Räume, alle`, en: `; ${count} rooms, all there are` };
  }
  if (source !== 'RL') return { de: '', en: '' };
  const judged = rooms.filter(({ room, kind }) => room.view === 'member' && !('counted' in kind)).length;
  const left = Object.values(counted ?? {}).reduce((sum, one) => sum + one, 0);
  return {
    de: `; ${judged} Räume für dieses Konto sichtbar, nie alle (${left} weitere Einträge sind keine Besprechungsräume)`,
    en: `; ${judged} rooms visible to this account, never all (${left} further entries are no meeting rooms)`,
  };
}

function roomsShown(count: number): Text {
  return { de: `; ${count} Räume`, en: `; ${count} rooms` };
}

function advice(source: string, { self, database: { rights } }: Observation): Text | undefined {
  if (source === 'QC' && has(rights) && (rights.value.write || rights.value.secrets)) {
    return {
      de: 'das Datenbankkonto darf mehr als nötig (schreiben oder Kennwörter und Nachrichten lesen): statt der Tabellen nur die Sichten der README freigeben',
      en: 'the database account may do more than needed (write, or read passwords and messages): grant the views of the README instead of the tables',
    };
  }
  if (source === 'RL') {
    return {
      de: 'weitere Räume: occ talk:room:add --user KONTO TOKEN (für Mitglieder sichtbar)',
      en: 'further rooms: occ talk:room:add --user ACCOUNT TOKEN (members see it)',
    };
  }
  if (source === 'ME' && valueIn(self.groups)?.includes('admin') === true) {
    return {
      de: 'das Konto ist Server-Administration: ein einfaches Konto genügt, Gruppe admin entziehen',
      en: 'the account is a server administrator: a plain account is enough, take it out of the group admin',
    };
  }
  return undefined;
}

function remedyFor(
  source: string,
  why: Reason | undefined,
  { settings }: Observation,
  database: TalkDatabase | null,
): Text | undefined {
  if (source === 'AC' || source === 'AP') {
    return {
      de: 'nur mit einem Konto der Server-Administration (Gruppe admin), das selbst als überflüssiges Recht gemeldet wird: lieber die übrigen Quellen nutzen',
      en: 'only with an account of a server admin (group admin), which is itself reported as excess privilege: prefer the other sources',
    };
  }
  if (source === 'SI') {
    return {
      de: 'serverinfo_token am Ziel angeben; auf dem Server: occ config:app:set serverinfo token --value SCHLÜSSEL',
      en: 'give serverinfo_token at the target; on the server: occ config:app:set serverinfo token --value KEY',
    };
  }
  if (!isDatabaseSource(source)) return remedyOf(why);
  const server = database?.session.dialect ?? 'postgres';
  if (server === 'sqlite') {
    return {
      de: 'die Datei muss lesbar sein: database als sqlite:/pfad/zu/owncloud.db',
      en: 'the file has to be readable: database as sqlite:/path/to/owncloud.db',
    };
  }
  const prefix = settings.database_prefix;
  const grants = source === 'QC' ? grantScript(server, prefix).join(' ') : grantsOf(server, source, prefix);
  if (database === null) {
    return {
      de: `database am Ziel angeben (postgres://, mysql:// oder sqlite:/); Rolle mit Sichten, hier für PostgreSQL (MariaDB: README): ${grants}`,
      en: `give database at the target (postgres://, mysql:// or sqlite:/); a role with views, here for PostgreSQL (MariaDB: README): ${grants}`,
    };
  }
  return { de: `es fehlt: ${grants}`, en: `missing: ${grants}` };
}

function isDatabaseSource(source: string): source is DatabaseSource {
  return databaseSources.some((one) => one === source);
}

function remedyOf(why: Reason | undefined): Text | undefined {
  const fill = why?.fill;
  if (fill?.name === 'user' || fill?.name === 'password') {
    return {
      de: 'user und password am Ziel angeben; App-Passwort: occ user:auth-tokens:add KONTO, oder Einstellungen > Sicherheit > Geräte & Sitzungen',
      en: 'give user and password at the target; app password: occ user:auth-tokens:add ACCOUNT, or Settings > Security > Devices & sessions',
    };
  }
  if (fill?.name.includes('allowed_groups') === true) {
    return {
      de: 'Verwaltung > Talk > „Auf Gruppen begrenzen“: eine Gruppe des Kontos aufnehmen',
      en: 'Administration settings > Talk > "Limit to groups": add a group of the account',
    };
  }
  if (why?.code === 'throttled') {
    return {
      de: 'Adresse freigeben: occ security:bruteforce:reset ADRESSE, oder Verwaltung > Sicherheit > Brute-Force-IP-Ausnahmeliste; hinter einem Proxy trusted_proxies prüfen',
      en: 'release the address: occ security:bruteforce:reset ADDRESS, or Administration settings > Security > Brute-force IP whitelist; behind a proxy check trusted_proxies',
    };
  }
  if (why?.code === 'not_permitted') {
    return {
      de: 'App-Passwort statt Kontopasswort verwenden (bei Zwei-Faktor-Anmeldung Pflicht): occ user:auth-tokens:add KONTO; ein Proxy muss den Authorization-Header durchreichen',
      en: 'use an app password instead of the account password (needed with two-factor login): occ user:auth-tokens:add ACCOUNT; a proxy has to pass the Authorization header on',
    };
  }
  if (why?.code === 'unreachable' || why?.code === 'invalid_answer') {
    return {
      de: 'url muss auf das Wurzelverzeichnis der Nextcloud zeigen (dort antwortet status.php)',
      en: 'url has to point at the root of the Nextcloud (status.php answers there)',
    };
  }
  return undefined;
}
