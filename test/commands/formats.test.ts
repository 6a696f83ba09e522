import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NativeFinding } from '../../src/findings/types.ts';
import { readCsv } from '../export/finding.ts';
import { readCef, readSyslog } from '../export/lines.ts';
import { hasSchema, ocsfCheck, oscalCheck, sarifCheck } from '../export/schemas.ts';
import { folder, type Outcome, run } from './helper.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let facts: string;
let findings: NativeFinding[];
beforeAll(async () => {
  world = await startWorld();
  world.write();
  const collected = await run(['collect'], world.options);
  facts = join(folder(), 'facts.ndjson');
  writeFileSync(facts, collected.stdout);
  findings = lines(await evaluate('ndjson')) as NativeFinding[];
});
afterAll(() => world.close());

const evaluate = (format: string): Promise<Outcome> =>
  run(['evaluate', '--facts', facts, '--verdicts', 'all', '--format', format], {
    env: { LANG: 'en_GB.UTF-8' },
  });

function textLines({ stdout }: Outcome): string[] {
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout.slice(0, -1).split('\n');
}
const lines = (outcome: Outcome): unknown[] => textLines(outcome).map((line) => JSON.parse(line));
// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
type Any = any;

it('there is something of every verdict to report', () => {
  expect(new Set(findings.map(({ verdict }) => verdict)).size).toBe(4);
});

it.each<[string, (outcome: Outcome) => string[]]>([
  ['ocsf', (outcome) => lines(outcome).map((event: Any) => event.finding_info.uid)],
  ['ecs', (outcome) => lines(outcome).map((event: Any) => event.roomwarden.finding.uid)],
  ['cef', (outcome) => textLines(outcome).map((line) => readCef(line).extension['cs1'] ?? '')],
  [
    'syslog',
    (outcome) =>
      textLines(outcome).map((line) => readSyslog(line).data['roomwarden@32473']?.['findingUid'] ?? ''),
  ],
  [
    'action-plan',
    ({ stdout }) => {
      const [head = [], ...rows] = readCsv(stdout.slice(1));
      return rows.map((row) => row[head.indexOf('Identifier')] ?? '');
    },
  ],
  [
    'sarif',
    ({ stdout }) => {
      const log = JSON.parse(stdout);
      expect(sarifCheck()(log)).toEqual([]);
      return log.runs[0].results.map((result: Any) => result.partialFingerprints['findingUid/v1']);
    },
  ],
])('%s holds the same findings in the same order', async (format, read) => {
  const outcome = await evaluate(format);
  expect([outcome.code, outcome.stderr]).toEqual([1, '']);
  expect(read(outcome)).toEqual(findings.map(({ uid }) => uid));
});

it('junit and oscal hold every finding by target', async () => {
  const junit = await evaluate('junit');
  const told = junit.stdout.match(/<testcase /g) ?? [];
  const targets = new Set(findings.map(({ target }) => target));
  expect(told).toHaveLength(findings.length + targets.size);
  const { 'assessment-results': document } = JSON.parse((await evaluate('oscal')).stdout);
  expect(document.results.flatMap((result: Any) => result.observations)).toHaveLength(findings.length);
});

it.skipIf(!hasSchema('ocsf'))('ocsf is valid', async () => {
  const check = ocsfCheck();
  for (const event of lines(await evaluate('ocsf'))) expect(check(event)).toEqual([]);
});

it.skipIf(!hasSchema('oscal'))('oscal is valid, results and catalogue', async () => {
  const check = oscalCheck();
  expect(check(JSON.parse((await evaluate('oscal')).stdout))).toEqual([]);
  const list = await run(['policies', 'list', '--format', 'oscal']);
  expect(list.code).toBe(0);
  expect(check(JSON.parse(list.stdout))).toEqual([]);
});

it('the local command line names rooms by their ids', async () => {
  const rooms = findings.filter(({ subject }) => subject.kind === 'room' && subject.id !== undefined);
  expect(rooms.length).toBeGreaterThan(0);
  const paths = new Set(lines(await evaluate('ocsf')).map((event: Any) => event.resources[0].uid));
  for (const { target, subject } of rooms) expect(paths).toContain(`${target}/room/${subject.id}`);
});

it('scan says which host a target is and takes the configured number', async () => {
  const scan = await run(['scan', 'meet', '--format', 'syslog', '--verdicts', 'all'], world.options);
  const read = textLines(scan).map(readSyslog);
  expect(read.length).toBeGreaterThan(0);
  for (const { app, data } of read) {
    expect([app, data['roomwarden@32473']?.['target']]).toEqual(['roomwarden', 'meet']);
  }
});
