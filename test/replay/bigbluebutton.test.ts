import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorServer } from '../../adapters/contract/simulator.ts';
import { deployment, type Replayed, replay, samplesPresent, skipped } from './replay.ts';
import { replayBigBlueButton } from './servers.ts';

const recordedAt = 1_767_200_000_000;
/** The value that vendors print in their documentation; the recorded server had it. */
const documented = '330a8b08c3b4c61533e1d0c5ce1ac88f';

let server: SimulatorServer | undefined;
afterEach(() => server?.close());

const many = {
  '': 'root-3.0-version-revealed.xml',
  getMeetings: 'getMeetings-many.xml',
  getMeetingInfo: 'error-not-found.xml',
  getRecordings: 'getRecordings-state-any.xml',
  'hooks/list': 'hooks-list-many.xml',
};

async function scanned(files: Readonly<Record<string, string>> = {}): Promise<Replayed> {
  server = await replayBigBlueButton(recordedAt, { ...many, ...files });
  const target = { vendor: 'bigbluebutton', url: `${server.origin}/bigbluebutton`, secret: { env: 'S' } };
  return replay({ ...target, greenlight: { url: server.origin } }, documented, recordedAt);
}

const greenlightRoom = 'zk4qv0s7d1xw9m2ha6trb8ync5jufe3gopli0a1b';
const recordingOf = (name: string): string =>
  ({
    published: '5573e39b6600496d40f493d00ec7658479a19607-1763715700456',
    unpublished: 'a50126cc2d6c726de0ca203c3b659f658d356173-1766912500456',
    processed: '7e264138d0ca103b872057862b9b0359962ec5d2-1767085300456',
    old: 'aa893358be4b506d8aeb52b29b8a9cacdd695b64-1732611700456',
    deleted: '51236c5daf199e04c283254bc3ac655a9e9452b7-1759395700456',
  })[name] ?? name;

describe.skipIf(!samplesPresent)(`verdicts on a recorded BigBlueButton${skipped}`, () => {
  const cases: [where: string, policy: string, verdict: string, why: string][] = [
    ['0123', 'recording-off-as-rule', 'violation', 'recording=true: it may be recorded'],
    ['0123', 'activity-statistics-disabled', 'violation', 'the learning dashboard is on'],
    ['0123', 'dial-in-protected', 'unknown', 'a PIN of five digits; whether callers wait is not shown'],
    ['0123', 'room-access-restricted', 'unknown', 'another front end: its doors cannot be seen'],
    ['1e5', 'recording-off-as-rule', 'violation', 'recording=true'],
    ['ALLHANDS-2026-Q1', 'dial-in-protected', 'not_applicable', 'the dial number stands for none'],
    [greenlightRoom, 'recording-off-as-rule', 'pass', 'recording=false'],
    [greenlightRoom, 'room-access-restricted', 'pass', 'Greenlight asks for an access code'],
    [
      greenlightRoom,
      'guest-access-controlled',
      'unknown',
      'guests may come; the approval lies in the database',
    ],
    [greenlightRoom, 'room-password-strong', 'unknown', 'the length of the code lies in the database'],
    [greenlightRoom, 'chat-deleted-after-meeting', 'unknown', 'the interface says nothing of chats'],
    ['published', 'recordings-deleted-after-meeting', 'violation', 'forty days old'],
    ['unpublished', 'recordings-deleted-after-meeting', 'pass', 'three days old'],
    ['processed', 'recordings-deleted-after-meeting', 'pass', 'one day old'],
    ['old', 'recordings-deleted-after-meeting', 'violation', 'a year old'],
    [
      'deleted',
      'recordings-deleted-after-meeting',
      'violation',
      'ninety days in the wastebasket and still listed',
    ],
    [deployment, 'api-secret-strong', 'violation', 'the secret is one that is printed in the documentation'],
    [deployment, 'platform-version-current', 'violation', '3.0.20, while 3.0.35 is out'],
    [deployment, 'declared-matches-observed', 'violation', 'what counts as deleted is still listed'],
    [deployment, 'recording-off-as-rule', 'violation', 'Greenlight lets every room record'],
    [deployment, 'access-restriction-enforced', 'violation', 'no code is forced'],
    [deployment, 'third-party-analytics-disabled', 'violation', 'hooks to foreign hosts'],
    [deployment, 'presence-status-disabled', 'not_applicable', '3.0 has no presence status'],
    [deployment, 'attention-tracking-disabled', 'unknown', 'the setting stands in a file that was not given'],
    [
      deployment,
      'privacy-notice-provided',
      'unknown',
      'a link is there; that it is shown before taking part is not attested',
    ],
  ];

  it('each as the facts page implies', async () => {
    const found = await scanned();
    const seen = cases.map(([where, policy, , why]) => [
      where,
      policy,
      found.verdict(recordingOf(where), policy),
      why,
    ]);
    expect(seen).toEqual(cases);
  });

  it('a hidden version is no current one', async () => {
    for (const file of ['root-2.7-version-hidden.xml', 'root-3.0-version-hidden.xml']) {
      const found = await scanned({ '': file });
      expect(found.verdict(deployment, 'platform-version-current'), file).toBe('unknown');
      await server?.close();
    }
  });

  it('behind a balancer empty lists prove nothing', async () => {
    const { report } = await scanned({
      '': 'root-scalelite.xml',
      getMeetings: 'getMeetings-0-scalelite.xml',
      getRecordings: 'getRecordings-0-scalelite.xml',
      'hooks/list': 'error-unsupported-request-scalelite.xml',
    });
    const recordings = report.findings.filter(({ policy }) => policy === 'recordings-deleted-after-meeting');
    expect(recordings.map(({ verdict }) => verdict)).toEqual(['unknown']);
    const rooms = report.findings.filter(({ subject }) => subject.kind === 'room');
    expect(new Set(rooms.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    for (const { score } of report.targets) expect(score.seen).toBeLessThan(1);
  });

  it.each([
    ['error-checksum.xml', 'RW2002'],
    ['error-proxy-502.html', 'RW2001'],
    ['error-truncated.xml', 'RW2004'],
    ['error-internal-scalelite.xml', 'RW2001'],
  ])('%s in place of the recordings: %s and unknown', async (file, code) => {
    const { report } = await scanned({ getRecordings: file });
    expect(report.targets.map(({ state, error }) => `${state} ${error?.code}`)).toEqual([`partial ${code}`]);
    const about = report.findings.filter(({ policy }) => policy === 'recordings-deleted-after-meeting');
    expect(about.map(({ verdict }) => verdict)).toEqual(['unknown']);
  });
});
