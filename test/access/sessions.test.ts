import { expect, it } from 'vitest';
import {
  beginLogin,
  endSession,
  findSession,
  openSession,
  pendingLoginMs,
  purgeSessions,
  takeLogin,
} from '../../src/access/sessions.ts';
import { createToken, hashOf, revokeToken } from '../../src/access/tokens.ts';
import type { Config } from '../../src/config/types.ts';
import { eachStore } from '../store/helper.ts';

const now = Date.parse('2026-06-15T10:00:00Z');
const minute = 60_000;
const role = { group: 'it', scopes: ['read' as const], targets: ['a'] };
const oidc = { roles: [role] } as unknown as NonNullable<Config['access']['oidc']>;
const settings = { sessions: { idle: 600, longest: 3_600 }, oidc };
const login = { kind: 'login', state: 's', nonce: 'n', verifier: 'v', returnTo: '/' } as const;

eachStore((open) => {
  it('keeps a hash of the cookie and nothing of a person', async () => {
    const { db } = (await open()).store;
    const holder = { kind: 'oidc', subject: 'pseudonym', groups: ['it'] } as const;
    const { value, hash } = await openSession(db, holder, settings, now);
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const rows = await db.selectFrom('sessions').selectAll().execute();
    expect(rows).toEqual([
      { hash, data_json: JSON.stringify(holder), created_at: now, expires_at: now + 10 * minute },
    ]);
    expect(hash).toBe(hashOf(value));
    expect(await findSession(db, value, settings, now)).toEqual({
      id: 'session:pseudonym',
      actor: 'session:pseudonym',
      scopes: ['read'],
      targets: ['a'],
      expiresAt: null,
      session: { hash, kind: 'oidc', expiresAt: now + 10 * minute, endsAt: now + 60 * minute },
    });
    for (const wrong of ['', value.slice(1), `${value}A`, hash, 'A'.repeat(43)]) {
      expect(await findSession(db, wrong, settings, now)).toBeNull();
    }
  });

  it('ends when idle, a use keeps it alive, and at its longest in any case', async () => {
    const { db } = (await open()).store;
    const { info } = await createToken(db, { name: 'a', scopes: ['operate'] }, now);
    const { value } = await openSession(db, { kind: 'token', token: info.id }, settings, now);
    for (let at = 9; at < 60; at += 9) {
      expect((await findSession(db, value, settings, now + at * minute))?.actor).toBe(`token:${info.id}`);
    }
    expect(await findSession(db, value, settings, now + 60 * minute)).toBeNull();
    const idle = await openSession(db, { kind: 'token', token: info.id }, settings, now);
    expect(await findSession(db, idle.value, settings, now + 10 * minute)).toBeNull();
  });

  it.each(['revoked', 'expired'])('ends with its token: %s', async (how) => {
    const { db } = (await open()).store;
    const { info } = await createToken(db, { name: 'a', scopes: ['read'], expiresAt: now + minute }, now);
    const { value } = await openSession(db, { kind: 'token', token: info.id }, settings, now);
    expect(await findSession(db, value, settings, now + 1)).not.toBeNull();
    if (how === 'revoked') await revokeToken(db, info.id, now + 2);
    expect(await findSession(db, value, settings, how === 'revoked' ? now + 3 : now + minute)).toBeNull();
  });

  it('ends when its role or the issuer leaves the configuration', async () => {
    const { db } = (await open()).store;
    const { value } = await openSession(db, { kind: 'oidc', subject: 'p', groups: ['it'] }, settings, now);
    const others = { ...settings, oidc: { ...oidc, roles: [{ ...role, group: 'else' }] } };
    expect(await findSession(db, value, others, now)).toBeNull();
    expect(await findSession(db, value, { ...settings, oidc: null }, now)).toBeNull();
    expect(await findSession(db, value, settings, now)).not.toBeNull();
  });

  it('a begun login is no session, and is taken once and in time', async () => {
    const { db } = (await open()).store;
    const value = await beginLogin(db, login, now);
    expect(await findSession(db, value, settings, now)).toBeNull();
    const both = await Promise.all([takeLogin(db, value, now), takeLogin(db, value, now)]);
    expect(both.filter((each) => each !== null)).toEqual([login]);
    const late = await beginLogin(db, login, now);
    expect(await takeLogin(db, late, now + pendingLoginMs)).toBeNull();
    const { value: session } = await openSession(
      db,
      { kind: 'oidc', subject: 'p', groups: [] },
      settings,
      now,
    );
    expect(await takeLogin(db, session, now)).toBeNull();
  });

  it('leaves nothing behind', async () => {
    const { db } = (await open()).store;
    const holder = { kind: 'oidc', subject: 'p', groups: ['it'] } as const;
    const ended = await openSession(db, holder, settings, now);
    await endSession(db, ended.hash);
    expect(await findSession(db, ended.value, settings, now)).toBeNull();
    await openSession(db, holder, settings, now - 10 * minute);
    await openSession(db, holder, { ...settings, sessions: { idle: 9e6, longest: 9e6 } }, now - 60 * minute);
    const kept = await openSession(db, holder, settings, now - 9 * minute);
    expect(await purgeSessions(db, settings, now)).toBe(2);
    expect((await db.selectFrom('sessions').select('hash').execute()).map(({ hash }) => hash)).toEqual([
      kept.hash,
    ]);
  });
});
