import { afterEach, describe, expect, it } from 'vitest';
import { revokeToken, type Scope } from '../../src/access/tokens.ts';
import { declared, reads } from './asked.ts';
import { closeStages, embedded, stage, t0 } from './helper.ts';

afterEach(closeStages);

describe('tokens', () => {
  it.each<[string, string]>([
    ['none', ''],
    ['of another form', 'Bearer abc'],
    ['unknown', `Bearer rw_${'a'.repeat(43)}`],
    ['in the address only', ''],
    ['of another scheme', 'Digest abc'],
    ['two words', 'Bearer a b'],
  ])('%s: 401 with a challenge', async (_name, authorization) => {
    const { call } = await stage(await embedded(), { scanned: false });
    for (const url of [...reads, '/api/v1/events', '/api/v1/nonsense', '/api/v1?access_token=x']) {
      const response = await call({
        method: 'GET',
        url,
        headers: authorization === '' ? {} : { authorization },
      });
      expect([url, response.statusCode, response.headers['www-authenticate']]).toEqual([
        url,
        401,
        'Bearer realm="roomwarden"',
      ]);
      expect(response.json().type).toBe('urn:roomwarden:problem:unauthenticated');
    }
  });

  it('revoked and expired ones open nothing', async () => {
    const { token, get, store, clock } = await stage(await embedded(), { scanned: false });
    const value = await token(['read']);
    expect((await get('/api/v1/summary', value)).statusCode).toBe(200);
    const info = await store.db
      .selectFrom('tokens')
      .selectAll()
      .orderBy('name', 'desc')
      .executeTakeFirstOrThrow();
    await revokeToken(store.db, info.id, t0);
    expect((await get('/api/v1/summary', value)).statusCode).toBe(401);
    const next = await token(['read']);
    await store.db
      .updateTable('tokens')
      .set({ expires_at: clock.now })
      .where('revoked_at', 'is', null)
      .execute();
    expect((await get('/api/v1/summary', next)).statusCode).toBe(401);
  });

  it.each<[Scope[], number, number, number]>([
    [['read'], 200, 403, 403],
    [['feed'], 403, 200, 403],
    [['operate'], 200, 403, 202],
    [['admin'], 200, 200, 202],
    [['read', 'feed'], 200, 200, 403],
  ])('%j: read %i, feed %i, scan %i', async (scopes, read, feed, scan) => {
    const { token, get, call } = await stage(await embedded(), { scanned: false, stuck: true });
    const value = await token(scopes);
    for (const url of reads) expect([url, (await get(url, value)).statusCode]).toEqual([url, read]);
    expect((await get('/api/v1/events', value)).statusCode).toBe(feed);
    const headers = { authorization: `Bearer ${value}` };
    const response = await call({ method: 'POST', url: '/api/v1/targets/main/scans', headers });
    expect(response.statusCode).toBe(scan);
  });

  it('comes from collectors as `token` or as the password of Basic', async () => {
    const { token, call } = await stage(await embedded(), { scanned: false });
    const value = await token(['read']);
    const basic = Buffer.from(`collector:${value}`).toString('base64');
    for (const authorization of [`token ${value}`, `Basic ${basic}`, `bearer ${value}`]) {
      const response = await call({ method: 'GET', url: '/api/v1/summary', headers: { authorization } });
      expect(response.statusCode).toBe(200);
    }
  });
});

describe('a token for one target', () => {
  it('is told nothing of another: no list, no number, no difference between hidden and absent', async () => {
    const made = await stage(await embedded(), { config: declared });
    const value = await made.token(['read', 'feed', 'operate'], ['main']);
    const hidden = (
      await made.get('/api/v1/violations?target=other&status=waived', await made.token(['operate']))
    ).json();
    const { uid, subject } = hidden.violations[0];
    const scan = (await made.get('/api/v1/targets/other')).json().last_scan.id;
    const secrets = /\bother[",]|rival|secret-room|Geheim|geheim|AZ-other/;
    for (const url of [...reads, '/api/v1/events', '/api/v1/events?format=flat']) {
      const response = await made.get(url, value);
      expect([url, response.statusCode]).toEqual([url, 200]);
      expect(response.body).not.toMatch(secrets);
      for (const text of [uid, subject.ref, subject.id, scan]) expect(response.body).not.toContain(text);
    }
    const table = await made.get('/api/v1/violations?verdict=all', value, { accept: 'text/csv' });
    expect(table.body).not.toMatch(secrets);
    const pairs: [string, string][] = [
      ['/api/v1/targets/other', '/api/v1/targets/absent'],
      ['/api/v1/targets/other/rooms', '/api/v1/targets/absent/rooms'],
      ['/api/v1/targets/other/rooms/secret-room', '/api/v1/targets/absent/rooms/secret-room'],
      [`/api/v1/violations/${uid}`, '/api/v1/violations/abc'],
      [`/api/v1/scans/${scan}`, '/api/v1/scans/abc'],
      ['/api/v1/violations?target=other', '/api/v1/violations?target=absent'],
      ['/api/v1/violations?vendor=rival', '/api/v1/violations?vendor=absent'],
      [`/api/v1/violations?room=${subject.ref}`, '/api/v1/violations?room=aaaaaaaaaaaaaaaa'],
    ];
    for (const [there, absent] of pairs) {
      const [one, two] = [await made.get(there, value), await made.get(absent, value)];
      const same = (body: string): string =>
        body.replaceAll(/absent|other|rival/g, '*').replaceAll(/"(request|instance)":"[^"]*"/g, '');
      expect([there, one.statusCode, same(one.body)]).toEqual([there, two.statusCode, same(two.body)]);
    }
    const headers = { authorization: `Bearer ${value}` };
    const post = await made.call({ method: 'POST', url: '/api/v1/targets/other/scans', headers });
    expect(post.statusCode).toBe(404);
    expect(made.scheduler.activeScan('other')).toBeNull();
    expect((await made.get('/api/v1/summary', value)).json()).toMatchObject({
      targets: 1,
      rooms: 5,
      violations: 5,
    });
  });

  it('for no target that exists sees empty lists', async () => {
    const made = await stage(await embedded());
    const value = await made.token(['read', 'feed'], ['gone']);
    expect((await made.get('/api/v1/violations', value)).json().violations).toEqual([]);
    expect((await made.get('/api/v1/events', value)).json().events).toEqual([]);
    expect((await made.get('/api/v1/targets', value)).json()).toEqual({ targets: [] });
    expect((await made.get('/api/v1/summary', value)).json()).toMatchObject({
      targets: 0,
      rooms: 0,
      violations: 0,
    });
  });
});
