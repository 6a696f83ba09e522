import { execFileSync } from 'node:child_process';
import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { confOf, pathOf, textOf } from './files.ts';
import { type Puller, puller } from './pull.ts';
import { closeSites, once, site } from './site.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeSites();
});

async function start(targets?: string[]) {
  const here = await site();
  const pull = await puller(here.wire, await here.token(targets), 300);
  closers.push(() => pull.close());
  return { here, pull };
}

const idsOf = (pull: Puller): string[] => pull.lines().events.map((event) => String(event['event_id']));

function curlInstalled(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('the pulling command', () => {
  it('fits its unit and those who read its file', () => {
    const { Service } = confOf('pull/roomwarden-pull.service');
    expect(Service).toMatchObject({ Type: 'oneshot', StateDirectory: 'roomwarden-pull' });
    expect(Service?.['LoadCredential']).toMatch(/^token:\//);
    expect(confOf('pull/roomwarden-pull.timer')['Timer']).toHaveProperty('OnUnitInactiveSec');
    const file = '/var/lib/roomwarden-pull/events.ndjson';
    for (const name of ['pull/logrotate.conf', 'wazuh/ossec.conf', 'splunk/inputs.conf'])
      expect(textOf(name)).toContain(file);
    expect(statSync(pathOf('pull/roomwarden-pull')).mode & 0o111).not.toBe(0);
  });
});

describe.skipIf(!curlInstalled())('the pulling command, with curl', () => {
  it('writes every event once over several answers, and then only what is new', async () => {
    const { here, pull } = await start();
    expect(await pull.run()).toBe(0);
    expect(here.asked.length).toBeGreaterThan(2);
    expect(idsOf(pull)).toEqual(await here.ids());
    const kept = pull.cursor();
    expect(await pull.run()).toBe(0);
    expect(pull.cursor()).toBe(kept);
    await here.restart();
    await here.grow(10);
    expect(await pull.run()).toBe(0);
    expect(idsOf(pull)).toEqual(await here.ids());
    expect(statSync(pull.file).mode & 0o007).toBe(0);
    expect(pull.said).toEqual([]);
  });

  it('keeps nothing of an answer that breaks off', async () => {
    const { here, pull } = await start();
    pull.cut = 5_000;
    expect(await pull.run()).not.toBe(0);
    expect(idsOf(pull)).toEqual([]);
    expect(await pull.run()).toBe(0);
    expect(idsOf(pull)).toEqual(await here.ids());
  });

  it('after a crash while writing repeats, and half a line swallows no other', async () => {
    const { here, pull } = await start();
    await pull.run();
    const folder = dirname(pull.file);
    for (const [times, size] of [100, 20_000].entries()) {
      truncateSync(pull.file, size);
      writeFileSync(join(folder, 'cursor'), 'beginning\n');
      await pull.run();
      expect(pull.lines().broken).toBeLessThanOrEqual(times + 1);
      expect(once(idsOf(pull)).sort()).toEqual((await here.ids()).sort());
    }
    appendFileSync(pull.file, '{"half');
    await here.grow(1);
    await pull.run();
    expect(once(idsOf(pull)).sort()).toEqual((await here.ids()).sort());
  });

  it('at 410 writes a line of its own and goes on with the oldest event that is kept', async () => {
    const { here, pull } = await start();
    await pull.run();
    const before = idsOf(pull).length;
    await here.grow(400);
    await here.forget(350);
    expect(await pull.run()).toBe(0);
    const [gap, ...rest] = pull.lines().events.slice(before);
    expect(gap).toMatchObject({ event: 'feed_gap', event_id: expect.stringMatching(/^gap-./) });
    expect(rest.map((event) => event['event_id'])).toEqual(await here.ids());
    expect(pull.said.join('')).toMatch(/deleted before they were read/);
  });

  it.each([401, 429, 503])('at %i ends with a failure and stays where it was', async (status) => {
    const { here, pull } = await start();
    await pull.run();
    const kept = pull.cursor();
    here.troubles.push(status);
    expect(await pull.run()).toBe(1);
    expect([pull.cursor(), idsOf(pull)]).toEqual([kept, await here.ids()]);
    expect(pull.said.join('')).toContain(String(status));
    expect(pull.said.join('')).not.toContain('rw_');
  });

  it('of a token for one target writes its events', async () => {
    const { here, pull } = await start(['main']);
    await pull.run();
    expect(idsOf(pull)).toEqual(await here.ids('main'));
  });
});
