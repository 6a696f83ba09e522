import { cpus, totalmem } from 'node:os';

export type Print = (line: string) => void;

/** One warm-up, then rounds; the caller interleaves engines so that a busy machine hits them alike. */
export function timed(verdicts: number, run: () => void): number {
  const start = performance.now();
  run();
  return verdicts / ((performance.now() - start) / 1000);
}

export async function timedAsync(verdicts: number, run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return verdicts / ((performance.now() - start) / 1000);
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The lower one. */
export function quartile(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 4)] ?? 0;
}

export function spread(numbers: readonly number[]): string {
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  return `${readable(low)}-${readable(high)}`;
}

export function readable(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M`;
  return `${(perSecond / 1e3).toFixed(perSecond < 1e4 ? 1 : 0)} k`;
}

/** What the figures were measured on. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
}

export interface Goal {
  name: string;
  goal: string;
  measured: string;
  met: boolean;
}

/** One line of a bench's output that `run.ts` collects into its table. No part may hold a bar. */
export function goalLine({ name, goal, measured, met }: Goal): string {
  return `goal | ${name} | ${goal} | ${measured} | ${met ? 'met' : 'not met'}`;
}

export function readGoal(line: string): Goal | null {
  const [mark, name, goal, measured, met, more] = line.split(' | ');
  if (mark !== 'goal' || met === undefined || more !== undefined) return null;
  return { name: name ?? '', goal: goal ?? '', measured: measured ?? '', met: met === 'met' };
}

/** For a bench that is run by itself: prints what it finds; exit code 1 where a goal is not met. */
export async function runAlone(bench: (print: Print, full: boolean) => Promise<boolean>): Promise<void> {
  const met = await bench((line) => process.stdout.write(`${line}\n`), process.argv.includes('--full'));
  if (!met) process.exitCode = 1;
}
