import { afterEach, describe, expect, it } from 'vitest';
import { declared, reads } from './asked.ts';
import { closeStages, embedded, hostile, stage, walk } from './helper.ts';

afterEach(closeStages);

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
});
