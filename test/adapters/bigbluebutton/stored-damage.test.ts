import { describe, expect, it } from 'vitest';
import { allowedApiCalls } from '../../../adapters/bigbluebutton/calls.ts';
import { allowedGreenlightCalls } from '../../../adapters/bigbluebutton/greenlight.ts';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { grants } from '../../../adapters/bigbluebutton/statements.ts';
import { describeStored } from '../../contract/adapter.ts';
import { openBench, run } from '../../contract/bench.ts';
import { changes, damageProblems } from '../../contract/checks.ts';
import type { ContractSpec } from '../../contract/types.ts';
import { startEverything } from './everything.ts';

const spec: ContractSpec = {
  name: 'bigbluebutton with every source',
  adapter: bigbluebutton,
  readOnly: [...allowedApiCalls, ...allowedGreenlightCalls],
  start: () => startEverything(),
  tables: { total: 200 },
  files: {
    total: 160,
    exempt(path, kind) {
      if (!path.startsWith('bbb-web.properties:') || !kind.startsWith('value')) return null;
      if (path.endsWith(':2')) return 'names of features: one that is not known switches nothing off';
      return path.endsWith(':7') ? 'a telephone number may be any text' : null;
    },
  },
};

describeStored(spec);

describe('Greenlight on a real server', () => {
  it('without a table, a column or a right: nothing is decided that was not', async () => {
    const everything = await startEverything();
    const bench = await openBench({ ...spec, start: async () => everything });
    const { run: sql, role } = everything.tables;
    const problems: string[] = [];
    const rights = grants(role, false);
    for (const [away, back] of rights.flatMap((right) => damagesOf(right, role))) {
      await sql(away);
      const after = await run(bench);
      await sql(back);
      // A right less is a right less, and no doubt about it.
      const found = [...damageProblems(bench, after, ''), ...changes(bench, after)].filter(
        (problem) => !/excess_privileges|least-privilege/.test(problem),
      );
      problems.push(...found.slice(0, 3).map((problem) => `${away}: ${problem}`));
      const noticed = [...after.outcomes.values()].some(
        ({ source, state }) => source === 'GS' && state !== 'complete',
      );
      if (!noticed) problems.push(`${away}: not noticed`);
    }
    await everything.close();
    expect(problems).toEqual([]);
  }, 120_000);
});

/** What is taken away, and how it comes back. `GRANT SELECT (a, b) ON t TO role;` */
function damagesOf(right: string, role: string): [string, string][] {
  const [, columns = '', table = ''] = /^GRANT SELECT \((.*)\) ON (\w+) TO/.exec(right) ?? [];
  return [
    [`REVOKE ALL ON ${table} FROM ${role}`, right],
    [`ALTER TABLE ${table} RENAME TO gone`, `ALTER TABLE gone RENAME TO ${table}`],
    ...columns
      .split(', ')
      .map((column): [string, string] => [
        `ALTER TABLE ${table} RENAME COLUMN ${column} TO gone`,
        `ALTER TABLE ${table} RENAME COLUMN gone TO ${column}`,
      ]),
  ];
}
