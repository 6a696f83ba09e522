// longer: one row for every kind of fact, and what can become of a book
import { expect, it } from 'vitest';
import { type Evidence, type FactValue, hole, known, reason } from '../../adapters/contract/fact.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import { eraseRoom } from '../../src/findings/erase.ts';
import { roomRecords } from '../../src/findings/room.ts';
import { BookWriter, dropBooks } from '../../src/inventory/books.ts';
import type { KeptFact, KeptFacts } from '../../src/inventory/facts.ts';
import { FactReader, type Stored, storedColumns } from '../../src/inventory/kept.ts';
import { FactPrints } from '../../src/inventory/prints.ts';
import type { Store } from '../../src/store/index.ts';
import { below, randomOf } from '../faults/random.ts';
import { sample } from '../findings/rows.ts';
import { eachStore } from '../store/helper.ts';

const t0 = Date.UTC(2026, 10, 1);
const seen = (at = t0, more: Partial<Evidence> = {}): Evidence => ({
  source: 'Q1',
  locator: 'SQL: rooms',
  path: 'rooms.setting',
  observed_at: at,
  provenance: 'direct',
  force: 'enforced',
  ...more,
});
const chain: Evidence['chain'] = [
  { layer: 'room', path: 'a', value: null, decides: false },
  { layer: 'server', path: 'b', value: { deep: [1, 'x'] }, decides: true },
];

interface Room {
  id: string;
  name?: string;
  aliases?: string[];
  kind?: 'room' | 'recording';
  facts: KeptFacts;
}

/** As one scan after the other writes them: each of these is one. */
async function write(store: Store, rooms: readonly Room[], now = t0, most?: number): Promise<void> {
  await store.transaction(async (tx) => {
    const told = rooms.map(({ id, name, aliases = [], facts }) => {
      return { names: [id, ...aliases, ...(name === undefined ? [] : [name])], facts };
    });
    const texts = await new BookWriter(tx, 't', now, most).write(told);
    const rows = rooms.map(({ id, kind = 'room', aliases = [], name = null }, index) => {
      const aliases_json = JSON.stringify(aliases);
      return { ...sample.subjects, kind, id, ref: `ref-${id}`, name, aliases_json, ...texts[index] };
    });
    await tx.bulkUpsert('subjects', rows);
  });
}

const rowsOf = (store: Store): Promise<Stored[]> =>
  store.db.selectFrom('subjects').select(storedColumns).orderBy('id').execute();
const booksOf = (store: Store) => store.db.selectFrom('books').selectAll().orderBy('book').execute();
const numbersOf = async (store: Store): Promise<number[]> => [
  ...new Set((await booksOf(store)).map(({ book }) => book)),
];

async function read(store: Store): Promise<Map<string, KeptFacts>> {
  const rows = await rowsOf(store);
  const facts = await new FactReader(store.db).read(rows);
  return new Map(rows.map(({ id }, index) => [id, facts[index] as KeptFacts]));
}

/** The same, with the keys of everything but the list of facts in the same order, so that it has the same hash. */
function expectSame(found: KeptFacts | undefined, facts: KeptFacts): void {
  expect(JSON.stringify(found)).toBe(JSON.stringify(facts));
  const hash = (of: KeptFacts): string => new FactPrints().hash(null, [], of);
  expect(hash(found ?? {})).toBe(hash(facts));
}

const kinds: [string, FactName, KeptFact][] = [
  ['yes', 'room_password_required', known(true, seen())],
  ['no', 'room_password_required', known(false, seen())],
  ['a word of few', 'room_kind', known('conference', seen())],
  ['a word of its own', 'recording.room_id', known('raum', seen())],
  ['a number', 'room_shared_documents_count', known(3, seen())],
  ['nought', 'room_shared_documents_count', known(0, seen())],
  ['a bound', 'room_shared_documents_count', known({ value: 3, bound: 'at_least' as const }, seen())],
  ['an age', 'recording.age', known(86_400, seen())],
  ['an end', 'room_chat_retention', known({ seconds: 60 }, seen())],
  ['no end', 'room_chat_retention', known({ unlimited: true as const }, seen())],
  ['an empty list', 'room_tags', known({ items: [], complete: true as const }, seen())],
  ['a list', 'room_tags', known({ items: ['x', 'y"\\'], complete: true as const }, seen())],
  [
    'half a list',
    'room_contradictions',
    known({ items: [], complete: false as const, missing: reason('throttled', 'später') }, seen()),
  ],
  ['a hole', 'room_kind', hole(reason('not_observable', 'never shown'))],
  [
    'a hole and what fills it',
    'room_kind',
    hole(reason('not_permitted', 'no', fill()), [seen(), seen(t0 + 1)]),
  ],
  ['a chain', 'room_password_required', known(true, seen(t0, { chain }))],
  ['the time of a file', 'room_password_required', known(true, seen(t0, { content_time: t0 - 5_000 }))],
  [
    'several sources at several times',
    'room_password_required',
    known(true, [seen(t0 + 9), seen(t0, { source: 'A' }), seen(t0 + 9), seen(t0 - 9, { source: 'A' })]),
  ],
  ['held', 'room_kind', { ...known('conference', seen()), held: true }],
  ['lost', 'room_kind', { ...known('conference', seen()), held: true, lost: reason('throttled', 'x') }],
  ['keys in another order', 'room_kind', { evidence: [seen()], value: 'conference' }],
  ['a time that is none', 'room_kind', known('conference', seen(t0 + 0.5))],
  ['letters that need care', 'recording.room_id', known('\u2028"\\ü\n😀', seen())],
];

function fill() {
  return { kind: 'permission', name: 'admin' } as const;
}

eachStore((open) => {
  it('every kind of fact comes back as it was', async () => {
    const { store } = await open();
    for (const [label, name, fact] of kinds) {
      const facts: KeptFacts = { room_link_guessable: known(false, seen(t0 + 7)), [name]: fact };
      await write(store, [
        { id: `${label} 1`, facts },
        { id: `${label} 2`, facts: structuredClone(facts) },
        { id: `${label} 3`, facts: { [name]: fact, ...facts } },
      ]);
    }
    const found = await read(store);
    for (const [label, name, fact] of kinds) {
      const facts: KeptFacts = { room_link_guessable: known(false, seen(t0 + 7)), [name]: fact };
      expectSame(found.get(`${label} 1`), facts);
      expectSame(found.get(`${label} 2`), facts);
      expectSame(found.get(`${label} 3`), { [name]: fact, ...facts });
    }
    expect((await rowsOf(store)).filter(({ book }) => book === null)).toEqual([]);
  });

  it('rows of earlier versions are read as they are, beside others and until they are written again', async () => {
    const { store } = await open();
    const facts = { room_kind: known('conference', seen()), room_tags: known(list('x'), seen(t0 + 1)) };
    const old = { ...sample.subjects, id: 'old', ref: 'old', facts_json: JSON.stringify(facts) };
    await store.db.insertInto('subjects').values(old).execute();
    await write(store, [
      { id: 'one', facts },
      { id: 'two', facts },
    ]);
    for (const id of ['old', 'one', 'two']) expectSame((await read(store)).get(id), facts);
    expect((await rowsOf(store)).map(({ book }) => book === null)).toEqual([true, false, false]);
    const some = await new FactReader(store.db).read(await rowsOf(store), new Set(['room_tags']));
    expect(some).toEqual(Array.from({ length: 3 }, () => ({ room_tags: facts.room_tags })));
    await write(store, [{ id: 'old', facts }]);
    expectSame((await read(store)).get('old'), facts);
    expect((await rowsOf(store)).filter(({ book }) => book === null)).toEqual([]);
  });

  it('what one subject alone has stays with it; what it has of others is found by a later scan', async () => {
    const { store } = await open();
    const facts = { room_kind: known('conference', seen()) };
    await write(store, [{ id: 'one', facts }]);
    expect(await booksOf(store)).toEqual([]);
    expect((await rowsOf(store))[0]?.book).toBe(null);
    await write(store, [
      { id: 'two', facts },
      { id: 'three', facts },
    ]);
    const before = await booksOf(store);
    await write(store, [{ id: 'one', facts: { room_kind: known('conference', seen(t0 + 60_000)) } }], t0 + 1);
    expect(await booksOf(store)).toEqual(before);
    expect((await rowsOf(store))[0]).toMatchObject({
      book: t0,
      facts_json: expect.stringMatching(/^\[\d+,/),
    });
  });

  it('the same fact of many rooms is one object', async () => {
    const { store } = await open();
    const facts = { room_kind: known('conference', seen()), room_shared_documents_count: known(3, seen()) };
    await write(
      store,
      ['r-a', 'r-b', 'r-c'].map((id) => ({ id, facts })),
    );
    const [one, two] = [...(await read(store)).values()];
    expect(one?.room_kind).toBe(two?.room_kind);
    expect(one?.room_shared_documents_count?.evidence).toBe(two?.room_shared_documents_count?.evidence);
  });

  it('random facts of random scans are always those of the last', async () => {
    const { store } = await open();
    const random = randomOf(20_261_122);
    const pick = <T>(from: readonly T[]): T => from[below(random, from.length)] as T;
    const expected = new Map<string, KeptFacts>();
    const value = (): FactValue =>
      pick<FactValue>([
        true,
        false,
        'x',
        'room',
        7,
        { value: 7, bound: 'at_most' },
        { seconds: 9 },
        list('"'),
      ]);
    const line = (): Evidence => {
      const id = pick(['', '/room-1', '/room-2', '/list']);
      const at = t0 + below(random, 3);
      const more = { locator: `GET /x${id}`, source: pick(['A', 'B']), path: `p${below(random, 9)}` };
      return seen(at, pick([more, { ...more, chain }]));
    };
    const names = kinds.map(([, name]) => name);
    const draw = (): KeptFact => {
      const lines = Array.from({ length: below(random, 3) }, line);
      const fact = known(value(), lines);
      return pick<KeptFact>([fact, fact, { ...fact, held: true }, hole(reason('throttled'), lines)]);
    };
    let few: KeptFact[] = [];
    const begun = new Set<number>();
    for (let scan = 0; scan < 25; scan += 1) {
      if (scan % 3 === 0) few = Array.from({ length: 12 }, draw);
      // Others of which nothing but the value differs.
      const alike = (fact: KeptFact): KeptFact => ('value' in fact ? { ...fact, value: value() } : fact);
      const rooms = new Map<string, KeptFacts>();
      for (let count = 1 + below(random, 14); count > 0; count -= 1) {
        const of = Array.from(
          { length: below(random, 6) },
          () => [pick(names), pick([pick(few), alike(pick(few))])] as const,
        );
        rooms.set(`room-${below(random, 30)}`, Object.fromEntries(of));
      }
      // Small books, so that many are begun.
      await write(
        store,
        [...rooms].map(([id, facts]) => ({ id, facts })),
        t0 + scan,
        12,
      );
      for (const [id, facts] of rooms) expected.set(id, facts);
      for (const number of await numbersOf(store)) begun.add(number);
      if (scan % 4 === 0) await dropBooks(store);
      const found = await read(store);
      for (const [id, facts] of expected) expectSame(found.get(id), facts);
    }
    expect(begun.size).toBeGreaterThan(3);
    await dropBooks(store);
    const used = new Set((await rowsOf(store)).flatMap(({ book }) => book ?? []));
    expect(new Set(await numbersOf(store))).toEqual(used);
  });

  it('books grow until they are full; one that no room needs goes, another never', async () => {
    const { store } = await open();
    const facts = (path: string) => ({ room_kind: known('conference', seen(t0, { path })) });
    const pair = (one: string, path: string) =>
      [`${one}1`, `${one}2`].map((id) => ({ id, facts: facts(path) }));
    await write(store, pair('a', 'p1'), t0, 3);
    await write(store, pair('b', 'p2'), t0 + 1, 3);
    expect(await numbersOf(store)).toEqual([t0]);
    await write(store, pair('c', 'p3'), t0 + 2, 3);
    expect(await numbersOf(store)).toEqual([t0, t0 + 2]);
    expect(await dropBooks(store)).toBe(0);
    await write(store, [...pair('a', 'p3'), ...pair('b', 'p3')], t0 + 3, 3);
    expect(await dropBooks(store)).toBe(3);
    expect(await numbersOf(store)).toEqual([t0 + 2]);
    for (const found of (await read(store)).values()) expectSame(found, facts('p3'));
    await store.db.deleteFrom('subjects').execute();
    expect(await dropBooks(store)).toBe(2);
    // A number is never given twice: a reader may still hold a row that names it.
    await write(store, pair('a', 'p1'), t0 + 4, 3);
    expect(await numbersOf(store)).toEqual([t0 + 4]);
  });

  it('books of one target are nothing to another', async () => {
    const { store } = await open();
    const facts = { room_kind: known('conference', seen()) };
    await write(
      store,
      ['r-a', 'r-b'].map((id) => ({ id, facts })),
    );
    await store.db.insertInto('books').values({ target: 'other', book: t0, number: 0, text: '{}' }).execute();
    expect(await dropBooks(store)).toBe(1);
    expectSame((await read(store)).get('r-a'), facts);
  });

  it('a row that was read before its book went is read again', async () => {
    const { store } = await open();
    const facts = (kind: string) => ({ room_kind: known(kind, seen()) });
    await write(
      store,
      ['r-a', 'r-b', 'r-gone'].map((id) => ({ id, facts: facts('conference') })),
    );
    const before = await rowsOf(store);
    await store.db.deleteFrom('subjects').where('id', '=', 'r-gone').execute();
    await write(
      store,
      ['r-a', 'r-b'].map((id) => ({ id, facts: facts('group') })),
      t0 + 1,
      2,
    );
    expect(await dropBooks(store)).toBeGreaterThan(0);
    expect(await new FactReader(store.db).read(before)).toEqual([facts('group'), facts('group'), {}]);
    await store.db.deleteFrom('books').execute();
    await expect(new FactReader(store.db).read(await rowsOf(store))).rejects.toThrow('lacks');
  });

  const id = 'Ge/heim "77"';
  it.each<[string, Partial<Evidence>]>([
    ['the id', { locator: `GET /rooms/${id}` }],
    ['the id in an address', { locator: `GET /rooms/${encodeURIComponent(id)}/x` }],
    ['the id in lower case', { path: id.toLowerCase() }],
    ['an alias', { path: 'rooms[ge-heim-alias]' }],
    ['the name', { chain: [{ layer: 'room', path: 'x', value: 'Zimmer Geheim', decides: true }] }],
  ])(
    'nothing that holds %s comes into a book, and nothing of it is left when it is erased',
    async (_, more) => {
      const { store } = await open();
      const facts = { room_kind: known('conference', seen(t0, more)), room_tags: known(list('x'), seen()) };
      const recording = { ...facts, 'recording.room_id': known(id, seen()) };
      await write(store, [
        { id, aliases: ['ge-heim-alias'], name: 'Zimmer Geheim', facts },
        { id: 'other', facts: { room_tags: facts.room_tags } },
      ]);
      // Recordings know the room by its id alone.
      await write(
        store,
        ['r1', 'r2'].map((each) => ({ id: each, kind: 'recording' as const, facts: recording })),
        t0 + 1,
      );
      expect(await booksOf(store)).not.toEqual([]);
      const asked = { target: 't', room: id, policies: [], refOf: (each: string) => `ref-${each}` };
      const records = await roomRecords(store.db, asked);
      expect(records?.subjects.map((row) => row.id)).toEqual([id, 'r1', 'r2']);
      const [first, ...recordings] = (records?.subjects ?? []).map((row) => JSON.parse(row.facts_json));
      expectSame(first, facts);
      for (const each of recordings) expectSame(each, recording);
      await eraseRoom(store, asked, { actor: 'cli', now: t0 });
      const left = JSON.stringify([await rowsOf(store), await booksOf(store)]).toLowerCase();
      for (const word of [id, encodeURIComponent(id)]) expect(left).not.toContain(word.toLowerCase());
      expectSame((await read(store)).get('other'), { room_tags: facts.room_tags });
      if (more.locator === undefined && more.path !== id.toLowerCase()) return;
      for (const word of ['heim "77"', 'heim%20']) expect(left).not.toContain(word);
    },
  );
});

const list = (...items: string[]) => ({ items, complete: true as const });

eachStore((open) => {
  it('rooms with names that stand in every text cost others nothing', async () => {
    const { store } = await open();
    const facts = { room_kind: known('conference', seen()) };
    await write(
      store,
      ['e', 'value', 'a', 'b-1', 'b-2'].map((id) => ({ id, facts })),
    );
    const rows = await rowsOf(store);
    expect(rows.map(({ book }) => book)).toEqual(Array.from({ length: 5 }, () => t0));
    for (const found of (await read(store)).values()) expectSame(found, facts);
  });
});
