import { afterEach, describe, expect, it } from 'vitest';
import { audit } from '../../src/access/audit.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, type Stage, stage, walk } from './helper.ts';

afterEach(closeStages);

interface Entry {
  id: string;
  at: string;
  actor: string;
  action: string;
  object: string | null;
  target: string | null;
  detail: object;
}

const entries = async (made: Stage, query = '', token?: string): Promise<Entry[]> => {
  const bearer = token ?? (await made.token(['admin']));
  return (await made.get(`/api/v1/audit${query}`, bearer)).json().entries;
};

eachStore((open) => {
  it('pages from the newest, also through one moment, and filters', async () => {
    const made = await stage((await open()).store, { scanned: false });
    for (let index = 0; index < 25; index += 1) {
      const entry = {
        actor: index % 2 === 0 ? 'cli' : 'token:abc',
        action: index < 10 ? 'token.create' : 'scan.start',
        object: `o-${index}`,
        ...(index < 10 ? {} : { target: index < 15 ? 'other' : 'main' }),
        detail: { index },
      };
      await audit(made.store.db, entry, made.clock.now + Math.floor(index / 5));
    }
    const admin = await made.token(['admin']);
    const all = await walk<Entry>(made, '/api/v1/audit?limit=4', 'entries', admin);
    expect(all.map(({ object }) => object)).toEqual(
      Array.from({ length: 25 }, (_, index) => `o-${24 - index}`),
    );
    expect(all[0]).toEqual({
      id: expect.any(String),
      at: new Date(made.clock.now + 4).toISOString(),
      actor: 'cli',
      action: 'scan.start',
      object: 'o-24',
      target: 'main',
      detail: { index: 24 },
    });
    const count = async (query: string) => (await entries(made, query, admin)).length;
    expect(await count('?action=token.create')).toBe(10);
    expect(await count('?action=token')).toBe(10);
    expect(await count('?action=tok')).toBe(0);
    expect(await count('?actor=cli')).toBe(13);
    expect(await count('?target=main')).toBe(10);
    const at = (ms: number) => encodeURIComponent(new Date(made.clock.now + ms).toISOString());
    expect(await count(`?since=${at(1)}&until=${at(3)}`)).toBe(10);
    const limited = await made.token(['admin'], ['main']);
    expect((await entries(made, '', limited)).map(({ target }) => target)).toEqual(Array(10).fill('main'));
    expect(await count('?limit=1')).toBe(1);
    expect((await made.get('/api/v1/audit?after=x', admin)).statusCode).toBe(400);
    expect((await made.get('/api/v1/audit?action=%25', admin)).statusCode).toBe(400);
  });
});

describe('failed logins', () => {
  it('are one entry, with counts and no address', async () => {
    const made = await stage(await embedded(), { scanned: false, deps: { trustedProxies: ['127.0.0.1'] } });
    for (let index = 0; index < 6; index += 1) {
      const headers = { 'x-forwarded-for': `192.0.2.${index % 3}` };
      await made.get('/api/v1/summary', `rw_${'x'.repeat(43)}`, headers);
    }
    await made.call({ method: 'POST', url: '/api/v1/session', payload: { token: 'x' } });
    await made.get('/api/v1/summary', null);
    expect(await entries(made)).toEqual([]);
    await made.app.failedLogins.flush();
    await made.app.failedLogins.flush();
    const [entry, ...rest] = await entries(made);
    expect([entry, rest]).toMatchObject([
      { actor: 'system', action: 'login.failed', detail: { token: 6, session: 1, addresses: 4 } },
      [],
    ]);
    expect(JSON.stringify(entry)).not.toContain('192.0.2');
  });

  it('are written when the service stops', async () => {
    const made = await stage(await embedded(), { scanned: false });
    await made.get('/api/v1/summary', 'x');
    await made.app.close();
    const rows = await made.store.db.selectFrom('audit_log').select('action').execute();
    expect(rows).toEqual([{ action: 'login.failed' }]);
  });
});
