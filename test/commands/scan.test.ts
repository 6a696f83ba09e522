import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatFinding } from '../../src/export/flat.ts';
import { severityRank } from '../../src/findings/severity.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { type Severity, severities, verdicts } from '../../src/policy/types.ts';
import { type Outcome, run } from './helper.ts';
import { bbbSecret, ofTarget, scanReport, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.write();
});
afterAll(() => world.close());

const scan = (...args: string[]): Promise<Outcome> => run(['scan', ...args], world.options);

describe('scan', () => {
  it('json: every target, every verdict, each with what it rests on', async () => {
    const { code, report, stderr } = await scanReport(world);
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(report.schema).toBe('roomwarden.report/1');
    expect(report.targets.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'bbb complete',
      'cloud complete',
      'meet complete',
      'zoom complete',
    ]);
    expect(new Set(report.findings.map(({ verdict }) => verdict))).toEqual(new Set(verdicts));
    for (const finding of report.findings) {
      const known = finding.evidence.some((line) => line.value !== undefined && line.source !== undefined);
      const basis =
        finding.verdict === 'unknown'
          ? finding.reasons.length > 0
          : known || finding.subject.kind === 'deployment';
      expect(basis, JSON.stringify(finding)).toBe(true);
      if (finding.verdict === 'violation') {
        expect(finding.remediation.de, finding.policy).not.toBe('');
        expect(finding.remediation.en, finding.policy).not.toBe('');
      }
    }
    const { violation } = report.summary.verdicts;
    expect(report.findings.filter(({ verdict }) => verdict === 'violation')).toHaveLength(violation);
    const bySeverity = severities.reduce((sum, severity) => sum + report.summary.violations[severity], 0);
    expect(bySeverity + report.summary.waived).toBe(violation);
    expect(ofTarget(report.findings, 'zoom').length).toBeGreaterThan(0);
  });

  it('violations alone are listed where nothing else is asked', async () => {
    const { stdout } = await scan('--format', 'json');
    const report = JSON.parse(stdout) as { findings: NativeFinding[] };
    expect(new Set(report.findings.map(({ verdict }) => verdict))).toEqual(new Set(['violation']));
  });

  it('ndjson, flat and csv hold the same findings in the same order', async () => {
    const { report } = await scanReport(world);
    const uids = report.findings.map(({ uid }) => uid);
    const native = await scan('--format', 'ndjson', '--verdicts', 'all');
    const lines = (text: string) => text.trimEnd().split('\n');
    expect(lines(native.stdout).map((line) => (JSON.parse(line) as NativeFinding).uid)).toEqual(uids);
    const flat = await scan('--format', 'flat', '--verdicts', 'all');
    expect(lines(flat.stdout).map((line) => (JSON.parse(line) as FlatFinding).finding_uid)).toEqual(uids);
    const csv = await scan('--format', 'csv', '--verdicts', 'all');
    const rows = csv.stdout.split('\r\n');
    expect(rows[0]?.startsWith('timestamp,severity,verdict')).toBe(true);
    expect(rows.slice(1, -1).map((row) => row.slice(-26))).toEqual(uids);
    for (const done of [native, flat, csv]) expect([done.code, done.stderr]).toEqual([1, '']);
  });

  it('table: each target with its count of rooms, then the worst first', async () => {
    const { code, stdout, stderr } = await scan('--verdicts', 'violation,unknown');
    expect([code, stderr]).toEqual([1, '']);
    for (const id of ['bbb', 'cloud', 'meet', 'zoom']) expect(stdout).toMatch(new RegExp(`^${id} \\(`, 'm'));
    expect(stdout).toMatch(/rooms visible to this account/);
    const order = [...stdout.matchAll(/^(critical|high|medium|low|info) +(?:violation|unknown)/gm)].map(
      ([, severity]) => severityRank(severity as Severity),
    );
    expect(order.length).toBeGreaterThan(10);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    expect(stdout).not.toContain(world.directory);
  });

  it('in German where the environment asks for nothing else', async () => {
    const done = await run(['scan', 'zoom'], { ...world.options, env: { LANG: 'C' } });
    expect(done.stdout).toMatch(/Verst/);
  });

  it('only the targets that are named are asked, and only their secrets are needed', async () => {
    world.bbb.simulator.requests.length = 0;
    const done = await run(['scan', 'zoom', 'meet', '--format', 'json'], { cwd: world.directory });
    const report = JSON.parse(done.stdout) as { targets: { id: string }[] };
    expect(report.targets.map(({ id }) => id)).toEqual(['meet', 'zoom']);
    expect(world.bbb.simulator.requests).toEqual([]);
  });

  it('holds no secret', async () => {
    const { stdout } = await scanReport(world);
    for (const secret of [bbbSecret, world.talk.world.password]) expect(stdout).not.toContain(secret);
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(world.directory).sort()).toEqual(['roomwarden.yaml', 'talk']);
  });
});

describe('exit codes', () => {
  it.each<[string, string[], number]>([
    ['a violation', ['bbb'], 1],
    ['below the threshold', ['zoom', '--fail-on', 'critical'], 0],
    ['an unknown does not count', ['zoom', '--fail-on', 'critical', '--verdicts', 'all'], 0],
    ['an unknown counts when asked', ['zoom', '--fail-on', 'critical', '--fail-on-unknown'], 1],
  ])('%s', async (_, args, code) => {
    expect((await scan(...args)).code).toBe(code);
  });

  it('2 where a target could not be scanned completely, though there are violations; the others are reported', async () => {
    world.bbb.simulator.faults = [{ path: /getRecordings/, fault: { kind: 'html' } }];
    try {
      const { code, report, stderr } = await scanReport(world, ['--fail-on', 'critical']);
      expect(code).toBe(2);
      expect(report.targets.map(({ state }) => state)).toEqual([
        'partial',
        'complete',
        'complete',
        'complete',
      ]);
      expect(stderr).toMatch(/^RW2001: Target bbb .*HTML instead of data/);
    } finally {
      world.bbb.simulator.faults = [];
    }
  });

  it.each<[string, string[], RegExp]>([
    ['a format that there is not', ['scan', '--format', 'xml'], /^RW1015/],
    ['a verdict that there is not', ['scan', '--verdicts', 'violation,fine'], /^RW1004.*--verdicts fine/],
    ['a severity that there is not', ['scan', '--fail-on', 'severe'], /^RW1004.*--fail-on severe/],
    ['a target that there is not', ['scan', 'bbb', 'nobody'], /^RW1012.*"nobody".*bbb, cloud, meet, zoom/],
    ['an option that there is not', ['scan', '--fast'], /unknown option '--fast'/],
    ['a command that there is not', ['scna'], /unknown command 'scna'/],
    ['no command', [], /Usage: roomwarden/],
    ['no such configuration', ['scan', '--config', 'other.yaml'], /^RW1001.*other\.yaml/],
    ['a port that is none', ['serve', '--port', '70000'], /^RW1004.*--port 70000/],
    ['a format of check', ['check', '--format', 'csv'], /^RW1015.*csv/],
    ['a format of policies', ['policies', 'list', '--format', 'csv'], /^RW1015.*csv/],
    ['a policy that there is not', ['policies', 'show', 'nothing'], /^RW1013.*"nothing"/],
    ['facts that there are not', ['evaluate', '--facts', 'none.ndjson'], /^RW1014: none\.ndjson.*ENOENT/],
    ['facts that are not named', ['evaluate'], /--facts/],
  ])('3 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(args, world.options);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(message);
  });

  it.each([['--help'], ['--version'], ['scan', '--help']])('0 for %s', async (...args) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\S/);
  });
});
