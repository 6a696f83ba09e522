import { serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reason } from '../../../adapters/contract/fact.ts';
import {
  plantedMessages,
  plantedPersons,
  type SimulatedWorld,
} from '../../../adapters/nextcloud-talk/simulator.ts';
import type { Divided } from '../../contract/divided.ts';
import { type Mariadb, mariadbInstalled, startMariadb } from '../../store/mariadb.ts';
import { storedSecrets, type TalkTables, talkStored } from './database.ts';
import { type RunOptions, scanWorld } from './harness.ts';
import { asking, both, broken, estate, losing, many, others, own, same } from './sliced.ts';

const opened: TalkTables[] = [];
let mariadb: Mariadb | undefined;
beforeAll(async () => {
  if (mariadbInstalled) mariadb = await startMariadb();
});
afterAll(async () => {
  for (const tables of opened) await tables.drop();
  await mariadb?.stop();
});

async function open(server: string, world: SimulatedWorld): Promise<TalkTables> {
  const tables = await talkStored(server, world, { mariadb });
  opened.push(tables);
  return tables;
}

const all = estate().rooms.length;
const cases: [string, number, RunOptions][] = [
  ['sqlite', 7, { live: true }],
  ['sqlite', all - 1, {}],
  ['postgres', 1, { live: true }],
  ['postgres', 2, {}],
  ['postgres', 7, { anonymous: true, live: true }],
  ['mysql', 1, { anonymous: true }],
  ['mysql', 11, { live: true }],
];
// Visible where it is missing; where it is there, nothing is skipped.
if (!mariadbInstalled) it.skip('MariaDB: mariadbd is not installed', () => {});

describe('rooms that are collected in slices', () => {
  it.each(cases.filter(([server]) => server !== 'mysql' || mariadbInstalled))(
    '%s, of %i, %o: are those of an undivided scan',
    async (server, size, options) => {
      const { url } = await open(server, estate());
      const how: Divided = { size };
      const found = await both(url, how, options);
      expect(how.ranges).toHaveLength(Math.ceil(all / size));
      same(found);
      expect(found.split.outcomes.get('Q1')).toMatchObject({
        state: 'complete',
        count: all,
        counted: { breakout: 5, foreign: 2, direct: 2 },
      });
    },
  );

  it('a target of no more rooms is not divided', async () => {
    const { url } = await open('sqlite', estate());
    const how: Divided = { size: all };
    same(await both(url, how));
    expect(how.ranges).toBeUndefined();
  });

  it('batches end and begin within slices', async () => {
    const world = { ...estate(), rooms: many(1_201) };
    const { url } = await open('sqlite', world);
    const how: Divided = { size: 600 };
    const found = await both(url, how, {}, world);
    same(found);
    expect(how.ranges?.map(({ from, to }) => [from, to])).toEqual([
      ['0', '601'],
      ['601', '1201'],
      ['1201', null],
    ]);
    expect(found.split.outcomes.get('Q1')).toMatchObject({ state: 'complete', count: 1_201 });
  });

  it('rooms that only the API shows are told as without slices', async () => {
    const { url } = await open('sqlite', { ...estate(), rooms: [...own, ...others] });
    const how: Divided = { size: 4 };
    const found = await both(url, how);
    same(found);
    expect(found.split.outcomes.get('Q1')).toMatchObject({ count: own.length + others.length });
    expect(found.split.subjects.has('room 4200000021')).toBe(true);
  });

  it.each([
    ['a table', 'DROP TABLE oc_comments'],
    ['sessions, live', 'DROP TABLE oc_talk_sessions'],
    ['attendees', 'DROP TABLE oc_talk_attendees'],
    ['parents of breakout rooms', 'ALTER TABLE oc_talk_rooms DROP COLUMN object_id'],
    ['recordings in breakout rooms', 'ALTER TABLE oc_talk_rooms DROP COLUMN call_recording'],
    ['whether rooms have any', 'ALTER TABLE oc_talk_rooms DROP COLUMN breakout_room_mode'],
    ['files of breakout rooms', 'ALTER TABLE oc_talk_attachments DROP COLUMN object_type'],
    ['recordings', 'DROP TABLE oc_roomwarden_recordings'],
    ['rooms', 'ALTER TABLE oc_talk_rooms DROP COLUMN token'],
  ])('a database that does not show %s', async (_name, statement) => {
    const { url, run } = await open('sqlite', estate());
    await run(statement);
    same(await both(url, { size: 7 }, { live: true }));
  });

  it('numbers of breakout rooms that cannot be read leave the same open', async () => {
    const { url } = await open('sqlite', estate());
    const sql = asking(async function* (name, rows) {
      for await (const row of rows()) yield name === 'breakout rooms' ? { ...row, n: 'many' } : row;
    });
    const found = await both(url, { size: 7 }, { live: true, sql });
    same(found);
    expect(found.split.subjects.get('room 6200000006')?.facts.meeting_recording_in_progress).toMatchObject({
      unavailable: { code: 'incomplete' },
    });
  });

  it('rows that cannot be told from others are counted once', async () => {
    const { url, run } = await open('sqlite', estate());
    await run(`INSERT INTO oc_talk_rooms (id, token, type, object_type, object_id) VALUES
      (901, '?', 2, '', ''), (902, '!', 2, '', ''), (903, '6300000001', 2, 'room', '!')`);
    const found = await both(url, { size: 7 });
    same(found);
    expect(found.split.outcomes.get('Q1')).toMatchObject({
      state: 'partial',
      count: all + 1,
      reason: { detail: '2 rows without a token of their own' },
    });
  });

  it('what comes and goes meanwhile is told once, or not at all', async () => {
    const world = { ...estate(), rooms: many(9) };
    const { url, run } = await open('sqlite', world);
    const how: Divided = {
      size: 3,
      async before() {
        // Rooms at both borders are gone; one lies in a gap, one behind the last.
        await run('DELETE FROM oc_talk_rooms WHERE id IN (3, 4, 6, 7)');
        await run(`INSERT INTO oc_talk_rooms (id, token, type, name, object_type, object_id) VALUES
          (6, 'between', 2, 'b', '', ''), (4000, 'behind', 2, 'z', '', '')`);
      },
    };
    const { split } = await both(url, how, {}, world);
    const ids = split.items.flatMap((item) => ('subject' in item ? [item.subject.id] : []));
    const kept = [0, 1, 4, 7, 8].map((place) => `7${String(place).padStart(5, '0')}`);
    expect(ids.sort()).toEqual(['-', ...kept, 'behind', 'between'].sort());
    expect(split.outcomes.get('Q1')).toMatchObject({ state: 'complete', count: 7 });
  });

  it('a room that the API shows and that is stored or deleted meanwhile is told once', async () => {
    const world = estate();
    const [first, second] = ['4200000021', '4200000022'];
    const { url, run } = await open('sqlite', {
      ...world,
      rooms: world.rooms.filter(({ token }) => token !== first),
    });
    const { split } = await both(url, {
      size: 5,
      async before() {
        await run(`UPDATE oc_talk_rooms SET token = '${first}' WHERE token = '${second}'`);
        await run(`INSERT INTO oc_talk_rooms (id, token, type, name, object_type, object_id) VALUES
          (905, '${first}', 2, 'late', '', '')`);
      },
    });
    const ids = split.items.flatMap((item) => ('subject' in item ? [item.subject.id] : []));
    expect(ids.filter((id) => id === first || id === second)).toHaveLength(2);
    expect(split.subjects.get(`room ${first}`)?.facts.room_oldest_chat_message_age).toMatchObject({
      unavailable: { code: 'incomplete' },
    });
    expect(split.outcomes.get('Q1')?.state).toBe('complete');
  });

  it('a room that comes after its breakout rooms were counted makes the list partial', async () => {
    const { url, run } = await open('sqlite', estate());
    const { split } = await both(url, {
      size: 5,
      before: () =>
        run(`INSERT INTO oc_talk_rooms (id, token, type, name, object_type, object_id) VALUES
          (905, 'gonewithit', 2, 'late', '', '')`),
    });
    expect(split.subjects.has('room gonewithit')).toBe(false);
    expect(split.outcomes.get('Q1')).toMatchObject({ state: 'partial', reason: { code: 'incomplete' } });
  });

  it.each([
    ['rooms', 'rooms of a slice', 'Q1', 'partial', 11],
    ['messages', 'messages', 'Q3', 'failed', 0],
  ])('a slice whose %s do not come', async (_name, statement, source, state, missing) => {
    const { url } = await open('sqlite', { ...estate(), rooms: many(33) });
    const world = { ...estate(), rooms: [] };
    const { split } = await both(url, { size: 11 }, { sql: broken(statement, 11) }, world);
    expect(split.outcomes.get(source)).toMatchObject({ state, reason: { detail: 'statement timeout' } });
    expect(split.outcomes.get('Q1')).toMatchObject({ count: 33 - missing });
    expect(split.subjects.size).toBe(1 + 33 - missing);
    for (const other of ['Q2', 'Q4', 'Q5', 'Q6'])
      expect(split.outcomes.get(other)).toMatchObject({ state: 'complete' });
  });

  it('a database that is lost in one slice is lost for all that it gives', async () => {
    const { url } = await open('sqlite', { ...estate(), rooms: many(33) });
    const lost = reason('unreachable', 'connection reset');
    const options: RunOptions = { sql: broken('participants', 11, lost) };
    const { split } = await both(url, { size: 11 }, options, { ...estate(), rooms: [] });
    for (const source of ['QC', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6'])
      expect(split.outcomes.get(source)).toMatchObject({ state: 'failed', reason: lost });
    expect(split.outcomes.get('Q1')).toMatchObject({ state: 'partial', reason: lost, count: 33 });
  });

  it('where rooms by their tokens do not come, nothing is divided, and the list is not complete', async () => {
    const { url } = await open('sqlite', estate());
    const how: Divided = { size: 5 };
    const { split } = await both(url, how, { sql: broken('rooms by token') });
    expect(how.ranges).toBeUndefined();
    expect(split.outcomes.get('Q1')).toMatchObject({ state: 'failed', count: 0 });
    expect(split.subjects.has('room 4200000021')).toBe(true);
  });

  it('where the places to cut do not come, nothing is divided and nothing is missing', async () => {
    const { url } = await open('sqlite', estate());
    const how: Divided = { size: 5 };
    const found = await both(url, how, { sql: broken('cuts') });
    same(found);
    expect(how.ranges).toBeUndefined();
    expect(found.split.outcomes.get('Q1')).toMatchObject({ state: 'complete', count: all });
  });

  it('slices that nobody collects make the list partial', async () => {
    const { url } = await open('sqlite', estate());
    const lost = reason('unreachable', 'nobody');
    const whole = (await scanWorld(estate(), { database: url })).scan;
    const split = (await scanWorld(estate(), { database: url, adapter: losing(lost) })).scan;
    expect(split.outcomes.get('Q1')).toMatchObject({ state: 'partial', reason: lost });
    // What the account sees is there all the same, and so are parents of breakout rooms.
    for (const key of ['room 4200000021', 'room 6100000002', 'room 6100000009'])
      expect(split.subjects.get(key)).toEqual(whole.subjects.get(key));
    expect(split.subjects.has('room 6200000005')).toBe(false);
    for (const source of ['RL', 'LR', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6'])
      expect(split.outcomes.get(source)).toEqual(whole.outcomes.get(source));
  });

  it('a slice asks nothing that holds for all rooms', async () => {
    const { url } = await open('sqlite', estate());
    const asked: string[] = [];
    let slices = false;
    await both(
      url,
      {
        size: all - 1,
        async before() {
          slices = true;
        },
      },
      {
        live: true,
        sql: asking((name, rows) => {
          if (slices) asked.push(name);
          return rows();
        }),
      },
    );
    expect([...new Set(asked)].sort()).toEqual([
      'messages',
      'participants in calls',
      'rooms',
      'rooms of a slice',
      'shared files',
    ]);
  });

  it('no secrets, persons, names or ids of what is told elsewhere are handed over', async () => {
    const { url } = await open('sqlite', estate());
    const how: Divided = { size: 5 };
    await both(url, how, { live: true });
    const bytes = serialize(how.basis).toString('latin1');
    const { user, password } = estate();
    const tokens = ['4100000014', '4200000021', '6100000009', '6100000001', 'gonewithit'];
    for (const text of [...plantedPersons, ...plantedMessages, ...storedSecrets, ...tokens, user, password])
      expect(bytes).not.toContain(text);
    for (const text of ['revision', 'Projekt', 'Haushaltsrunde', 'signaling'])
      expect(bytes).not.toContain(text);
    expect(bytes).toContain('6100000002');
  });
});
