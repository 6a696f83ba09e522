import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fact, isKnown } from '../../../adapters/contract/fact.ts';
import type { Subject } from '../../../adapters/contract/subject.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import { type SimulatedWorld, smallWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { runProblems } from '../../contract/rules.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Mariadb, mariadbInstalled, startMariadb } from '../../store/mariadb.ts';
import { type TalkTables, talkStored } from './database.ts';
import { scanWorld } from './harness.ts';

const world = smallWorld(scanTime);

/** What is said of everything, without who said it. */
function said(subjects: ReadonlyMap<string, Subject>): Record<string, Record<string, unknown>> {
  const plain = (fact: Fact): unknown => (isKnown(fact) ? fact.value : fact.unavailable);
  return Object.fromEntries(
    [...subjects].map(([key, { facts, name }]) => [
      key,
      {
        name,
        ...Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, plain(value)])),
        // A file has no rights of its own.
        auditor_account_excess_privileges: null,
      },
    ]),
  );
}

function excess(subjects: ReadonlyMap<string, Subject>): unknown {
  const fact = subjects.get('deployment -')?.facts.auditor_account_excess_privileges;
  return isKnown(fact) ? fact.value : fact;
}

const opened: TalkTables[] = [];
let mariadb: Mariadb | undefined;
beforeAll(async () => {
  if (mariadbInstalled) mariadb = await startMariadb();
});
afterAll(async () => {
  for (const tables of opened) await tables.drop();
  await mariadb?.stop();
});

async function open(server: string, of: SimulatedWorld, owner = false): Promise<TalkTables> {
  const tables = await talkStored(server, of, { mariadb, owner });
  opened.push(tables);
  return tables;
}

const servers = ['postgres', ...(mariadbInstalled ? ['mysql'] : [])];
// Visible where it is missing; where it is there, nothing is skipped.
if (!mariadbInstalled) it.skip('MariaDB: mariadbd is not installed', () => {});

describe('the same server in three databases', () => {
  it.each([
    ['with the account', {}],
    ['live', { live: true }],
    ['without an account', { anonymous: true, live: true }],
  ])('says the same %s', async (_, options) => {
    const results = [];
    for (const server of ['sqlite', ...servers]) {
      const { url } = await open(server, world);
      const { scan } = await scanWorld(smallWorld(scanTime), { ...options, database: url });
      expect(runProblems(nextcloudTalk as never, scan, 'live' in options)).toEqual([]);
      expect(scan.outcomes.get('Q1')).toMatchObject({
        population: 'all',
        state: 'complete',
        count: world.rooms.length,
      });
      results.push(said(scan.subjects));
    }
    for (const other of results.slice(1)) expect(other).toEqual(results[0]);
    expect(Object.keys(results[0] ?? {}).length).toBeGreaterThan(20);
  });

  it.each(servers)('%s: the views of the README suffice, and the owner has too much', async (server) => {
    const small = await scanWorld(smallWorld(scanTime), { database: (await open(server, world)).url });
    const great = await scanWorld(smallWorld(scanTime), { database: (await open(server, world, true)).url });
    expect(excess(small.scan.subjects)).toEqual({ items: [], complete: true });
    expect(excess(great.scan.subjects)).toEqual({
      items: ['database_write', 'database_secrets'],
      complete: true,
    });
    const [few, many] = [said(small.scan.subjects), said(great.scan.subjects)];
    for (const facts of Object.values(few)) delete facts['room_recordings_count'];
    for (const [key, facts] of Object.entries(few)) {
      for (const [fact, value] of Object.entries(facts)) {
        if (/recording/.test(fact) || /contradictions/.test(fact)) continue;
        expect([key, fact, many[key]?.[fact]]).toEqual([key, fact, value]);
      }
    }
    expect(
      [...small.scan.outcomes.values()].filter(({ source }) => /^Q/.test(source)).map(({ state }) => state),
    ).toEqual(Array.from({ length: 7 }, () => 'complete'));
  });
});
