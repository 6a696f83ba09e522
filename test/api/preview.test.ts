import { afterEach, describe, expect, it } from 'vitest';
import { previewParameters, type TargetPreview } from '../../src/scan/preview.ts';
import { rejudgeTarget } from '../../src/scan/rejudge.ts';
import { closeStages, embedded, type Stage, stage, t0 } from './helper.ts';

afterEach(closeStages);

const day = 86_400;
const url = '/api/v1/policies/recordings/preview';

async function ask(made: Stage, payload: object, scopes: ['read'] | ['feed'] = ['read'], only?: string[]) {
  const headers = { authorization: `Bearer ${await made.token(scopes, only)}` };
  return made.call({ method: 'POST', url, headers, payload });
}

describe('what other parameters would change', () => {
  it('counts each way from a verdict to another, by target, and writes nothing', async () => {
    const recordings = [
      { id: 'a', age: 30 * day },
      { id: 'b', age: 90 * day },
      { id: 'c', age: day },
    ];
    const made = await stage(await embedded(), { main: { recordings } });
    const { events, findings, audit_log } = await rows(made);
    const response = await ask(made, { parameters: { max_age: '60d' } });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      policy: 'recordings',
      parameters: { max_age: 60 * day },
      finished: true,
      targets: [
        {
          target: 'main',
          state: 'judged',
          changed: 1,
          transitions: [
            { kind: 'recording', from: 'violation', to: 'pass', count: 1 },
            { kind: 'recording', from: 'violation', to: 'violation', count: 1 },
            { kind: 'recording', from: 'pass', to: 'pass', count: 1 },
          ],
        },
        { target: 'other', state: 'judged', changed: 0 },
      ],
    });
    expect(await rows(made)).toEqual({ events, findings, audit_log });
  });

  it('is what the next judging gives, and lets what was not seen stay apart', async () => {
    const recordings = [
      { id: 'a', age: 30 * day },
      { id: 'b', age: 3 * day },
    ];
    const made = await stage(await embedded(), { main: { recordings } });
    const stricter = (await ask(made, { parameters: { max_age: '1d' }, targets: ['main'] })).json();
    expect(stricter.targets[0].transitions).toContainEqual({
      kind: 'recording',
      from: 'pass',
      to: 'violation',
      count: 1,
      restated: 0,
    });
    const policies = { recordings: { parameters: { max_age: '1d' } } };
    const [main] = made.recording.config.targets;
    if (main === undefined) throw new Error('no target');
    const judgedBy = { ...made.recording, config: { ...made.recording.config, policies } };
    expect(await rejudgeTarget(judgedBy, main, made.clock.now)).toBe(stricter.targets[0].changed);
    // Nobody looked again for longer than what was read is good for.
    made.clock.now += 3 * main.freshness * 1000;
    const blind = (await ask(made, { parameters: { max_age: '60d' }, targets: ['main'] })).json();
    expect(blind.targets[0]).toMatchObject({
      changed: 0,
      transitions: [{ kind: 'recording', from: 'unknown', to: 'unknown', count: 2 }],
    });
  });

  it.each([
    [{ max_age: '400d' }, 'Erlaubt ist eine Dauer von 0s bis 365d.'],
    [{ max_age: true }, 'Erlaubt ist eine Dauer von 0s bis 365d.'],
    [{ min_age: '1d' }, 'Diese Regel hat nur: max_age.'],
    [{ constructor: '1d' }, 'Diese Regel hat nur: max_age.'],
  ])('refuses %j with a code and with what would be accepted', async (parameters, words) => {
    const made = await stage(await embedded(), { scanned: false });
    const response = await ask(made, { parameters });
    expect(response.statusCode).toBe(400);
    const { code, errors } = response.json();
    expect([code, errors[0].message.de]).toEqual(['RW4002', words]);
  });

  it('shows nothing of other targets, and asks for the right to read', async () => {
    const made = await stage(await embedded());
    const limited = await ask(made, { parameters: { max_age: '60d' } }, ['read'], ['other']);
    expect(limited.json().targets.map((one: TargetPreview) => one.target)).toEqual(['other']);
    const hidden = { parameters: { max_age: '60d' }, targets: ['main'] };
    expect((await ask(made, hidden, ['read'], ['other'])).statusCode).toBe(400);
    expect((await ask(made, hidden, ['feed'])).statusCode).toBe(403);
    expect((await ask(made, { parameters: {} })).json().targets[0].changed).toBe(0);
  });

  it('says of a target that was never looked at that it was not', async () => {
    const made = await stage(await embedded(), { scanned: false });
    const { targets, finished } = (await ask(made, { parameters: { max_age: '1d' } })).json();
    expect([finished, targets.map((one: TargetPreview) => one.state)]).toEqual([
      true,
      ['never_scanned', 'never_scanned'],
    ]);
  });

  it('says where it did not come to the end', async () => {
    const recordings = Array.from({ length: 1_200 }, (_, at) => ({ id: `r${at}`, age: 30 * day }));
    const made = await stage(await embedded(), { main: { recordings } });
    const policy = made.recording.catalogue.policyById.get('recordings');
    if (policy === undefined) throw new Error('no policy');
    const time = new AbortController();
    const asked = { policy, parameters: { max_age: 60 * day }, now: t0, signal: time.signal };
    const targets = made.recording.config.targets;
    setImmediate(() => setImmediate(() => time.abort()));
    const found: TargetPreview[] = [];
    for await (const one of previewParameters(made.recording, { ...asked, targets })) found.push(one);
    expect(found.map(({ state }) => state)).toEqual(['unfinished', 'unfinished']);
    expect(found[0]?.judged).toBeLessThan(1_206);
  });
});

async function rows({ store }: Stage) {
  const all = (table: 'events' | 'findings' | 'audit_log') =>
    store.db.selectFrom(table).selectAll().execute();
  return { events: await all('events'), findings: await all('findings'), audit_log: await all('audit_log') };
}
