import { describe, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import type { Config } from '../../src/config/types.ts';
import { giveAttestation, revokeAttestation } from '../../src/inventory/attestations.ts';
import { listTargets } from '../../src/inventory/queries.ts';
import { binder } from '../../src/scan/bind.ts';
import { rejudgeTarget } from '../../src/scan/rejudge.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import { forget, list, scan, spool, told } from './recording.ts';
import { catalogue, recordDeps, t0, target, toyAdapter, type World, world } from './toy.ts';

const day = 86_400_000;

const attestation = (validUntil: number) => ({
  policy: 'record-kept',
  target: 't',
  fields: { value: true },
  attestedAt: t0,
  validUntil,
  origin: target().origin,
});

const rejudge = (store: Store, state: World, change: Partial<Config> = {}, now = state.now) =>
  rejudgeTarget(recordDeps(store, state, spool, change), target(), now);

/** What stands in the ledger, without when and by which scan it came there. */
async function standing(store: Store) {
  const rows = await store.db.selectFrom('findings').selectAll().orderBy('uid').execute();
  return rows.map(({ opened_at: _o, changed_at: _c, resolved_at: _r, cause: _, detail_json, ...row }) => ({
    ...row,
    reasons: JSON.parse(detail_json).reasons,
  }));
}

const report = async (store: Store, state: World) =>
  (await listTargets(store, [target()], null, state.now))[0]?.report;

const worlds: [string, Partial<World>][] = [
  ['everything read', {}],
  [
    'a room of its own trouble',
    {
      rooms: [
        { id: 'a', password: reason('conflicting') },
        { id: 'b', password: true },
      ],
    },
  ],
  ['no rooms', { rooms: [], population: 'all' }],
  ['a failed list', { outcomes: { list: 'failed' } }],
  ['failed details', { outcomes: { detail: 'failed' } }],
  ['a failed site', { outcomes: { site: 'failed' } }],
  ['no recordings, ever', { outcomes: { recordings: 'failed' }, recordings: [] }],
  ['rooms out of sight', { rooms: [{ id: 'open', password: false }] }],
];

const changes: [string, Partial<Config>][] = [
  ['another age', { policies: { recordings: { parameters: { max_age: '30d' } } } }],
  ['a stricter age', { policies: { recordings: { parameters: { max_age: '1h' } } } }],
  ['an attestation', { attestations: [attestation(t0 + 90 * day)] }],
  [
    'both',
    {
      attestations: [attestation(t0 + 90 * day)],
      policies: { recordings: { parameters: { max_age: '30d' } } },
    },
  ],
];

eachStore((open) => {
  describe('judging anew', () => {
    it.each(worlds.flatMap(([of, state]) => changes.map(([by, change]) => [of, by, state, change] as const)))(
      '%s, %s: as a scan that reads the same',
      async (_of, _by, change, config) => {
        const first = [{ id: 'r', age: 20 * 86_400 }];
        const state = () => world({ recordings: change.recordings ?? first });
        const [one, two] = [(await open()).store, (await open()).store];
        const pair = [state(), state()] as const;
        for (const [index, store] of [one, two].entries()) {
          await scan(store, pair[index] as World);
          Object.assign(pair[index] as World, change);
          for (let times = 0; times < 2; times += 1) await scan(store, pair[index] as World);
        }
        expect(await rejudge(one, pair[0], config)).not.toBeNull();
        await scan(two, pair[1], config);
        expect(await standing(one)).toEqual(await standing(two));
        expect(await report(one, pair[0])).toEqual(await report(two, pair[1]));
        await forget(one);
        // The next scan by the same rules finds nothing to tell.
        await scan(one, pair[0], config);
        expect(await told(one)).toEqual([]);
      },
    );

    it('costs nothing where nothing changed', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      await forget(store);
      const before = await store.db.selectFrom('findings').selectAll().execute();
      expect(await rejudge(store, state)).toBeNull();
      expect(await store.db.selectFrom('findings').selectAll().execute()).toEqual(before);
    });

    it('is not asked of a target that was never scanned', async () => {
      const { store } = await open();
      expect(await rejudge(store, world(), { attestations: [attestation(t0 + day)] })).toBeNull();
    });

    it('tells why: a parameter, an attestation and its end', async () => {
      const { store } = await open();
      const state = world({ recordings: [{ id: 'r', age: 20 * 86_400 }] });
      await scan(store, state);
      await forget(store);
      const policies = { recordings: { parameters: { max_age: '30d' } } };
      expect(await rejudge(store, state, { policies })).toBe(1);
      const attestations = [attestation(t0 + day)];
      expect(await rejudge(store, state, { policies, attestations })).toBe(1);
      expect(await rejudge(store, state, { policies, attestations }, t0 + day)).toBeNull();
      expect(await rejudge(store, state, { policies, attestations }, t0 + day + 1)).toBe(1);
      expect(await told(store)).toEqual([
        'resolved recordings parameter',
        'resolved record-kept attestation',
        'unknown record-kept attestation',
      ]);
    });

    it('a policy that is new, of another version, or gone', async () => {
      const { store } = await open();
      const state = world();
      const adapters = new Map([['toy', toyAdapter(state)]]);
      const with_ = (change: (id: string, version: number) => number | null) => {
        const policies = catalogue.policies.flatMap((policy) => {
          const version = change(policy.id, policy.version);
          return version === null ? [] : [{ ...policy, version }];
        });
        const changed = { ...catalogue, policies, policyById: new Map(policies.map((one) => [one.id, one])) };
        return { ...recordDeps(store, state, spool), catalogue: changed, bind: binder(changed, adapters) };
      };
      await scan(store, state);
      await forget(store);
      const gone = with_((id, version) => (id === 'access' ? null : version));
      await rejudgeTarget(gone, target(), state.now);
      const second = with_((id, version) => (id === 'access' ? 2 : version));
      await rejudgeTarget(second, target(), state.now);
      expect(await told(store)).toEqual(['closed access policy', 'reopened access scope']);
      expect(await list(store, { policy: ['access'] })).toMatchObject([
        { policy_version: 2, status: 'open' },
      ]);
    });

    it('by facts that are too old: nobody knows, told once, and what was violated stays', async () => {
      const { store } = await open();
      const rooms = Array.from({ length: 20 }, (_, n) => ({ id: `r${n}`, password: n > 4 }));
      const state = world({ rooms, recordings: [{ id: 'r', age: 20 * 86_400 }] });
      await scan(store, state);
      await forget(store);
      const policies = { recordings: { parameters: { max_age: '30d' } } };
      const deps = recordDeps(store, state, spool, { policies });
      await rejudgeTarget(deps, target(), t0 + 3 * day);
      expect(await told(store)).toEqual(['unknown recordings parameter']);
      const [unknown] = await list(store, { verdict: 'unknown', policy: ['recordings'] });
      expect(unknown).toMatchObject({ affected: 1, reasons: [{ code: 'stale' }] });
      expect(await list(store, { policy: ['recordings'] })).toHaveLength(1);
    });

    it('by an attestation that was given over REST; the file outranks it', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      await forget(store);
      const { origin: _, ...given } = attestation(t0 + 90 * day);
      const { id } = await giveAttestation(store.db, given, 'token:x', t0);
      expect(await rejudge(store, state)).toBe(1);
      await scan(store, state);
      const said = [{ ...attestation(t0 + 90 * day), fields: { value: false } }];
      expect(await rejudge(store, state, { attestations: said })).toBe(1);
      expect(await rejudge(store, state)).toBe(1);
      await revokeAttestation(store.db, id, 'token:x', t0);
      expect(await rejudge(store, state)).toBe(1);
      expect(await told(store)).toEqual([
        'resolved record-kept attestation',
        'reopened record-kept attestation',
        'resolved record-kept attestation',
        'unknown record-kept attestation',
      ]);
    });

    it('what the last scan did not meet, by what was seen of it before', async () => {
      const { store } = await open();
      const state = world({ recordings: [{ id: 'r', age: 20 * 86_400 }] });
      await scan(store, state);
      state.outcomes = { recordings: 'failed', list: 'failed' };
      await scan(store, state);
      await forget(store);
      const policies = { recordings: { parameters: { max_age: '30d' } } };
      expect(await rejudge(store, state, { policies })).toBe(1);
      expect(await told(store)).toEqual(['resolved recordings parameter']);
    });

    it('more than a batch', async () => {
      const { store } = await open();
      const recordings = Array.from({ length: 1_200 }, (_, n) => ({ id: `r${n}`, age: 86_400 * (n % 60) }));
      const state = world({ recordings });
      await scan(store, state);
      await forget(store);
      const policies = { recordings: { parameters: { max_age: '30d' } } };
      expect(await rejudge(store, state, { policies })).toBe(20 * 23);
    });
  });
});
