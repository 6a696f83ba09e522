import { type Evidence, type Fact, hole, known, reason } from '../../../adapters/contract/fact.ts';
import type { SourceOutcome } from '../../../adapters/contract/subject.ts';
import type { Config } from '../../../src/config/types.ts';
import { giveWaiver, revokeWaiver } from '../../../src/findings/given.ts';
import { settleWaivers } from '../../../src/findings/settle.ts';
import { findingUid } from '../../../src/findings/uid.ts';
import { giveAttestation, revokeAttestation } from '../../../src/inventory/attestations.ts';
import { attestingPolicies } from '../../../src/scan/bind.ts';
import { headerOf } from '../../../src/scan/collect.ts';
import { waiversFor } from '../../../src/scan/declared.ts';
import { DueWatch } from '../../../src/scan/due.ts';
import { applyScan } from '../../../src/scan/record.ts';
import type { ScanRecord, SubjectRecord } from '../../../src/scan/records.ts';
import { type RejudgeDeps, rejudgeIn, rejudgeTarget } from '../../../src/scan/rejudge.ts';
import { archiveRemoved } from '../../../src/scan/scope.ts';
import type { Store, StoreTransaction } from '../../../src/store/index.ts';
import { config, quiet, target } from '../../scan/toy.ts';
import { rulesOf } from './rules.ts';
import { type Action, keyOf, type Population, type Standing, type Told } from './world.ts';

const lost = reason('unreachable');
/** Never stale: what is too old is tested elsewhere. */
const place = target({ freshness: 100_000 * 86_400 });

/** Drives the real ledger through its own doors: scans, waivers, attestations, judging anew. */
export class Real {
  readonly #store: Store;
  readonly #population: Population;
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly #watch: DueWatch;
  #version = 1;
  #age = 7 * 86_400;
  #now = 0;
  #scans = 0;
  #seq = 0;

  constructor(store: Store, population: Population, now: number) {
    this.#store = store;
    this.#population = population;
    this.#now = now;
    const live = { now: () => this.#now, log: quiet };
    // The configuration changes under it, as it does when a service starts again.
    this.#watch = new DueWatch(
      new Proxy(
        { ...this.#deps(), ...live },
        { get: (_, name) => Reflect.get({ ...this.#deps(), ...live }, name) },
      ),
    );
  }

  async act(action: Action, now: number): Promise<void> {
    this.#now = now;
    const { db } = this.#store;
    switch (action.do) {
      case 'scan':
        return this.#scan(action);
      case 'waive': {
        const { name, finding, approved, tag, ...rest } = action.waiver;
        return this.#settled(async (tx) => {
          const asked = {
            ...rest,
            target: 't',
            reason: 'r',
            owner: 'o',
            ...(tag === undefined ? {} : { tag: 'external' }),
            ...(approved ? { approvedBy: 'office' } : {}),
            ...(finding === undefined ? {} : { finding: this.#uid(finding) }),
          };
          this.#name(name, (await giveWaiver(tx.db, asked, 'token:x', now)).id);
        });
      }
      case 'revoke waiver':
        return this.#settled(async (tx) => void (await revokeWaiver(tx.db, this.#id(action.name), 'x', now)));
      case 'attest': {
        const { name, value, from, until } = action.attestation;
        return this.#store.transaction(async (tx) => {
          const entry = { policy: 'record-kept', target: 't', fields: { value } };
          const given = await giveAttestation(
            tx.db,
            { ...entry, attestedAt: from, validUntil: until },
            'token:x',
            now,
          );
          this.#name(name, given.id);
          await rejudgeIn(tx, this.#deps(), place, now);
        });
      }
      case 'revoke attestation':
        return this.#store.transaction(async (tx) => {
          await revokeAttestation(tx.db, this.#id(action.name), 'token:x', now);
          await rejudgeIn(tx, this.#deps(), place, now);
        });
      case 'parameter':
        this.#age = action.age;
        return void (await rejudgeTarget(this.#deps(), place, now));
      case 'version':
        this.#version = action.version;
        return void (await rejudgeTarget(this.#deps(), place, now));
      case 'remove target':
        return void (await archiveRemoved(this.#deps(), [], now));
      case 'return target':
        return void (await db.selectFrom('meta').selectAll().execute());
      case 'wait':
        return this.#watch.run();
    }
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
  }

  async told(): Promise<Told[]> {
    const rows = await this.#store.db
      .selectFrom('events')
      .select(['seq', 'uid', 'kind', 'cause'])
      .where('seq', '>', this.#seq)
      .orderBy('seq')
      .execute();
    for (const [index, { seq }] of rows.entries()) {
      if (seq !== this.#seq + index + 1) throw new Error(`a gap in the feed at ${seq}`);
    }
    this.#seq = rows.at(-1)?.seq ?? this.#seq;
    return rows.flatMap(({ uid, kind, cause }) =>
      uid === null ? [] : [{ key: this.#keys.get(uid) ?? uid, event: kind, cause: cause ?? '' }],
    );
  }

  /** To be read before `told`: it learns the findings' keys. */
  async standings(): Promise<Map<string, Standing>> {
    const rows = await this.#store.db.selectFrom('findings').selectAll().execute();
    return new Map(
      rows.map((row) => {
        const key = keyOf(row.kind, row.reason_key === null ? row.subject_id : '*', row.policy);
        this.#keys.set(row.uid, key);
        const waiver = row.waiver_json === null ? null : (JSON.parse(row.waiver_json) as { id: string }).id;
        return [
          key,
          {
            status: row.status,
            verdict: row.verdict,
            confirmed: row.confirmed === 1,
            severity: row.severity,
            version: row.policy_version,
            waiver: waiver === null ? null : (this.#names.get(waiver) ?? waiver),
            affected: row.affected,
            opened: row.opened_at,
          },
        ];
      }),
    );
  }

  #name(name: string, id: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }

  #id(name: string): string {
    return this.#ids.get(name) ?? name;
  }

  #uid(key: string): string {
    const known = [...this.#keys].find(([, each]) => each === key)?.[0];
    const [kind = '', id = '', policy = ''] = key.split(' ');
    return known ?? findingUid('t', kind as 'room', id, policy);
  }

  #deps(): RejudgeDeps {
    const change: Partial<Config> = {
      policies: { recordings: { parameters: { max_age: this.#age } } },
      tags: { external: ['x*'] },
      targets: [place],
    };
    return { store: this.#store, key: 'k'.repeat(32), config: config(change), ...rulesOf(this.#version) };
  }

  async #settled(act: (tx: StoreTransaction) => Promise<void>): Promise<void> {
    await this.#store.transaction(async (tx) => {
      await act(tx);
      const deps = this.#deps();
      await settleWaivers(tx, deps.catalogue, 't', await waiversFor(tx.db, deps.config, 't'), this.#now);
    });
  }

  async #scan(action: Extract<Action, { do: 'scan' }>): Promise<void> {
    const deps = this.#deps();
    const id = `s${++this.#scans}`;
    const attesting = attestingPolicies(deps.catalogue);
    const header = headerOf(place, deps.config as Config, { now: () => this.#now, attesting });
    const records = [...this.#records(action)];
    const end = {
      schema: 'roomwarden.scan-end/1' as const,
      target: 't',
      sources: this.#outcomes(action),
      ...(action.plan.kind === 'broken off'
        ? { error: { code: 'RW2006', message: { de: 'x', en: 'x' } } }
        : {}),
    };
    await applyScan(deps, {
      id,
      header,
      end,
      finishedAt: this.#now,
      async *records(): AsyncGenerator<ScanRecord> {
        yield header;
        yield* records;
        yield end;
      },
    });
  }

  #outcomes({ plan }: Extract<Action, { do: 'scan' }>): SourceOutcome[] {
    return (['list', 'detail', 'site', 'recordings'] as const).map((source) => ({
      source,
      population: source === 'list' ? this.#population : 'all',
      state: plan[source],
      count: 0,
      ...(plan[source] === 'complete' ? {} : { reason: lost }),
    }));
  }

  *#records({
    plan,
    rooms,
    recordings,
    presence,
  }: Extract<Action, { do: 'scan' }>): Generator<SubjectRecord> {
    const evidence = (source: string): Evidence => ({
      source,
      locator: 'GET /',
      path: 'value',
      observed_at: this.#now,
      provenance: 'direct',
      force: 'enforced',
    });
    const record = (
      kind: SubjectRecord['kind'],
      id: string,
      facts: SubjectRecord['facts'],
    ): SubjectRecord => ({
      schema: 'roomwarden.subject/1',
      target: 't',
      vendor: 'toy',
      kind,
      id,
      name: null,
      facts,
    });
    const read = (source: 'site' | 'detail', value: boolean | 'torn'): Fact => {
      if (plan[source] === 'failed') return hole(lost, evidence(source));
      return value === 'torn'
        ? hole(reason('conflicting'), evidence(source))
        : known(value, evidence(source));
    };
    yield record('deployment', '-', { presence_status_feature_enabled: read('site', presence) });
    for (const room of plan.list === 'failed' ? [] : rooms) {
      if (plan.list === 'partial' && !plan.listed.has(room.id)) continue;
      yield record('room', room.id, {
        room_kind: known('conference', evidence('list')),
        room_conference_possible: known(true, evidence('list')),
        room_recording_allowed: known(room.recordable, evidence('list')),
        room_tags: known(
          { items: room.tagged ? ['external'] : [], complete: true },
          evidence('configuration'),
        ),
        room_password_required: read('detail', room.password),
        room_waiting_room_enabled: read('detail', false),
      });
    }
    for (const { id, room, made } of plan.recordings === 'failed' ? [] : recordings) {
      yield record('recording', id, {
        'recording.state': known('published', evidence('recordings')),
        'recording.age': known(Math.floor((this.#now - made) / 1000), evidence('recordings')),
        'recording.room_id': known(room, evidence('recordings')),
      });
    }
  }
}
