import { afterEach, expect, it } from 'vitest';
import { ReceiverState } from '../../src/push/state.ts';
import { receiver } from '../push/helper.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, stage, t0 } from './helper.ts';

afterEach(closeStages);

const siem = receiver({
  id: 'siem',
  kind: 'splunk-hec',
  url: 'https://s.example.org',
  token: { env: 'TOKEN' },
});
const gone = receiver({ id: 'gone', kind: 'gelf', url: 'https://g.example.org/gelf' });

eachStore((open) => {
  async function theatre() {
    const { store } = await open();
    const made = await stage(store, { config: { push: [siem] } });
    const state = new ReceiverState(store, siem);
    await state.ensure(null);
    await new ReceiverState(store, gone).ensure(null);
    await state.setAside(0, 2, { code: 'refused', status: 400, detail: 'HEC 6' }, t0);
    await state.setAside(2, 4, { code: 'too_large', detail: '9000 bytes' }, t0);
    const token = await made.token(['operate']);
    const post = (url: string, payload: object) =>
      made.call({ method: 'POST', url, payload, headers: { authorization: `Bearer ${token}` } });
    return { ...made, make: made.token, token, state, post };
  }

  it('shows how far each receiver is', async () => {
    const { get, token, state, store } = await theatre();
    const { head } = await store.feed();
    const first = (await get('/api/v1/receivers', token)).json();
    expect(first.receivers).toEqual([
      {
        id: 'siem',
        kind: 'splunk-hec',
        format: 'flat',
        state: 'waiting',
        position: 4,
        behind: head - 4,
        attempts: 0,
        next_attempt_at: null,
        delivered_at: null,
        failed_at: new Date(t0).toISOString(),
        error: null,
        gap: null,
        dead_letters: 2,
      },
    ]);
    await state.fail(await state.load(), { code: 'not_permitted', status: 403 }, false, t0, t0 + 5_000);
    const { receivers } = (await get('/api/v1/receivers', token)).json();
    expect(receivers[0]).toMatchObject({
      state: 'failing',
      attempts: 1,
      next_attempt_at: new Date(t0 + 5_000).toISOString(),
      error: {
        code: 'not_permitted',
        status: 403,
        message: { en: 'The receiver does not accept the secret.' },
      },
    });
  });

  it('pages through what was set aside, and sends it once more', async () => {
    const { get, token, post, store } = await theatre();
    const url = '/api/v1/receivers/siem/dead-letters';
    const page = (await get(`${url}?limit=1`, token)).json();
    expect(page).toMatchObject({ has_more: true, dead_letters: [{ seq: 2, retry: false, target: 'main' }] });
    expect(page.dead_letters[0].error).toMatchObject({ code: 'refused', status: 400, detail: 'HEC 6' });
    expect(page.dead_letters[0].id).toMatch(/^[0-9a-f]{16}-2$/);
    const rest = (await get(`${url}?after=${page.next_cursor}`, token)).json();
    expect(rest).toMatchObject({ has_more: false, next_cursor: null, dead_letters: [{ seq: 4 }] });

    const one = await post(`${url}/retry`, { seqs: [4, 77] });
    expect([one.statusCode, one.json()]).toEqual([202, { retried: 1 }]);
    const after = (await get(url, token)).json();
    expect(after.dead_letters.map((each: { retry: boolean }) => each.retry)).toEqual([false, true]);
    expect((await post(`${url}/retry`, {})).json()).toEqual({ retried: 2 });
    const log = await store.db
      .selectFrom('audit_log')
      .select(['actor', 'object', 'detail_json'])
      .where('action', '=', 'receiver.retry')
      .orderBy('id')
      .execute();
    expect(log.map(({ object, detail_json }) => [object, detail_json]).sort()).toEqual([
      ['siem', '{"count":1}'],
      ['siem', '{"count":2}'],
    ]);
    expect(log[0]?.actor).toMatch(/^token:/);
  });

  it.each([
    ['/api/v1/receivers/gone/dead-letters', 404],
    ['/api/v1/receivers/nobody/dead-letters', 404],
    ['/api/v1/receivers/siem/dead-letters?after=nonsense', 400],
  ])('%s: %i', async (url, status) => {
    const { get, token } = await theatre();
    expect((await get(url, token)).statusCode).toBe(status);
  });

  it('is not for everybody', async () => {
    const { get, make, post } = await theatre();
    expect((await get('/api/v1/receivers', await make(['read', 'feed']))).statusCode).toBe(403);
    expect((await get('/api/v1/receivers', await make(['operate'], ['main']))).statusCode).toBe(403);
    expect((await get('/api/v1/receivers', null)).statusCode).toBe(401);
    expect((await post('/api/v1/receivers/siem/dead-letters/retry', { seqs: [] })).statusCode).toBe(400);
  });

  it('nothing is shown where there is none', async () => {
    const { store } = await open();
    const made = await stage(store, { scanned: false });
    const token = await made.token(['admin']);
    expect((await made.get('/api/v1/receivers', token)).json()).toEqual({ receivers: [] });
  });
});
