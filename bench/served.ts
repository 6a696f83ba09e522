import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Served {
  url: string;
  child: ChildProcess;
  stop(): Promise<void>;
}

/** A server in a process of its own that says on its first line where it listens. */
export async function serve(
  file: string,
  args: readonly string[],
  options: readonly string[] = [],
): Promise<Served> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...options, path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await firstUrl(child);
  return {
    url,
    child,
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = '';
    child.stdout?.on('data', (chunk) => {
      told += String(chunk);
      const url = /^listening: (\S+)$/m.exec(told)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) =>
      reject(new Error(`a server ended with ${code} before it listened: ${told}`)),
    );
  });
}
