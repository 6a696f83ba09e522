import { expect, it } from 'vitest';
import { room, scanTables, tables } from './tables.ts';

const lineOf = async (url: string, source: string, ask = {}) =>
  (await scanTables(url, { check: true, ...ask })).checks.find((line) => line.source === source);

it('check names the grant that is missing, and the view that would need less', async () => {
  const { url, run, role } = await tables({ rooms: [room()] });
  expect(await lineOf(url, 'GS')).toMatchObject({
    state: 'ok',
    message: { en: expect.stringContaining('could read codes') },
  });
  await run(`REVOKE SELECT (room_id, user_id) ON shared_accesses FROM ${role}`);
  expect(await lineOf(url, 'GS')).toMatchObject({
    state: 'partial',
    reason: { code: 'not_permitted' },
    remedy: {
      en: expect.stringContaining('GRANT SELECT (room_id, user_id) ON shared_accesses TO roomwarden;'),
    },
  });
  const view = await tables({ rooms: [room()] }, { view: true });
  expect(await lineOf(view.url, 'GS')).toMatchObject({
    state: 'ok',
    message: { en: expect.stringContaining('only') },
  });
});

it('check says what is wrong with the address, and what a probe would send', async () => {
  const { url } = await tables({ rooms: [] });
  const wrong = url.replace(/:[^:@]*@/, ':wrong@');
  expect(await lineOf(wrong, 'GS')).toMatchObject({
    state: 'failed',
    reason: { code: 'not_permitted' },
    remedy: { en: expect.stringContaining('greenlight.database') },
  });
  expect(await lineOf(url, 'A4')).toMatchObject({
    state: 'not_configured',
    remedy: { en: expect.stringContaining('probes: [checksum]') },
  });
  expect(await lineOf(url, 'A4', { settings: { probes: ['checksum'] } })).toMatchObject({
    state: 'ok',
    message: { en: expect.stringContaining('at most one') },
  });
  expect(
    await lineOf(url, 'FP', {
      settings: { properties: [{ host: 'n', path: '/nowhere/bbb-web.properties' }] },
    }),
  ).toMatchObject({
    state: 'failed',
    reason: { code: 'unreachable' },
    remedy: { en: expect.stringContaining('/etc/bigbluebutton/bbb-web.properties') },
  });
});
