import type { AdapterContext, SourceCheck } from '../contract/adapter.ts';
import type { Reason } from '../contract/fact.ts';
import { type Answer, answered } from './answer.ts';
import { askHooks, askMeetings, askRoot, askXml, type MeetingList, type Root } from './api.ts';
import { type BigBlueButtonTarget, type Connection, connect } from './configuration.ts';
import type { GreenlightDatabase } from './database.ts';
import { askGreenlight, askPublicRoom, firstReason, type Greenlight } from './greenlight.ts';
import { fileFailure, fileSources } from './outcomes.ts';
import { notGiven } from './rows.ts';
import { mayBeBalancer, skewOf } from './seen.ts';
import { fileKeys, readServerFiles, type ServerFiles } from './server-files.ts';
import { sources } from './sources.ts';
import { grants, optionsView } from './statements.ts';
import type { GreenlightData } from './stored.ts';

interface Text {
  de: string;
  en: string;
}

/** What answers, what is missing and what would give it, source by source. */
export async function* check(
  target: BigBlueButtonTarget,
  context: AdapterContext,
): AsyncGenerator<SourceCheck> {
  const connection = await connect(target, context);
  try {
    const { client } = connection;
    const root = await askRoot(client);
    yield checkRoot(root, target.settings.version);
    const meetings = await askMeetings(client);
    yield checkMeetings(meetings, root);
    yield await checkRecordings(connection);
    yield checkHooks(await askHooks(client));
    yield* checkGreenlight(connection, context, meetings);
    yield checkProbes(target, meetings);
    yield await checkDatabase(connection);
    yield* checkFiles(target, context);
    yield* checkEvents(target, context);
  } finally {
    connection.close();
  }
}

function addsOf(id: string): Text {
  return sources.find((source) => source.id === id)?.adds ?? { de: id, en: id };
}

function ok(source: string, extra?: Text): SourceCheck {
  const adds = addsOf(source);
  const message = { de: `antwortet: ${adds.de}`, en: `answers: ${adds.en}` };
  if (extra === undefined) return { source, state: 'ok', message };
  return {
    source,
    state: 'ok',
    message: { de: `${message.de}; ${extra.de}`, en: `${message.en}; ${extra.en}` },
  };
}

function partial(source: string, reason: Reason, message: Text, remedy: Text): SourceCheck {
  return { source, state: 'partial', reason, message, remedy };
}

function failed(source: string, reason: Reason): SourceCheck {
  const adds = addsOf(source);
  const why = reason.detail ?? reason.code;
  const remedy = remedyOf(source, reason);
  return {
    source,
    state: 'failed',
    reason,
    message: { de: `${why}; es fehlt: ${adds.de}`, en: `${why}; missing: ${adds.en}` },
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function absent(source: string): SourceCheck {
  const adds = addsOf(source);
  const reason = notGiven(source);
  const name = reason.fill?.name ?? source;
  return {
    source,
    state: 'not_configured',
    reason,
    message: { de: `nicht angegeben; es fehlt: ${adds.de}`, en: `not given; missing: ${adds.en}` },
    remedy: howToGive[source] ?? {
      de: `Schlüssel ${name} am Ziel angeben`,
      en: `give the key ${name} at the target`,
    },
  };
}

function remedyOf(source: string, { code, fill }: Reason): Text | undefined {
  if (fill?.kind === 'permission' && source.startsWith('A'))
    return { de: `am Verteiler setzen: ${fill.name}`, en: `set on the balancer: ${fill.name}` };
  if (code === 'not_permitted' && source.startsWith('A'))
    return {
      de: 'secret und checksum_algorithm mit der Ausgabe von `bbb-conf --secret` und supportedChecksumAlgorithms vergleichen; Scalelite kennt kein sha384',
      en: 'compare secret and checksum_algorithm with the output of `bbb-conf --secret` and supportedChecksumAlgorithms; Scalelite knows no sha384',
    };
  if (code === 'not_supported_by_version' && source === 'A3')
    return {
      de: 'die Webhooks der einzelnen Knoten als eigene Ziele prüfen',
      en: 'check the webhooks of the nodes as targets of their own',
    };
  if (/^G[0-3]$/.test(source))
    return {
      de: 'greenlight.url muss die Adresse sein, unter der Greenlight 3 ohne Anmeldung antwortet',
      en: 'greenlight.url has to be the address at which Greenlight 3 answers without a login',
    };
  if (code === 'unreachable' || code === 'invalid_answer')
    return {
      de: 'url muss auf /bigbluebutton enden, wie `bbb-conf --secret` sie ausgibt',
      en: 'url has to end in /bigbluebutton, as `bbb-conf --secret` prints it',
    };
  return undefined;
}

function checkRoot(root: Answer<Root>, declared: string | undefined): SourceCheck {
  if (!answered(root)) return failed('A0', root.reason);
  const skew = Math.round(skewOf(root.call) / 1000);
  const clock = {
    de: `die Uhr des Servers weicht um ${skew} s ab`,
    en: `the clock of the server differs by ${skew} s`,
  };
  if (typeof root.value.version === 'string' || declared !== undefined)
    return skew === 0 ? ok('A0') : ok('A0', clock);
  return partial(
    'A0',
    { code: 'version_unknown', fill: { kind: 'config', name: 'version' } },
    { de: 'antwortet, zeigt aber keine Version', en: 'answers, but shows no version' },
    {
      de: 'version am Ziel angeben oder allowRevealOfBBBVersion=true in bbb-web.properties',
      en: 'give version at the target, or allowRevealOfBBBVersion=true in bbb-web.properties',
    },
  );
}

function checkMeetings(meetings: Answer<MeetingList>, root: Answer<Root>): SourceCheck {
  if (!answered(meetings)) return failed('A1', meetings.reason);
  const list = meetings.value;
  const count = list.meetings.length;
  if (list.empty && mayBeBalancer(root))
    return partial(
      'A1',
      { code: 'incomplete', fill: { kind: 'config', name: 'balancer_env' } },
      {
        de: 'leere Liste eines Verteilers: kein Beleg, dass nichts läuft',
        en: 'empty list of a balancer: no proof that nothing runs',
      },
      {
        de: 'am Verteiler setzen: GET_MEETINGS_API_DISABLED=false',
        en: 'set on the balancer: GET_MEETINGS_API_DISABLED=false',
      },
    );
  return ok('A1', { de: `gerade ${count} Besprechungen`, en: `${count} meetings at this moment` });
}

async function checkRecordings({ client }: Connection): Promise<SourceCheck> {
  const call = client.calls.getRecordings({ offset: 0, limit: 1 });
  const answer = await askXml(client, 'A2', call, ['response', 'recordings', 'recording'], () => {});
  return 'reason' in answer ? failed('A2', answer.reason) : ok('A2');
}

function checkHooks(hooks: Answer<unknown[]>): SourceCheck {
  return answered(hooks) ? ok('A3') : failed('A3', hooks.reason);
}

async function* checkGreenlight(
  { greenlight }: Connection,
  context: AdapterContext,
  meetings: Answer<MeetingList>,
): AsyncGenerator<SourceCheck> {
  if (greenlight === null) {
    for (const source of ['G0', 'G1', 'G2', 'G3']) yield absent(source);
    return;
  }
  const found = await askGreenlight(greenlight, context.now);
  yield group('G0', [found.env]);
  yield group('G1', optionsOf(found));
  yield group('G2', Object.values(found.settings));
  const first = answered(meetings)
    ? meetings.value.meetings.find((meeting) => meeting.greenlight && meeting.friendlyId !== null)
    : undefined;
  if (first?.friendlyId === undefined || first.friendlyId === null) {
    yield partial(
      'G3',
      { code: 'not_running' },
      {
        de: 'gerade läuft kein Raum von Greenlight, der sich nachfragen lässt',
        en: 'no room of Greenlight runs that could be asked about',
      },
      {
        de: 'erneut prüfen, wenn ein Raum läuft; Greenlight ab 3.4 nennt ihn',
        en: 'check again while a room runs; Greenlight names it from 3.4 on',
      },
    );
    return;
  }
  yield group('G3', [await askPublicRoom(greenlight, context.now, first.friendlyId)]);
}

function optionsOf({ options }: Greenlight): Answer<unknown>[] {
  return Object.values(options);
}

function group(source: string, answers: readonly Answer<unknown>[]): SourceCheck {
  const why = firstReason(answers);
  if (why === null) return ok(source);
  if (!answers.some(answered)) return failed(source, why);
  const detail = why.detail ?? why.code;
  const remedy = remedyOf(source, why) ?? { de: 'Greenlight aktualisieren', en: 'update Greenlight' };
  return partial(
    source,
    why,
    { de: `antwortet zum Teil: ${detail}`, en: `answers in part: ${detail}` },
    remedy,
  );
}

const mounted = (key: keyof ServerFiles, path: string, packaged?: string): Text => ({
  de: `${fileKeys[key]}: [ { host: NAME, path: DATEI } ] am Ziel, nur lesend eingehängt: ${path} jedes Knotens${packaged === undefined ? '' : `, dazu ${packaged}, damit auch Voreinstellungen gelten`}`,
  en: `${fileKeys[key]}: [ { host: NAME, path: FILE } ] at the target, mounted read-only: ${path} of every node${packaged === undefined ? '' : `, and ${packaged}, so that its defaults count too`}`,
});

/** The key, and what has to be done elsewhere for it. */
const howToGive: Readonly<Record<string, Text>> = {
  A4: {
    de: 'probes: [checksum] am Ziel: ein Aufruf mit SHA-1 und, wenn der gelingt, einer mit falscher Prüfsumme; höchstens einer davon schlägt fehl und steht im Protokoll des Servers',
    en: 'probes: [checksum] at the target: one call with SHA-1 and, if that succeeds, one with a wrong checksum; at most one of them fails and shows in the log of the server',
  },
  GS: {
    de: `greenlight.database: { file: DATEI } mit postgres://roomwarden:PASSWORT@HOST/DATENBANK; zuvor als Eigentümer: CREATE ROLE roomwarden LOGIN PASSWORD '...'; ${grants('roomwarden', false).join(' ')}`,
    en: `greenlight.database: { file: FILE } with postgres://roomwarden:PASSWORD@HOST/DATABASE; before that as the owner: CREATE ROLE roomwarden LOGIN PASSWORD '...'; ${grants('roomwarden', false).join(' ')}`,
  },
  FP: mounted(
    'properties',
    '/etc/bigbluebutton/bbb-web.properties',
    '/usr/share/bbb-web/WEB-INF/classes/bigbluebutton.properties',
  ),
  FY: mounted(
    'client',
    '/etc/bigbluebutton/bbb-html5.yml',
    '/usr/share/bigbluebutton/html5-client/private/config/settings.yml',
  ),
  FC: mounted('cron', '/etc/cron.daily/bigbluebutton'),
  FT: mounted('relays', 'turn-stun-servers.xml'),
  FB: {
    de: 'balancer_env: [ { host: NAME, path: DATEI } ] am Ziel: die .env von Scalelite oder b3lb',
    en: 'balancer_env: [ { host: NAME, path: FILE } ] at the target: the .env of Scalelite or b3lb',
  },
  FW: mounted('webhooks', '/etc/bigbluebutton/bbb-webhooks/production.yml', 'default.yml'),
  EV: {
    de: 'live: { purpose: ZWECK } am Ziel und in bbb-webhooks unter permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/ZIEL, getRaw: true }',
    en: 'live: { purpose: PURPOSE } at the target, and in bbb-webhooks below permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/TARGET, getRaw: true }',
  },
  EM: {
    de: 'live: { purpose: ZWECK } am Ziel und in bbb-webhooks unter permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/ZIEL, getRaw: false }',
    en: 'live: { purpose: PURPOSE } at the target, and in bbb-webhooks below permanentURLs: { url: https://ROOMWARDEN/hooks/bigbluebutton/TARGET, getRaw: false }',
  },
};

/** Nothing is probed here: what a scan would send is told instead. */
function checkProbes({ settings }: BigBlueButtonTarget, meetings: Answer<MeetingList>): SourceCheck {
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

async function checkDatabase({ database }: Connection): Promise<SourceCheck> {
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

async function* checkFiles(
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
function* checkEvents(
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
