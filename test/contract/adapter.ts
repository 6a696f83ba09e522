import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import {
  callsAreAllowed,
  damagedAnswers,
  factsAreDeclared,
  faultIsSeen,
  nothingLeaks,
  oneFailedLogin,
  tlsErrorIsSeen,
  type WireResult,
} from './checks.ts';
import { damagedFiles, damagedTables } from './stored.ts';
import { type ContractSpec, type FaultName, faults } from './types.ts';

export { garbage, type Mutation } from './mutations.ts';
export type { ContractSpec, FaultName, FaultOverrides, MutationOptions, Started } from './types.ts';

const minutes = 60_000;

/** The promises of an adapter, kept against its own simulator. Every vendor's test calls this once. */
export function describeAdapter(spec: ContractSpec): void {
  describe(`contract: ${spec.name}`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await openBench(spec);
    });
    afterAll(() => bench.started.close());

    it('only allowed calls are made', () => {
      expect(callsAreAllowed(bench)).toEqual([]);
    });

    it('facts, sources and order are as declared', async () => {
      expect(first(await factsAreDeclared(bench))).toEqual([]);
    });

    it('no secret, person, message or join address comes out', async () => {
      expect(first(await nothingLeaks(bench))).toEqual([]);
    });

    it.each(Object.keys(faults) as FaultName[])(
      'fault %s: the right reason, no new value, the others go on',
      async (name) => {
        expect(first(await faultIsSeen(bench, name))).toEqual([]);
      },
      2 * minutes,
    );

    it('fault TLS: the right reason, no new value', async () => {
      expect(first(await tlsErrorIsSeen(bench))).toEqual([]);
    });

    it('one failed login is the last', async () => {
      expect(await oneFailedLogin(bench)).toEqual([]);
    });

    it(
      'a damaged answer never decides what was not decided so before',
      async () => {
        const result = await damagedAnswers(bench);
        tell(spec, 'damages', result);
        expect(first(result.problems)).toEqual([]);
      },
      10 * minutes,
    );

    storedTests(spec, () => bench);
  });
}

/** The same for databases and files alone. */
export function describeStored(spec: ContractSpec): void {
  describe(`contract: ${spec.name}`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await openBench(spec);
    });
    afterAll(() => bench.started.close());

    it('no secret, person, message or join address comes out', async () => {
      expect(first(await nothingLeaks(bench))).toEqual([]);
    });

    storedTests(spec, () => bench);
  });
}

function storedTests(spec: ContractSpec, bench: () => Bench): void {
  it(
    'a damaged answer of a database never does',
    async () => {
      const result = await damagedTables(bench());
      if (result.possible > 0) tell(spec, 'damages to tables', result);
      expect(first(result.problems)).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'a damaged file never does',
    async () => {
      const result = await damagedFiles(bench());
      if (result.possible > 0) tell(spec, 'damages to files', result);
      expect(first(result.problems)).toEqual([]);
    },
    5 * minutes,
  );
}

function tell(spec: ContractSpec, what: string, result: WireResult): void {
  const { done, possible, decided, exempt } = result;
  const exemptions = [...exempt].map(([why, count]) => `${count} exempt (${why})`);
  const tried = `${done} of ${possible} ${what} against ${decided} decided verdicts`;
  process.stdout.write(`${[`${spec.name}: ${tried}`, ...exemptions].join(', ')}\n`);
}

/** Enough to work with; a broken adapter gives thousands. */
function first(problems: readonly string[]): string[] {
  const unique = [...new Set(problems)];
  const more = unique.length - 40;
  return more > 0 ? [...unique.slice(0, 40), `... and ${more} more`] : unique;
}
