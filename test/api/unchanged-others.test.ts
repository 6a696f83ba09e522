import { afterEach, describe, expect, it } from 'vitest';
import { target } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { catalogue, closeStages, embedded, type Stage, stage } from './helper.ts';

afterEach(closeStages);

const list = '/api/v1/violations?severity=low&verdict=all&status=all';

async function tagOf(made: Stage, url: string): Promise<string> {
  const response = await made.get(url);
  expect(response.statusCode).toBe(200);
  return String(response.headers['etag']);
}

const ask = (made: Stage, url: string, tag: string, token?: string) =>
  made.get(url, token, { 'if-none-match': tag });

eachStore((open) => {
  it('nobody is confirmed what somebody else saw', async () => {
    const made = await stage((await open()).store);
    const tokens = await Promise.all([
      made.token(['read']),
      made.token(['operate']),
      made.token(['read'], ['main']),
      made.token(['read'], ['other']),
      made.token(['read'], ['main', 'other']),
    ]);
    const urls = [
      list,
      '/api/v1/violations',
      '/api/v1/violations?limit=2',
      '/api/v1/violations?total=true',
      '/api/v1/violations?target=main',
      '/api/v1/violations?status=resolved',
      '/api/v1/violations?format=flat',
      '/api/v1/violations?format=ocsf',
      '/api/v1/targets/main/rooms',
      '/api/v1/targets/main/rooms?limit=2',
    ];
    const seen = new Map<string, string>();
    for (const url of urls) {
      for (const token of tokens) {
        const response = await made.get(url, token);
        if (response.statusCode === 200) {
          const tag = String(response.headers['etag']);
          expect(seen.get(tag) ?? response.body).toBe(response.body);
          seen.set(tag, response.body);
        }
      }
    }
    for (const url of urls) {
      for (const token of tokens) {
        const own = await made.get(url, token);
        for (const [tag, body] of seen) {
          const answer = await ask(made, url, tag, token);
          if (answer.statusCode === 304) expect(body).toBe(own.body);
        }
      }
    }
  });

  it('another configuration, catalogue or version of the product gives another ETag', async () => {
    const { store, location } = await open();
    const made = await stage(store);
    const tag = await tagOf(made, list);
    const renamed = structuredClone(catalogue.policies).map((policy) => ({
      ...policy,
      remediation: { any: { de: 'x', en: 'y' } },
    }));
    const others = [
      {
        config: {
          targets: [
            target({ id: 'main', vendor: 'toy', freshness: 1 }),
            target({ id: 'other', vendor: 'rival' }),
          ],
        },
      },
      { config: { privacy: { room_names: 'plain', room_ids: 'plain' } as const } },
      { deps: { version: '0.0.1' } },
      {
        deps: {
          catalogue: {
            ...catalogue,
            policies: renamed,
            policyById: new Map(renamed.map((policy) => [policy.id, policy])),
          } as never,
        },
      },
    ];
    for (const options of others) {
      const other = await stage(store, { ...options, scanned: false });
      expect((await ask(other, list, tag)).statusCode).toBe(200);
    }
    const again = await stage((await open(location)).store, { scanned: false });
    expect((await ask(again, list, tag)).statusCode).toBe(store.dialect === 'postgres' ? 304 : 200);
  });

  it('knows what others commit, however many at a time', async () => {
    const { store, location } = await open();
    const other = (await open(location)).store;
    const seen = new Set([await store.version()]);
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(
        Array.from({ length: 30 }, (_, index) => {
          const { db } = index % 2 === 0 ? store : other;
          const row = {
            id: `t-${round}-${index}`,
            vendor: 'toy',
            state: 'removed',
            first_seen_at: 1,
            covered_json: '{}',
            sources_json: '{}',
            policies_json: '{}',
          } as const;
          return db
            .insertInto('targets')
            .values({
              ...row,
              removed_at: null,
              last_scan: null,
              last_scan_at: null,
              baseline_scan: null,
              report_json: null,
            })
            .execute();
        }),
      );
      const version = await store.version();
      expect(seen.has(version)).toBe(false);
      seen.add(version);
      const [one, two] = await Promise.all([store.version(), store.version()]);
      expect([one, two]).toEqual([version, version]);
    }
    const undone = store.transaction(async (tx) => {
      await tx.db.updateTable('targets').set({ vendor: 'x' }).execute();
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(seen.has(await store.version())).toBe(true);
  });
});

describe('a tag that was made up', () => {
  it.each([
    '"',
    '""',
    '"x"',
    'W/',
    '"a.b.c"',
    `"${'A'.repeat(27)}.0.zzzzzzzzzzz"`,
    `"${'A'.repeat(27)}.-1.z"`,
  ])('%s confirms nothing', async (tag) => {
    const made = await stage(await embedded());
    expect((await ask(made, list, tag)).statusCode).toBe(200);
  });
});
