import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Goal, machine, readGoal } from './measure.ts';

interface Bench {
  name: string;
  /** After the name of the file, for the usual and for the large sizes. */
  usual?: readonly string[];
  full?: readonly string[];
}

/** Each in a process of its own, one after the other: none finds the heap or the cache of another. */
const benches: readonly Bench[] = [
  { name: 'verdicts' },
  { name: 'scan' },
  { name: 'memory' },
  { name: 'http' },
  { name: 'copy' },
  { name: 'feed', usual: ['50000'], full: ['1000000'] },
  { name: 'start' },
  { name: 'instances' },
];

interface Outcome {
  bench: string;
  goals: Goal[];
  seconds: number;
  code: number;
}

const { values } = parseArgs({
  options: { full: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
const strange = values.only?.find((name) => !benches.some((bench) => bench.name === name));
if (strange !== undefined) {
  process.stderr.write(`no bench ${strange}; there are ${benches.map(({ name }) => name).join(', ')}\n`);
  process.exit(3);
}
const begun = new Date();
const outcomes: Outcome[] = [];
for (const bench of benches) {
  if (values.only !== undefined && !values.only.includes(bench.name)) continue;
  process.stdout.write(`\n== ${bench.name}\n`);
  outcomes.push(await run(bench));
  // After each, so that a run that is stopped leaves what it found.
  if (values.only === undefined)
    writeFileSync(join(import.meta.dirname, 'results.md'), resultsOf(tableOf(outcomes)));
}
process.stdout.write(`\n${tableOf(outcomes)}\n`);
if (outcomes.some(({ code }) => code !== 0)) process.exitCode = 1;

async function run({ name, usual = [], full = ['--full'] }: Bench): Promise<Outcome> {
  const start = performance.now();
  const file = join(import.meta.dirname, `${name}.ts`);
  const child = spawn(process.execPath, [file, ...(values.full ? full : usual)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const code = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  const goals: Goal[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`);
    const goal = readGoal(line);
    if (goal !== null) goals.push(goal);
  }
  return { bench: name, goals, code: await code, seconds: (performance.now() - start) / 1000 };
}

function tableOf(all: readonly Outcome[]): string {
  const rows = all.flatMap(({ bench, goals, code }) => {
    const told = goals.map(({ name, goal, measured, met }) => [
      name,
      goal,
      measured,
      met ? 'met' : '**not met**',
    ]);
    const broken = code > 1 || (code !== 0 && goals.every(({ met }) => met));
    return broken ? [...told, [bench, 'runs to its end', `exit code ${code}`, '**not met**']] : told;
  });
  const lines = [['figure', 'goal', 'measured', ''], ['---', '---', '---', '---'], ...rows];
  const seconds = all.map(({ bench, seconds: took }) => `${bench} ${took.toFixed(0)} s`).join(', ');
  const missing = benches.filter(({ name }) => all.every(({ bench }) => bench !== name));
  const rest = missing.length === 0 ? '' : ` Not run: ${missing.map(({ name }) => name).join(', ')}.`;
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\nTime: ${seconds}.${rest}\n`;
}

function resultsOf(goals: string): string {
  const command = `npm run bench${values.full ? ' -- --full' : ''}`;
  return `# Results of the last run\n\n\`${command}\`, ${begun.toISOString().slice(0, 16)}Z, on ${machine()}.\n\n${goals}`;
}
