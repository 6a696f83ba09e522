import type { AdapterContext, SourceCheck } from '../contract/adapter.ts';
import type { Reason } from '../contract/fact.ts';
import { type Answer, answered } from './answer.ts';
import { askHooks, askMeetings, askRoot, askXml, type MeetingList, type Root } from './api.ts';
import { type BigBlueButtonTarget, type Connection, connect } from './configuration.ts';
import { askGreenlight, askPublicRoom, firstReason, type Greenlight } from './greenlight.ts';
import { notGiven } from './rows.ts';
import { mayBeBalancer, skewOf } from './seen.ts';
import { laterSources, sources } from './sources.ts';

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
    for (const source of laterSources) yield absent(source);
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
    remedy: isLater(source)
      ? {
          de: `Schlüssel ${name}: von dieser Fassung noch nicht gelesen`,
          en: `key ${name}: not read by this version yet`,
        }
      : { de: `Schlüssel ${name} am Ziel angeben`, en: `give the key ${name} at the target` },
  };
}

function isLater(source: string): boolean {
  return laterSources.some((later) => later === source);
}

function remedyOf(source: string, { code, fill }: Reason): Text | undefined {
  if (fill?.kind === 'permission')
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
  if (source.startsWith('G'))
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
