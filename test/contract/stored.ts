import { type Bench, mapTexts, run } from './bench.ts';
import { changes, damageProblems, type WireResult } from './checks.ts';
import { type ChangedFact, changedFacts } from './compare.ts';
import {
  asNobody,
  damagedPlace,
  type FileDamage,
  fileDamagesOf,
  type Mounted,
  mountedFiles,
} from './file-damages.ts';
import { sample } from './mutations.ts';
import { sqlDamagesOf } from './sql-damages.ts';
import type { SqlDamage } from './sql-tape.ts';
import type { StoredExempt } from './types.ts';

function noResult(bench: Bench, possible: number): WireResult {
  const decided = [...bench.verdicts.values()].filter((verdict) => verdict !== 'unknown').length;
  const vacuous = possible > 0 && decided === 0;
  const problems = vacuous ? ['the undamaged run decides nothing, so nothing is proven'] : [];
  return { problems, done: 0, possible, decided, exempt: new Map() };
}

function note(
  result: WireResult,
  damage: SqlDamage | FileDamage,
  problems: readonly string[],
  exempt: StoredExempt | undefined,
): void {
  result.done += 1;
  if (problems.length === 0) return;
  const why = exempt?.(damage.path, damage.kind, problems) ?? null;
  if (why === null) {
    result.problems.push(
      ...problems.slice(0, 5).map((problem) => `${damage.path} ${damage.kind}: ${problem}`),
    );
  } else result.exempt.set(why, (result.exempt.get(why) ?? 0) + 1);
}

/** design.md 6 (b) for databases: whatever one statement loses, each verdict stays or becomes unknown. */
export async function damagedTables(bench: Bench): Promise<WireResult> {
  const { exempt, total = 150 } = bench.spec.tables ?? {};
  const { answers } = bench.tape;
  const statements = [...new Set(answers.map(({ statement }) => statement))];
  const all = statements.flatMap((statement) =>
    sqlDamagesOf(
      statement,
      answers.filter((answer) => answer.statement === statement),
    ),
  );
  const result = noResult(bench, all.length);
  for (const damage of sample(all, total)) {
    const after = await run(bench, { sql: damage });
    note(result, damage, [...damageProblems(bench, after, ''), ...changes(bench, after)], exempt);
  }
  return result;
}

/** The same for mounted files. */
export async function damagedFiles(bench: Bench): Promise<WireResult> {
  const { exempt, sums = [], total = 200 } = bench.spec.files ?? {};
  const all = mountedFiles(bench.started.settings).flatMap((file) =>
    fileDamagesOf(file).map((damage) => ({ file, damage })),
  );
  const result = noResult(bench, all.length);
  const place = damagedPlace();
  try {
    for (const { file, damage } of sample(all, total)) {
      const at = place.pathOf(file);
      damage.put(at);
      const settings = pointed(bench, file, at);
      const once = () => run(bench, { settings, sql: 'replayed' });
      const after = damage.unreadable === true ? await asNobody(once) : await once();
      const always = damageProblems(bench, after, damage.removed);
      const excused =
        damage.removed !== '' && restsOn(changedFacts(bench.baseline, after), damage.removed, sums);
      if (excused) result.exempt.set(absent, (result.exempt.get(absent) ?? 0) + 1);
      note(result, damage, excused ? always : [...always, ...changes(bench, after)], exempt);
    }
  } finally {
    place.clear();
  }
  return result;
}

const absent = 'a key that does not stand in a file has its default';

/**
 * Who takes a line out of a file, or its end, leaves a file that may be just so. Then nothing changes but facts that
 * rest on what was taken.
 */
function restsOn(changed: readonly ChangedFact[], removed: string, sums: readonly string[]): boolean {
  const words = new Set(removed.match(word));
  const told = ({ name, was, now }: ChangedFact): boolean =>
    sums.includes(name) ||
    [...(was?.evidence ?? []), ...now.evidence].some(({ path }) =>
      path.match(word)?.some((one) => words.has(one)),
    );
  return changed.length > 0 && changed.every(told);
}

const word = /[A-Za-z_]\w{2,}/g;

const pointed = (bench: Bench, { path }: Mounted, at: string): object =>
  mapTexts(bench.started.settings, (text) => (text === path ? at : text));
