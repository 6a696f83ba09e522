import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { createToken, listTokens, revokeToken, verifyToken } from '../../src/access/tokens.ts';
import { eachStore } from '../store/helper.ts';

const now = Date.parse('2026-06-15T10:34:56.789Z');
const hour = 3_600_000;
const midnight = Date.parse('2026-06-15T00:00:00Z');

eachStore((open) => {
  it('makes a token that is shown once and stored as a hash', async () => {
    const { db } = (await open()).store;
    const { info, value } = await createToken(db, { name: ' siem ', scopes: ['feed', 'read', 'feed'] }, now);
    expect(value).toMatch(/^rw_[A-Za-z0-9_-]{43}$/);
    expect(info).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      name: 'siem',
      scopes: ['read', 'feed'],
      targets: null,
      createdAt: now,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
    const rows = await db.selectFrom('tokens').selectAll().execute();
    expect(rows.map((row) => row.hash)).toEqual([createHash('sha256').update(value).digest('hex')]);
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('knows its tokens and nothing else', async () => {
    const { db } = (await open()).store;
    const { info, value } = await createToken(
      db,
      { name: 'a', scopes: ['read'], targets: ['x', 'y', 'x'] },
      now,
    );
    expect(await verifyToken(db, value, now)).toEqual({ ...info, targets: ['x', 'y'], lastUsedAt: midnight });
    const wrong = [
      '',
      'rw_',
      value.slice(0, -1),
      `${value}x`,
      value.toLowerCase(),
      value.slice(3),
      `rw_${'A'.repeat(43)}`,
      createHash('sha256').update(value).digest('hex'),
      `${value}\u0000`,
    ];
    for (const other of wrong) expect(await verifyToken(db, other, now)).toBeNull();
  });

  it('refuses an expired one from the moment on', async () => {
    const { db } = (await open()).store;
    const { value } = await createToken(db, { name: 'a', scopes: ['read'], expiresAt: now + hour }, now);
    expect(await verifyToken(db, value, now + hour - 1)).not.toBeNull();
    expect(await verifyToken(db, value, now + hour)).toBeNull();
  });

  it('revokes by id, or by a name that only one valid token bears', async () => {
    const { db } = (await open()).store;
    const first = await createToken(db, { name: 'same', scopes: ['read'] }, now);
    const second = await createToken(db, { name: 'same', scopes: ['read'] }, now + 1);
    await expect(revokeToken(db, 'same', now)).rejects.toMatchObject({ code: 'RW1018' });
    await expect(revokeToken(db, 'nobody', now)).rejects.toMatchObject({ code: 'RW1018' });
    expect((await revokeToken(db, first.info.id, now + 2)).revokedAt).toBe(now + 2);
    expect((await revokeToken(db, first.info.id, now + 9)).revokedAt).toBe(now + 2);
    expect(await verifyToken(db, first.value, now + 3)).toBeNull();
    expect(await verifyToken(db, second.value, now + 3)).not.toBeNull();
    await revokeToken(db, 'same', now + 4);
    expect(await verifyToken(db, second.value, now + 5)).toBeNull();
    expect((await listTokens(db)).map((token) => token.id)).toEqual([second.info.id, first.info.id]);
  });

  it('remembers the day of the last use, not the time', async () => {
    const { db } = (await open()).store;
    const { value } = await createToken(db, { name: 'a', scopes: ['read'] }, now);
    const used = async (): Promise<unknown> => (await listTokens(db))[0]?.lastUsedAt;
    await verifyToken(db, value, now);
    expect(await used()).toBe(midnight);
    await verifyToken(db, value, now + 5 * hour);
    expect(await used()).toBe(midnight);
    await verifyToken(db, value, now + 24 * hour);
    expect(await used()).toBe(midnight + 24 * hour);
  });

  it('refuses what would be no proper token', async () => {
    const { db } = (await open()).store;
    const refused = [
      { name: '', scopes: ['read'] as const },
      { name: 'a\nb', scopes: ['read'] as const },
      { name: 'x'.repeat(101), scopes: ['read'] as const },
      { name: 'a', scopes: [] },
      { name: 'a', scopes: ['root' as never] },
      { name: 'a', scopes: ['read'] as const, targets: [] },
      { name: 'a', scopes: ['read'] as const, targets: ['a b'] },
      { name: 'a', scopes: ['read'] as const, expiresAt: now },
      { name: 'a', scopes: ['read'] as const, expiresAt: Number.NaN },
    ];
    for (const wanted of refused) {
      await expect(createToken(db, wanted, now)).rejects.toMatchObject({ code: 'RW1019' });
    }
    expect(await listTokens(db)).toEqual([]);
  });
});
