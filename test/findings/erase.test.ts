import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { expect, it } from 'vitest';
import { roomRef } from '../../src/access/ref.ts';
import { eraseRoom } from '../../src/findings/erase.ts';
import { listEvents } from '../../src/findings/events.ts';
import { FeedWriter } from '../../src/findings/feed.ts';
import { roomRecords } from '../../src/findings/room.ts';
import { findingUid } from '../../src/findings/uid.ts';
import type { FindingsTable, Store } from '../../src/store/index.ts';
import { scan } from '../scan/recording.ts';
import { catalogue, t0, world } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { sample } from './rows.ts';

const key = 'k'.repeat(32);
/** Everything that would break a careless search: quotes, wildcards, slashes. */
const secret = 'geheim%_"\\/raum-77';
const alias = 'alias-of-geheim-77';
const policies = [...catalogue.policyById.keys()];
const asked = (room: string) => ({ target: 't', room, policies, refOf: (id: string) => roomRef(key, id) });
const by = { actor: 'cli', now: t0 + 86_400_000 };

async function everything(store: Store, without: readonly string[] = []): Promise<string> {
  const loose = store.db as unknown as Kysely<Record<string, Record<string, unknown>>>;
  const names = (await store.db.introspection.getTables()).map((table) => table.name);
  const rows: Record<string, unknown> = {};
  for (const name of names.filter((each) => !without.includes(each)))
    rows[name] = await loose.selectFrom(name).selectAll().execute();
  return JSON.stringify(rows);
}

/** A room with findings that came and went, a recording, a waiver, a note, a dead letter; and others that stay. */
async function filled(store: Store): Promise<void> {
  const state = world({
    rooms: [
      { id: secret, name: 'Zimmer Geheim', password: false, aliases: [alias] },
      { id: 'geheimXX"X/raum-77', password: false },
      { id: 'other', password: false },
    ],
  });
  await scan(store, state);
  const [room] = state.rooms;
  if (room !== undefined) room.password = true;
  await scan(store, state);
  if (room !== undefined) room.password = false;
  await scan(store, state);
  const recording = {
    ...sample.subjects,
    kind: 'recording' as const,
    id: 'rec-geheim',
    facts_json: JSON.stringify({ 'recording.room_id': { value: secret, evidence: [] } }),
  };
  const aggregate: FindingsTable = {
    ...sample.findings,
    uid: 'aggregate',
    subject_id: '',
    subject_ref: '',
    reason_key: 'x',
    detail_json: JSON.stringify({
      facts: {},
      evidence: [{ fact: 'room_kind', locator: `GET /rooms/${encodeURIComponent(secret)}/options` }],
      reasons: [],
      met: [],
    }),
  };
  const uid = findingUid('t', 'recording', 'rec-geheim', 'recordings');
  const ofRecording = { ...sample.findings, uid, kind: 'recording' as const, subject_id: 'rec-geheim' };
  await store.transaction(async (tx) => {
    await tx.bulkUpsert('subjects', [recording]);
    await tx.bulkUpsert('findings', [aggregate, ofRecording]);
    const feed = new FeedWriter(tx, null);
    await feed.finding('unknown', aggregate, 'facts', t0);
    await feed.finding('opened', ofRecording, 'facts', t0);
    await feed.flush();
  });
  await store.db
    .insertInto('waivers')
    .values([
      { ...sample.waivers, id: 'w1', room: secret, reason: 'Geheimes Gespräch' },
      { ...sample.waivers, id: 'w2', finding: findingUid('t', 'room', secret, 'access') },
      { ...sample.waivers, id: 'w3', room: 'other' },
    ])
    .execute();
  await store.db
    .insertInto('notes')
    .values({ ...sample.notes, room: secret })
    .execute();
  const [first] = await store.db
    .selectFrom('events')
    .select('seq')
    .where('uid', '=', findingUid('t', 'room', secret, 'access'))
    .execute();
  await store.db
    .insertInto('dead_letters')
    .values({ ...sample.dead_letters, seq: first?.seq ?? 0 })
    .execute();
}

const pages = async (store: Store) => {
  const seqs: number[] = [];
  const all = [];
  let after: string | undefined;
  for (;;) {
    const query = { visible: null, limit: 2, ...(after === undefined ? {} : { after }) };
    const page = await listEvents({ store, catalogue }, query, 'ref');
    seqs.push(...page.events.map((event) => event.seq));
    all.push(...page.events);
    after = page.next_cursor;
    if (!page.has_more) return { seqs, all };
  }
};

eachStore((open) => {
  it.each([
    ['id', secret],
    ['alias', alias],
    ['ref', roomRef(key, secret)],
  ])('by %s: leaves no trace in any table, and no gap in the feed', async (_, room) => {
    const { store, location } = await open();
    await filled(store);
    const traces = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), alias];
    traces.push('Zimmer Geheim', 'rec-geheim', 'Geheimes', findingUid('t', 'room', secret, 'access'));
    const before = await pages(store);
    const found = await roomRecords(store.db, asked(room));
    const told = JSON.stringify(found);
    for (const trace of ['Zimmer Geheim', 'rec-geheim', 'Geheimes', alias]) expect(told).toContain(trace);
    expect(told).not.toContain('"other"');

    const erased = await eraseRoom(store, asked(room), by);
    expect(erased).toMatchObject({ ref: roomRef(key, secret), subjects: 2, waivers: 2, mentions: 2 });
    expect(erased?.uids).toContain(findingUid('t', 'room', secret, 'access'));
    const left = await everything(store);
    for (const trace of traces.map((text) => JSON.stringify(text).slice(1, -1)))
      expect(left).not.toContain(trace);
    expect(await everything(store, ['audit_log'])).not.toContain(roomRef(key, secret));

    const after = await pages(store);
    expect(after.seqs).toEqual(before.seqs);
    expect(after.all.map(({ id, at, event, target }) => [id, at, event, target])).toEqual(
      before.all.map(({ id, at, event, target }) => [id, at, event, target]),
    );
    const emptied = after.all.filter((event) => event.erased);
    expect(emptied).toHaveLength(erased?.events ?? 0);
    expect(emptied.length).toBeGreaterThan(3);
    for (const event of emptied)
      expect([event.uid, event.finding, event.cause]).toEqual([null, undefined, null]);
    expect(left).toContain('geheimXX');
    expect(await store.db.selectFrom('waivers').select('id').execute()).toEqual([{ id: 'w3' }]);
    expect(await store.db.selectFrom('dead_letters').selectAll().execute()).toEqual([]);
    const [entry] = await store.db.selectFrom('audit_log').selectAll().execute();
    expect(entry).toMatchObject({
      actor: 'cli',
      action: 'room.erase',
      object: roomRef(key, secret),
      target: 't',
    });

    for (const nobody of ['nobody', '', '%', '-'])
      expect(await eraseRoom(store, asked(nobody), by)).toBeNull();
    if (location.kind === 'sqlite') {
      expect(await store.tidy()).toBe(true);
      const bytes = readdirSync(dirname(location.file))
        .filter((name) => name.startsWith(basename(location.file)))
        .map((name) => readFileSync(join(dirname(location.file), name), 'latin1'))
        .join('');
      for (const trace of ['Zimmer Geheim', 'rec-geheim', alias]) expect(bytes).not.toContain(trace);
    }
  });

  it('finds a room of which nothing but events is left, and a finding that has lost its traces', async () => {
    const { store } = await open();
    await filled(store);
    await store.db.deleteFrom('subjects').execute();
    await store.db.deleteFrom('findings').execute();
    await store.db.deleteFrom('waivers').execute();
    for (const room of [secret, roomRef(key, secret)]) {
      expect((await roomRecords(store.db, asked(room)))?.events.length).toBeGreaterThan(2);
    }
    expect(await roomRecords(store.db, asked('%'))).toBeNull();
    expect((await eraseRoom(store, asked(secret), by))?.findings).toBe(0);
    expect(await everything(store, ['audit_log'])).not.toContain('Zimmer Geheim');
    const uid = findingUid('t', 'room', secret, 'access');
    await store.db
      .insertInto('findings')
      .values({ ...sample.findings, uid, subject_id: '', subject_ref: '', status: 'closed' })
      .execute();
    expect((await eraseRoom(store, asked(secret), by))?.findings).toBe(1);
  });

  it('goes on recording afterwards: the room is a new one', async () => {
    const { store } = await open();
    const state = world({ rooms: [{ id: 'r', password: false }] });
    await scan(store, state);
    await eraseRoom(store, asked('r'), by);
    const { seqs } = await pages(store);
    await scan(store, state);
    const { all } = await pages(store);
    const fresh = all.filter((event) => event.seq > (seqs.at(-1) ?? 0));
    expect(fresh.map((event) => event.event)).toEqual(['opened', 'heartbeat']);
  });
});
