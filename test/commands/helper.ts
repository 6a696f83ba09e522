import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, vi } from 'vitest';
import { stringify } from 'yaml';

/** The command line as users run it: a process of its own, in a folder of its own. */
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const deadlineMs = 90_000;
// Every command is a start of its own; beside other tests each may take seconds.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folders: string[] = [];
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'roomwarden-commands-'));
  folders.push(path);
  return path;
}

/** @returns the path of the configuration */
export function configure(directory: string, configuration: object): string {
  const file = join(directory, 'roomwarden.yaml');
  writeFileSync(file, stringify(configuration));
  return file;
}

export interface RunOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  input?: string;
  user?: number;
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one command to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const command = start(args, options);
  return { code: await command.ended(), stdout: command.stdout, stderr: command.stderr };
}

export interface Command {
  readonly stdout: string;
  readonly stderr: string;
  readonly child: ChildProcess;
  /** The first match of what came out so far or will come. */
  told(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
  ended(): Promise<number | null>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function start(args: readonly string[], options: RunOptions = {}): Command {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? folder(),
    env: { PATH: process.env['PATH'] ?? '', LANG: 'en_US.UTF-8', TZ: 'UTC', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
  });
  running.add(child);
  const heard = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      heard[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  // A command that ends early does not read its input.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const end = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  void end.then(() => running.delete(child));
  const said = (): string => `${args.join(' ')}\nstdout: ${heard.stdout}\nstderr: ${heard.stderr}`;
  const ended = (): Promise<number | null> => within(end, () => `did not end: ${said()}`);
  return {
    child,
    get stdout() {
      return heard.stdout;
    },
    get stderr() {
      return heard.stderr;
    },
    told(pattern, stream = 'stdout') {
      const found = new Promise<RegExpExecArray>((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(heard[stream]);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void end.then(() => reject(new Error(`ended without ${pattern}: ${said()}`)));
      });
      return within(found, () => `did not say ${pattern}: ${said()}`);
    },
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended();
    },
  };
}

/** Asks again until the answer fits. */
export async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(answer).slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

async function within<T>(work: Promise<T>, why: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
