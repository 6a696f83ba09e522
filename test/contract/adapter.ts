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
} from './checks.ts';
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
        const { problems, done, possible, decided, exempt } = await damagedAnswers(bench);
        const exemptions = [...exempt].map(([why, count]) => `${count} exempt (${why})`);
        const tried = `${done} of ${possible} damages against ${decided} decided verdicts`;
        process.stdout.write(`${[`${spec.name}: ${tried}`, ...exemptions].join(', ')}\n`);
        expect(first(problems)).toEqual([]);
      },
      10 * minutes,
    );
  });
}

/** Enough to work with; a broken adapter gives thousands. */
function first(problems: readonly string[]): string[] {
  const unique = [...new Set(problems)];
  const more = unique.length - 40;
  return more > 0 ? [...unique.slice(0, 40), `... and ${more} more`] : unique;
}
