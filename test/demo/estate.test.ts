import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedMessages, plantedPersons } from '../../adapters/nextcloud-talk/simulator.ts';
import { verdicts } from '../../src/policy/types.ts';
import { client, type Served } from '../commands/client.ts';
import { type Command, folder, start } from '../commands/helper.ts';

let command: Command;
let served: Served;
let home: string;

async function startDemo(...args: string[]): Promise<Served> {
  command = start(args, { cwd: folder() });
  const [, url = '', token = ''] = await command.told(/^listening: (\S+)\ntoken: (\S+)\n/);
  return client(command, url, token);
}

beforeAll(async () => {
  served = await startDemo('serve', '--port', '0');
  await served.idle();
  const [, configuration = ''] = await command.told(/^configuration: (.+)$/m);
  home = dirname(configuration);
});
afterAll(() => command.stop());

describe('the demo estate', () => {
  it('says where it listens, its token, and then that it is made up', async () => {
    await command.told(/worst|schwersten/i);
    const lines = command.stdout.split('\n');
    expect(lines[0]).toMatch(/^listening: http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines[1]).toMatch(/^token: \S+$/);
    expect(command.stdout.indexOf('http')).toBe('listening: '.length);
    expect(lines[2]).toMatch(/demo/i);
  });

  it('shows the worst first, in a short table', async () => {
    await command.told(/^(critical|high) .*\n(?:.*\n)*$/m);
    const rows = command.stdout.split('\n').filter((line) => /^(critical|high|medium|low)\b/.test(line));
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBeLessThanOrEqual(15);
    expect(rows[0]).toMatch(/^critical/);
  });

  it('has at least 4 targets that are all scanned completely, each marked as demo', async () => {
    const targets = await served.targets();
    expect(targets.length).toBeGreaterThanOrEqual(4);
    for (const { id, last_scan } of targets) {
      expect(id).toMatch(/^demo-/);
      expect(last_scan?.state, id).toBe('complete');
    }
  });

  it('has at least 200 rooms and every verdict', async () => {
    const summary = await served.get<{ rooms: number; violations: number }>('/api/v1/summary');
    expect(summary.rooms).toBeGreaterThanOrEqual(200);
    expect(summary.violations).toBeGreaterThan(50);
    const seen = new Set<string>();
    for (const { id } of await served.targets()) {
      const page = await served.get<{ rooms: { id?: string; ref?: string }[] }>(
        `/api/v1/targets/${id}/rooms?limit=100`,
      );
      for (const room of page.rooms.slice(0, 5)) {
        const name = encodeURIComponent(room.id ?? room.ref ?? '');
        const detail = await served.get<{ verdicts: { verdict: string }[] }>(
          `/api/v1/targets/${id}/rooms/${name}`,
        );
        for (const { verdict } of detail.verdicts) seen.add(verdict);
      }
    }
    expect(seen).toEqual(new Set(verdicts));
    const target = await served.get<{ verdicts: Record<string, number> }>(
      '/api/v1/targets/demo-bbb-ministerium',
    );
    for (const verdict of verdicts) expect(target.verdicts[verdict], verdict).toBeGreaterThan(0);
  });

  it('serves violations of every severity from low to critical, and a waived one', async () => {
    const found = await served.findings('verdict=violation');
    expect(new Set(found.map(({ severity }) => severity))).toEqual(
      new Set(['low', 'medium', 'high', 'critical']),
    );
    expect(await served.findings('verdict=violation&status=waived')).toHaveLength(1);
    expect((await served.findings('verdict=unknown')).length).toBeGreaterThan(20);
  });

  it('lets no secret, name or message out: not on screen, in the store or in an answer', async () => {
    const secrets = readdirSync(join(home, 'secrets')).map((name) =>
      readFileSync(join(home, 'secrets', name), 'utf8').trim(),
    );
    expect(secrets).toHaveLength(3);
    const answers: string[] = [];
    for (const path of [
      'violations?verdict=all&status=all&limit=200',
      'events?limit=200',
      'targets',
      'summary',
      'coverage',
      'waivers',
      'attestations',
      'targets/demo-cloud/rooms?limit=100',
    ]) {
      answers.push(JSON.stringify(await served.get(`/api/v1/${path}`)));
    }
    answers.push(JSON.stringify(await served.findings('verdict=all&status=all')));
    const data = readdirSync(join(home, 'data'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(home, 'data', name), 'latin1'));
    expect(data.length).toBeGreaterThan(1);
    const places = [command.stdout, command.stderr, ...answers, ...data];
    for (const hidden of [...secrets, ...plantedPersons, ...plantedMessages]) {
      const spellings = [hidden, Buffer.from(hidden).toString('latin1'), encodeURIComponent(hidden)];
      for (const place of places) for (const text of spellings) expect(place.includes(text)).toBe(false);
    }
    const [, token = ''] = /^token: (\S+)$/m.exec(command.stdout) ?? [];
    for (const place of [...answers, ...data]) expect(place.includes(token)).toBe(false);
  });

  it('ends cleanly and takes its folder along', async () => {
    expect(await command.stop()).toBe(0);
    expect(existsSync(home)).toBe(false);
    expect(command.stderr).toBe('');
  });

  it('starts on another port where the usual one is taken, and ends at once when told to', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.once('error', () => resolve());
      taken.listen(8480, '127.0.0.1', resolve);
    });
    try {
      const demo = await startDemo('demo');
      expect(demo.url).not.toMatch(/:8480$/);
      expect(await demo.command.stop('SIGINT')).toBe(0);
    } finally {
      taken.close();
    }
  });
});
