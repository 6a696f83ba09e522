import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/findings/types.ts';
import { type Outcome, run } from './helper.ts';
import { bbbSecret, scanReport, startWorld, type World } from './world.ts';

let world: World;
let lines: string[];
beforeAll(async () => {
  world = await startWorld();
  world.configuration['policies'] = {
    'recordings-deleted-after-meeting': { parameters: { max_age: '30d' } },
  };
  world.configuration['tags'] = { external: ['Offene*'] };
  world.configuration['waivers'] = [
    {
      policy: 'room-not-publicly-listed',
      target: 'cloud',
      room: '4200000028',
      reason: 'Aushang',
      owner: 'Fachgebiet 12',
      approved_by: 'Leitung',
      until: '2099-12-31',
    },
  ];
  world.write();
  const { code, stdout, stderr } = await run(['collect'], world.options);
  expect([code, stderr]).toEqual([0, '']);
  lines = stdout.trimEnd().split('\n');
});
afterAll(() => world.close());

const evaluate = (text: string, ...args: string[]): Promise<Outcome> =>
  run(['evaluate', '--facts', '-', '--format', 'json', '--verdicts', 'all', ...args], { input: text });

/** Without instants and what grows with them: the two runs lie a few seconds apart. */
function timeless(report: Report): unknown {
  const dropped = new Set(['observed_at', 'content_time', 'started_at', 'finished_at', 'generated_at']);
  const aging = /(?:^|[._])age$/;
  return JSON.parse(
    JSON.stringify(report, function (this: Record<string, unknown>, key, value: unknown) {
      if (dropped.has(key) || aging.test(key)) return undefined;
      if (key === 'value' && aging.test(String(this['fact']))) return undefined;
      return value;
    }),
  );
}

describe('collect', () => {
  it('writes for each target a header, its subjects and an end', () => {
    const records = lines.map((line) => JSON.parse(line) as { schema: string; target: string });
    for (const target of ['bbb', 'cloud', 'meet', 'zoom']) {
      const own = records.filter((record) => record.target === target).map(({ schema }) => schema);
      expect(own[0]).toBe('roomwarden.scan/1');
      expect(own.at(-1)).toBe('roomwarden.scan-end/1');
      expect(own.slice(1, -1).length).toBeGreaterThan(0);
      expect(new Set(own.slice(1, -1))).toEqual(new Set(['roomwarden.subject/1']));
    }
  });

  it('holds no secret', () => {
    for (const secret of [bbbSecret, world.talk.world.password])
      expect(lines.join('\n')).not.toContain(secret);
  });

  it('exit 2 and the reason where a source fails', async () => {
    world.talk.server.faults = [{ path: /capabilities/, fault: { kind: 'status', status: 500 } }];
    try {
      const { code, stderr } = await run(['collect', 'cloud'], world.options);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^RW2001: Target cloud /);
    } finally {
      world.talk.server.faults = [];
    }
  });
});

describe('evaluate', () => {
  it('gives the report of scan', async () => {
    const scanned = await scanReport(world);
    const evaluated = await evaluate(`${lines.join('\n')}\n`);
    expect([evaluated.code, evaluated.stderr]).toEqual([scanned.code, scanned.stderr]);
    const report = JSON.parse(evaluated.stdout) as Report;
    expect(report.findings.length).toBeGreaterThan(100);
    expect(report.summary.waived).toBe(1);
    expect(timeless(report)).toEqual(timeless(scanned.report));
  });

  it('gives the same twice, from a file or from standard input, needing neither servers nor configuration', async () => {
    const file = join(world.directory, 'facts.ndjson');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const text = await evaluate(`${lines.join('\n')}\n`);
    const read = await run(['evaluate', '--facts', file, '--format', 'json', '--verdicts', 'all']);
    const steady = ({ stdout }: Outcome) => stdout.replace(/"generated_at": "[^"]*"/, '');
    expect(steady(read)).toBe(steady(text));
    const { generated_at: _, ...rest } = JSON.parse(read.stdout) as Report;
    expect(rest.targets).toHaveLength(4);
  });

  it.each([1, 3])(
    'exit 2 without the last line (%i lines short), and what was seen is still judged',
    async (short) => {
      const zoom = lines.findIndex((line) => line.includes('"target":"zoom"'));
      const { code, stdout, stderr } = await evaluate(lines.slice(0, zoom - short).join('\n'));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^RW2009: - ends without a last line for target meet/m);
      const report = JSON.parse(stdout) as Report;
      expect(report.targets.map(({ id, state }) => `${id} ${state}`)).toEqual([
        'bbb complete',
        'cloud complete',
        'meet failed',
      ]);
    },
  );

  it('a recording cut within a line is incomplete too', async () => {
    const whole = lines.join('\n');
    const { code, stderr } = await evaluate(whole.slice(0, whole.length - 40));
    expect(code).toBe(2);
    expect(stderr).toMatch(/RW2009/);
  });

  it('exit 2 where a target in the middle has no last line', async () => {
    const end = lines.findIndex((line) => line.startsWith('{"schema":"roomwarden.scan-end/1"'));
    const { code, stderr } = await evaluate(lines.toSpliced(end, 1).join('\n'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/target bbb/);
  });

  it('nothing at all is no clean bill', async () => {
    const { code, stdout } = await evaluate('');
    expect([code, stdout]).toEqual([3, '']);
  });

  const room = (fact: string): number =>
    lines.findIndex((line) => line.includes('"kind":"room"') && line.includes(`"${fact}":{"value":`));

  it.each<[string, string, (fact: Record<string, unknown>) => void]>([
    ['a text for a bit', 'room_password_required', (fact) => Object.assign(fact, { value: 'true' })],
    ['a number for a bit', 'room_password_required', (fact) => Object.assign(fact, { value: 1 })],
    ['nothing for a bit', 'room_password_required', (fact) => Object.assign(fact, { value: null })],
    ['a kind that there is not', 'room_kind', (fact) => Object.assign(fact, { value: 'ballroom' })],
    ['neither value nor reason', 'room_kind', (fact) => delete fact['value']],
    [
      'a reason that there is not',
      'room_kind',
      (fact) => {
        delete fact['value'];
        fact['unavailable'] = { code: 'dont_know' };
      },
    ],
    ['value and reason', 'room_kind', (fact) => Object.assign(fact, { unavailable: { code: 'stale' } })],
    ['evidence that is none', 'room_kind', (fact) => Object.assign(fact, { evidence: 'seen' })],
  ])('refuses %s, with its line', async (_, name, edit) => {
    const at = room(name);
    const record = JSON.parse(lines[at] ?? '') as { facts: Record<string, Record<string, unknown>> };
    edit(record.facts[name] ?? {});
    const { code, stdout, stderr } = await evaluate(lines.with(at, JSON.stringify(record)).join('\n'));
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(new RegExp(`^RW1014: -, line ${at + 1}: .*${name}`));
  });

  it.each<[string, (line: string) => string, RegExp]>([
    ['no JSON', () => '{"schema":', /line 2: .*not JSON/],
    [
      'a fact of another name',
      (line) => line.replace('"facts":{', '"facts":{"rooms_nice":{"value":true,"evidence":[]},'),
      /line 2: .*rooms_nice/,
    ],
    ['another schema', (line) => line.replace('roomwarden.subject/1', 'roomwarden.subject/2'), /line 2: /],
    [
      'a subject of another target',
      (line) => line.replace('"target":"bbb"', '"target":"other"'),
      /line 2: .*other/,
    ],
  ])('refuses %s', async (_, edit, message) => {
    const { code, stdout, stderr } = await evaluate(lines.with(1, edit(lines[1] ?? '')).join('\n'));
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(message);
  });

  it('refuses parameters that the policy does not take', async () => {
    const header = JSON.parse(lines[0] ?? '') as { parameters: unknown };
    header.parameters = { 'recordings-deleted-after-meeting': { parameters: { max_age: 'soon' } } };
    const { code, stdout, stderr } = await evaluate(lines.with(0, JSON.stringify(header)).join('\n'));
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/RW1014.*max_age/);
  });

  it('a fact taken out gives unknown, never pass', async () => {
    const at = room('room_password_required');
    const record = JSON.parse(lines[at] ?? '') as { id: string; facts: Record<string, unknown> };
    record.facts = {};
    const full = JSON.parse((await evaluate(lines.join('\n'))).stdout) as Report;
    const bare = JSON.parse(
      (await evaluate(lines.with(at, JSON.stringify(record)).join('\n'))).stdout,
    ) as Report;
    const of = (report: Report) => report.findings.filter(({ subject }) => subject.id === record.id);
    expect(of(full).length).toBeGreaterThan(0);
    expect(of(bare).filter(({ verdict }) => verdict !== 'unknown')).toEqual([]);
    expect(bare.summary.verdicts.unknown).toBeGreaterThan(full.summary.verdicts.unknown);
  });
});
