import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { isKnown } from '../../../adapters/contract/fact.ts';
import { columns, type Table } from '../../../adapters/nextcloud-talk/database/tables.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import { smallWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { factChanges, verdictChanges } from '../../contract/compare.ts';
import { judgeScan } from '../../contract/judge.ts';
import { runProblems } from '../../contract/rules.ts';
import { type Scan, scanTime } from '../../contract/scan.ts';
import { talkSqlite } from './database.ts';
import { type RunOptions, scanWorld } from './harness.ts';

async function damaged(change: (database: DatabaseSync) => void, options: RunOptions = {}): Promise<Scan> {
  const world = smallWorld(scanTime);
  const tables = talkSqlite(world);
  const database = new DatabaseSync(tables.file);
  change(database);
  database.close();
  const { scan } = await scanWorld(world, { anonymous: true, live: true, database: tables.url, ...options });
  await tables.drop();
  return scan;
}

const all = Object.entries(columns) as [Table, readonly string[]][];
/** Free texts, and references that no server lets be anything but numbers. */
const unnoticed = [
  'name',
  'description',
  'token',
  'password',
  'object_id',
  'remote_server',
  'room_id',
  'attendee_id',
  'actor_type',
];
const droppable = all.flatMap(([table, names]) =>
  names
    .filter((name) => !['id', 'fileid'].includes(name))
    .map((name): [Table, string] => [table, name === 'has_password' ? 'password' : name]),
);

describe('a damaged database', () => {
  it('decides nothing, whatever column is missing or spoiled', async () => {
    const before = await damaged(() => {});
    const verdicts = judgeScan(nextcloudTalk as never, before);
    const problems: string[] = [];
    for (const [table, column] of droppable) {
      const changes: [string, string][] = [
        [`${table}.${column} is gone`, `ALTER TABLE oc_${table} DROP COLUMN ${column}`],
      ];
      if (!unnoticed.includes(column))
        changes.push([`${table}.${column} is spoiled`, `UPDATE oc_${table} SET ${column} = 'g4rb4ge'`]);
      for (const [what, statement] of changes) {
        const after = await damaged((database) => database.exec(statement));
        const found = [
          ...runProblems(nextcloudTalk as never, after, true),
          ...factChanges(before, after),
          ...verdictChanges(verdicts, judgeScan(nextcloudTalk as never, after)),
        ];
        problems.push(...found.slice(0, 3).map((problem) => `${what}: ${problem}`));
      }
    }
    expect(problems).toEqual([]);
  }, 240_000);

  it.each(all.map(([table]) => table))(
    'without %s: the source says which right is missing',
    async (table) => {
      const after = await damaged((database) => database.exec(`DROP TABLE oc_${table}`));
      const fills = [...after.subjects.values()].flatMap(({ facts }) =>
        Object.values(facts).map((fact) => (isKnown(fact) ? '' : (fact.unavailable.fill?.name ?? ''))),
      );
      const named = [...after.outcomes.values()].map(({ reason }) => reason?.fill?.name ?? '');
      expect([...fills, ...named].some((fill) => fill.includes(` ON oc_${table}`))).toBe(true);
      expect(runProblems(nextcloudTalk as never, after, true)).toEqual([]);
    },
  );

  it('of another installation: every room of the account stays, without what the database would tell', async () => {
    const after = await damaged((database) => database.exec('DELETE FROM oc_talk_rooms'), {
      anonymous: false,
    });
    expect(after.outcomes.get('Q1')).toMatchObject({ state: 'complete', count: 0 });
    const room = after.subjects.get('room 4200000021');
    expect(room?.facts.room_oldest_chat_message_age).toMatchObject({ unavailable: { code: 'incomplete' } });
  });

  it('that cannot be opened fails alone', async () => {
    const { scan } = await scanWorld(smallWorld(scanTime), { database: 'sqlite:/nowhere/owncloud.db' });
    expect(scan.errors).toEqual([]);
    expect(scan.outcomes.get('Q1')).toMatchObject({ state: 'failed', reason: { code: 'unreachable' } });
    expect(scan.outcomes.get('RL')?.state).toBe('complete');
    expect(JSON.stringify(scan)).not.toContain('nowhere');
  });
});
