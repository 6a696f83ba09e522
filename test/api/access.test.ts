import { afterEach, describe, expect, it } from 'vitest';
import { revokeToken, type Scope } from '../../src/access/tokens.ts';
import { closeStages, embedded, hostile, stage, t0, walk } from './helper.ts';

afterEach(closeStages);

const reads = [
  '/api/v1/violations?verdict=all&status=all',
  '/api/v1/violations?verdict=all&status=all&format=flat',
  '/api/v1/summary',
  '/api/v1/coverage',
  '/api/v1/targets',
  '/api/v1/targets/main',
  '/api/v1/targets/main/rooms?state=all',
  '/api/v1/policies',
  '/api/v1/policies/access',
  '/api/v1/waivers',
  '/api/v1/attestations',
];

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

const waivers = [
  {
    id: 'file-1',
    policy: 'access',
    target: 'main',
    room: 'shut',
    reason: 'Schulung',
    owner: 'Fachgebiet 12',
    approvedBy: 'Amtsleitung',
    until: t0 + 1,
    origin: { file: '/etc/roomwarden.yaml', line: 7, column: 3 },
  },
  {
    id: 'file-2',
    policy: 'access',
    target: 'other',
    room: 'secret-room',
    reason: 'geheim',
    owner: 'Geheimfach',
    until: t0 + 9e9,
    origin: { file: '/etc/roomwarden.yaml', line: 9, column: 3 },
  },
];
const attestation = (target: string) => ({
  policy: 'record-kept',
  target,
  fields: {
    value: true,
    attested_by: 'Beauftragte Stelle',
    contact_phone: '0361 4711',
    reference: `AZ-${target}`,
  },
  attestedAt: t0 - 1,
  validUntil: t0 + 9e9,
  origin: { file: '/etc/roomwarden.yaml', line: 12, column: 3 },
});
const declared = { waivers, attestations: [attestation('main'), attestation('other')] };

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

describe('room ids', () => {
  const ids = [hostile.talk, hostile.slash, hostile.long, hostile.quote, 'secret-room', 'rec/1'];
  const forms = ids.flatMap((id) => [id, encodeURIComponent(id), JSON.stringify(id).slice(1, -1)]);

  it('stand nowhere for tokens without operate: not in lists, feed, cursors, logs', async () => {
    const made = await stage(await embedded(), { config: declared });
    const value = await made.token(['read', 'feed']);
    const rooms = await walk<{ ref: string }>(made, '/api/v1/targets/main/rooms?limit=1', 'rooms', value);
    expect(rooms).toHaveLength(5);
    const urls = [
      ...reads,
      ...rooms.map(({ ref }) => `/api/v1/targets/main/rooms/${ref}`),
      '/api/v1/events',
      '/api/v1/events?format=flat',
      '/api/v1/targets/main/rooms?limit=2',
      '/api/v1/violations?limit=2',
    ];
    for (const url of urls) {
      const response = await made.get(url, value);
      expect([url, response.statusCode]).toEqual([url, 200]);
      const cursors = [...response.body.matchAll(/[\w-]{40,}/g)].map(([text]) =>
        Buffer.from(text, 'base64url').toString('latin1'),
      );
      for (const form of forms) {
        expect(response.body).not.toContain(form);
        expect(JSON.stringify(response.headers)).not.toContain(form);
        for (const cursor of cursors) expect(cursor).not.toContain(form);
      }
    }
    for (const id of ids) {
      const room = await made.get(`/api/v1/targets/main/rooms/${encodeURIComponent(id)}`, value);
      expect(room.statusCode).toBe(404);
      await made.get(`/api/v1/violations?room=${encodeURIComponent(id)}`, value);
    }
    expect(made.logs.length).toBeGreaterThan(20);
    for (const form of forms) expect(made.logs.join('')).not.toContain(form);
    expect(made.logs.join('')).not.toContain(value);
  });

  it('are not in the feed even for those who operate', async () => {
    const made = await stage(await embedded());
    const { body } = await made.get('/api/v1/events', await made.token(['admin']));
    for (const form of forms) expect(body).not.toContain(form);
  });

  it('are shown to everybody where the configuration makes them plain', async () => {
    const privacy = { room_names: 'plain', room_ids: 'plain' } as const;
    const made = await stage(await embedded(), { config: { privacy } });
    const value = await made.token(['read', 'feed']);
    for (const url of ['/api/v1/violations', '/api/v1/events', '/api/v1/targets/main/rooms']) {
      expect((await made.get(url, value)).body).toContain(hostile.talk);
    }
    expect((await made.get(`/api/v1/targets/main/rooms/${hostile.talk}`, value)).statusCode).toBe(200);
  });

  it('a name that is the address is kept back with it', async () => {
    const rooms = [
      { id: 'dienstberatung', name: 'Dienstberatung', password: false },
      { id: '[amt]b%c3%bcro', name: 'Amt/Büro', password: false },
    ];
    const made = await stage(await embedded(), { main: { rooms } });
    const value = await made.token(['read', 'feed']);
    for (const url of ['/api/v1/violations', '/api/v1/events', '/api/v1/targets/main/rooms']) {
      expect((await made.get(url, value)).body).not.toMatch(/dienstberatung|büro/i);
    }
    expect((await made.get('/api/v1/violations', await made.token(['operate']))).body).toMatch(/Amt\/Büro/);
  });

  it('names become pseudonyms where the configuration asks for it', async () => {
    const privacy = { room_names: 'pseudonymous', room_ids: 'ref' } as const;
    const made = await stage(await embedded(), { config: { privacy } });
    for (const url of ['/api/v1/violations', '/api/v1/targets/other/rooms']) {
      const { body } = await made.get(url, await made.token(['operate']));
      expect(body).toContain('secret-room');
      expect(body).not.toContain('Geheimraum');
    }
  });
});

describe('declared', () => {
  it('waivers with their place, ids and approval for those who operate', async () => {
    const made = await stage(await embedded(), { config: declared });
    const [waiver] = (await made.get('/api/v1/waivers')).json().waivers;
    expect(waiver).toMatchObject({
      id: 'file-1',
      policy: 'access',
      room: { ref: expect.stringMatching(/^[a-z2-7]{16}$/) },
      managed_by: 'file',
      file: '/etc/roomwarden.yaml',
      line: 7,
      over: true,
    });
    expect([waiver.room.id, waiver.approved_by]).toEqual([undefined, undefined]);
    const rooms = (await made.get('/api/v1/targets/main/rooms', await made.token(['operate']))).json().rooms;
    const [whole] = (await made.get('/api/v1/waivers', await made.token(['operate']))).json().waivers;
    expect(whole).toMatchObject({ room: { id: 'shut', ref: waiver.room.ref }, approved_by: 'Amtsleitung' });
    expect(rooms.find((room: { id: string }) => room.id === 'shut').ref).toBe(waiver.room.ref);
  });

  it('attestations and owners without persons, but for those who operate', async () => {
    const made = await stage(await embedded(), { config: declared });
    const [one] = (await made.get('/api/v1/attestations')).json().attestations;
    expect(one).toMatchObject({ policy: 'record-kept', state: 'valid', managed_by: 'file', line: 12 });
    expect(one.fields).toEqual({ value: true, reference: 'AZ-main' });
    const operator = await made.token(['operate']);
    const [whole] = (await made.get('/api/v1/attestations', operator)).json().attestations;
    expect(whole.fields).toMatchObject({ attested_by: 'Beauftragte Stelle', contact_phone: '0361 4711' });
    expect((await made.get('/api/v1/targets/main')).json().owner).toEqual({ name: 'Fachgebiet 12' });
    expect((await made.get('/api/v1/targets/main', operator)).json().owner.contact.phone).toBe('0361 4711');
    expect((await made.get('/api/v1/coverage')).body).not.toMatch(/4711|Kontaktperson/);
  });

  it('waived findings show their waiver', async () => {
    const made = await stage(await embedded(), { config: declared });
    const { violations } = (await made.get('/api/v1/violations?status=waived')).json();
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({
      target: 'other',
      status: 'waived',
      waiver: { id: 'file-2', reason: 'geheim' },
    });
  });

  it('is changed in the file, not here', async () => {
    const made = await stage(await embedded(), { scanned: false });
    const headers = { authorization: `Bearer ${await made.token(['admin'])}` };
    for (const url of ['/api/v1/waivers', '/api/v1/attestations']) {
      const response = await made.call({ method: 'POST', url, headers, payload: {} });
      expect([response.statusCode, response.headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
  });
});
