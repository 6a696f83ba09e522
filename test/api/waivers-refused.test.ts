import { afterEach, describe, expect, it } from 'vitest';
import { declared } from './asked.ts';
import { body, give, send } from './giving.ts';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

describe('what is refused', () => {
  const only = { config: { ...declared, waivers_max: 90 * 86_400 } };
  it.each<[string, object, string]>([
    ['an unknown policy', { policy: 'nope' }, 'body.policy'],
    ['an unknown target', { target: 'nope' }, 'body.target'],
    ['no target', { target: undefined }, 'body.target'],
    ['an unknown room', { room: 'nope' }, 'body.room'],
    ['an unknown tag', { tag: 'nope' }, 'body.tag'],
    ['an unknown finding', { finding: 'nope' }, 'body.finding'],
    ['two scopes', { room: 'shut', tag: 'nope' }, 'body.tag'],
    ['a day that is past', { until: '2026-10-31' }, 'body.until'],
    ['a day too far', { until: '2027-06-01' }, 'body.until'],
    ['no day', { until: '2026-02-30' }, 'body.until'],
    ['no reason', { reason: '  ' }, 'body.reason'],
    ['U+0000', { reason: 'a\u0000b' }, 'body.reason'],
    ['a purpose without a room', { purpose: 'Schulung' }, 'body.purpose'],
    ['a purpose of another policy', { room: 'shut', purpose: 'Schulung' }, 'body.purpose'],
    ['something else', { more: 1 }, 'body.more'],
  ])('%s', async (_name, change, path) => {
    const made = await stage(await embedded(), only);
    const response = await give(made, change);
    expect([response.statusCode, response.json().errors.map((each: { path: string }) => each.path)]).toEqual([
      400,
      expect.arrayContaining([path]),
    ]);
  });

  it('entries of the file: with file and line', async () => {
    const made = await stage(await embedded(), only);
    const answer = await send(made, 'DELETE', '/api/v1/waivers/file-1');
    expect([answer.statusCode, answer.json()]).toMatchObject([
      409,
      { file: '/etc/roomwarden.yaml', line: 7 },
    ]);
    const [one] = (await made.get('/api/v1/attestations')).json().attestations;
    const gone = await send(made, 'DELETE', `/api/v1/attestations/${one.id}`);
    expect([gone.statusCode, gone.json()]).toMatchObject([409, { line: 12 }]);
    const again = await send(made, 'POST', '/api/v1/attestations', {
      policy: 'record-kept',
      target: 'main',
      value: true,
      attested_by: 'x',
      attested_at: '2026-10-01',
      valid_until: '2027-10-01',
    });
    expect([again.statusCode, again.json()]).toMatchObject([409, { line: 12 }]);
  });

  it.each<[object, string]>([
    [{ policy: 'access' }, 'body.policy'],
    [{ target: 'nope' }, 'body.target'],
    [{ value: undefined }, 'body'],
    [{ valid_until: '2026-09-01' }, 'body.valid_until'],
    [{ valid_until: '2026-10-02' }, 'body.valid_until'],
    [{ attested_at: 'today' }, 'body.attested_at'],
    [{ guarantee: 'privacy_shield' }, 'body.guarantee'],
  ])('an attestation with %j', async (change, path) => {
    const made = await stage(await embedded());
    const payload = {
      policy: 'record-kept',
      target: 'main',
      value: true,
      attested_by: 'x',
      attested_at: '2026-10-01',
      valid_until: '2027-10-01',
      ...change,
    };
    const response = await send(made, 'POST', '/api/v1/attestations', payload);
    expect([response.statusCode, response.json().errors[0].path]).toEqual([400, path]);
  });

  it('who may not: readers, and operators of other targets', async () => {
    const made = await stage(await embedded());
    for (const url of ['/api/v1/waivers', '/api/v1/waivers/preview', '/api/v1/attestations']) {
      expect((await send(made, 'POST', url, body, await made.token(['read', 'feed']))).statusCode).toBe(403);
    }
    const other = await made.token(['operate'], ['other']);
    expect((await send(made, 'POST', '/api/v1/waivers', body, other)).json().errors[0].path).toBe(
      'body.target',
    );
    const { id } = (await give(made)).json();
    expect((await send(made, 'DELETE', `/api/v1/waivers/${id}`, undefined, other)).statusCode).toBe(404);
    expect((await made.get(`/api/v1/waivers/${id}`, other)).statusCode).toBe(404);
    const waived = '/api/v1/violations?policy=access&status=waived&target=main';
    const [finding] = (await made.get(waived)).json().violations;
    const { target: _, ...rest } = { ...body, finding: finding.uid };
    const hidden = await send(made, 'POST', '/api/v1/waivers', rest, other);
    expect(hidden.json().errors[0].path).toBe('body.finding');
  });
});
