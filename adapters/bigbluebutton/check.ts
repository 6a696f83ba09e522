import type { AdapterContext, SourceCheck } from '../contract/adapter.ts';
import { checkReleases } from '../contract/check.ts';
import { givenLists } from '../contract/releases.ts';
import { type Answer, answered } from './answer.ts';
import { askHooks, askMeetings, askRoot, askXml, type MeetingList, type Root } from './api.ts';
import { absent, failed, ok, partial, remedyOf } from './check-lines.ts';
import { checkDatabase, checkEvents, checkFiles, checkProbes } from './check-sources.ts';
import { type BigBlueButtonTarget, type Connection, connect } from './configuration.ts';
import { askGreenlight, askPublicRoom, firstReason, type Greenlight } from './greenlight.ts';
import { releases } from './releases.ts';
import { releaseSource } from './rows.ts';
import { mayBeBalancer, skewOf } from './seen.ts';

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
    yield checkReleases(releaseSource, await givenLists(releases, context), context.now());
  } finally {
    connection.close();
  }
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
