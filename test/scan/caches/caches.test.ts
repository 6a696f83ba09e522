import { describe, expect, it } from 'vitest';
import type { ConfiguredAttestation, ConfiguredWaiver } from '../../../src/config/types.ts';
import { dropBooks } from '../../../src/inventory/books.ts';
import type { Catalogue } from '../../../src/policy/catalogue.ts';
import { checkSettings, type Settings } from '../../../src/policy/compiled.ts';
import { pick, type Random, seeded } from '../../policy/generate.ts';
import { eachStore } from '../../store/helper.ts';
import { config, t0, target } from '../toy.ts';
import { catalogue as whole } from './facts.ts';
import { type Asked, Path, storedIn } from './paths.ts';
import { Server } from './world.ts';

/** `ROOMWARDEN_CACHE_ROUNDS=500` for a long run; `ROOMWARDEN_CACHE_SEED=N` begins with the round that a failure named. */
const rounds = Number(process.env['ROOMWARDEN_CACHE_ROUNDS'] ?? 2);
const firstSeed = Number(process.env['ROOMWARDEN_CACHE_SEED'] ?? 1);
const scans = 6;
const day = 86_400_000;
const origin = { file: 'roomwarden.yaml', line: 1, column: 1 };

/** What people change between two scans. */
class Setup {
  catalogue: Catalogue = whole;
  readonly #random: Random;
  #settings: Settings = {};
  #waivers: ConfiguredWaiver[] = [];
  #attestations: ConfiguredAttestation[] = [];
  #live = false;
  #hides = false;
  #country: string | undefined;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  change(now: number, ids: readonly string[]): void {
    const random = this.#random;
    this.#count += 1;
    switch (
      pick(random, ['none', 'parameter', 'policies', 'waiver', 'attestation', 'live', 'names', 'host'])
    ) {
      case 'parameter':
        this.#parameter();
        return;
      case 'policies':
        this.#policies();
        return;
      case 'waiver':
        if (random() < 0.3) this.#waivers = [];
        else for (let count = 8; count > 0; count -= 1) this.#waive(now, ids);
        return;
      case 'attestation':
        this.#attest(now);
        return;
      case 'live':
        this.#live = !this.#live;
        return;
      case 'names':
        this.#hides = !this.#hides;
        return;
      case 'host':
        this.#country = pick(random, [undefined, 'DE', 'US']);
    }
  }

  asked(): Pick<Asked, 'config' | 'target' | 'catalogue'> {
    const hosting =
      this.#country === undefined ? {} : { hosting: { model: 'saas' as const, country: this.#country } };
    const live = this.#live ? { purpose: 'x' } : null;
    const place = target({ settings: { id: 't', vendor: 'toy', ...hosting }, live: live as never });
    const change = {
      targets: [place],
      policies: this.#settings as never,
      waivers: this.#waivers,
      attestations: this.#attestations,
      privacy: { room_names: this.#hides ? 'pseudonymous' : 'plain', room_ids: 'ref' } as const,
    };
    return { target: place, config: config(change), catalogue: this.catalogue };
  }

  #parameter(): void {
    const random = this.#random;
    const policy = pick(
      random,
      this.catalogue.policies.filter(({ parameters }) => Object.keys(parameters).length > 0),
    );
    const [name, { type, min = 0, max = 1, values = ['x'] }] = pick(
      random,
      Object.entries(policy.parameters),
    );
    const value = {
      bool: random() < 0.5,
      int: pick(random, [min, max, Math.floor((min + max) / 2)]),
      duration: pick(random, [min, max, Math.floor((min + max) / 2)]),
      text: pick(random, values),
      list: values.filter(() => random() < 0.5),
    }[type];
    const settings = { ...this.#settings, [policy.id]: { parameters: { [name]: value } } };
    const fits = checkSettings(this.catalogue, settings).length === 0;
    this.#settings = random() < 0.2 ? {} : fits ? settings : this.#settings;
  }

  /** An update: some policies are gone, some have another version. */
  #policies(): void {
    const random = this.#random;
    const used = Object.keys(this.#settings);
    const policies = whole.policies
      .filter(({ id }) => used.includes(id) || random() < 0.9)
      .map((policy) => (random() < 0.1 ? { ...policy, version: policy.version + this.#count } : policy));
    this.catalogue = { ...whole, policies, policyById: new Map(policies.map((each) => [each.id, each])) };
  }

  #waive(now: number, ids: readonly string[]): void {
    const random = this.#random;
    const waiver = {
      id: `w${this.#count}-${this.#waivers.length}`,
      policy: pick(random, this.catalogue.policies).id,
      target: 't',
      reason: 'r',
      owner: 'o',
      approvedBy: 'office',
      until: now + Math.floor(random() * 3 * day),
      origin,
    };
    const scope = pick(random, [{}, { tag: 'external' }, { room: pick(random, ids) }]);
    this.#waivers = [...this.#waivers, { ...waiver, ...scope }];
  }

  #attest(now: number): void {
    const random = this.#random;
    this.#attestations = this.catalogue.policies
      .filter(({ form }) => form === 'attestation' && random() < 0.5)
      .map(({ id }) => ({
        policy: id,
        target: 't',
        fields: pick(random, [{ value: true }, { value: false }, {}, { declared_not_applicable: 'so' }]),
        attestedAt: now - day,
        validUntil: pick(random, [null, now + 2 * day]),
        origin,
      }));
  }
}

/** Around the first letter in which they are not the same: of the whole nobody would see it. */
function difference(one: unknown, other: unknown): string {
  const [own, its] = [JSON.stringify(one), JSON.stringify(other)];
  if (own === its) return '';
  let at = 0;
  while (own[at] === its[at]) at += 1;
  return `${own.slice(0, 90)} … ${own.slice(Math.max(0, at - 200), at + 80)} | ${its.slice(at, at + 80)}`;
}

eachStore((open, dialect) => {
  const count = dialect === 'sqlite' ? rounds : Math.ceil(rounds / 5);
  describe('what is remembered while rooms are judged and stored', () => {
    it(`changes nothing in ${count} lives of a server`, { timeout: 36_000_000 }, async () => {
      for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
        const random = seeded(seed);
        const [cached, naive] = [new Path((await open()).store, false), new Path((await open()).store, true)];
        const server = new Server(random);
        const setup = new Setup(random);
        for (let scan = 0; scan < scans; scan += 1) {
          const isLast = scan === scans - 1;
          const now = t0 + scan * day + Math.floor(random() * 3_600_000);
          const asked = (): Asked => ({
            id: `s${scan}`,
            now,
            ...setup.asked(),
            subjects: server.subjects(now, t0),
            sources: server.outcomes(isLast || random() < 0.6),
          });
          if (scan > 0 && random() < 0.8) setup.change(now, server.ids);
          if (scan > 0 && random() < 0.4) {
            const before = { ...asked(), now: now - 1 };
            for (const path of [cached, naive]) await path.rejudge(before);
          }
          if (scan > 0 && random() < 0.8) server.change();
          if (random() < 0.3) cached.restart();
          const given = asked();
          for (const path of [cached, naive]) await path.scan(given);
          const [one, other] = [await storedIn(cached.store), await storedIn(naive.store)];
          for (const name of ['subjects', 'findings', 'targets', 'events'] as const) {
            expect(one[name].length, `${name}, seed ${seed}, scan ${scan}`).toBe(other[name].length);
            for (const [at, row] of one[name].entries()) {
              expect(difference(row, other[name][at]), `${name}, seed ${seed}, scan ${scan}`).toBe('');
            }
          }
          if (random() < 0.5) await dropBooks(cached.store);
        }
        await cached.store.close();
        await naive.store.close();
      }
    });
  });
});
