import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './look.ts';

/** Everything that a process and its children show of themselves, and all that lies in its folders while it works. */
export class Watch {
  readonly folders: string[] = [];
  readonly #found = new Map<string, Place>();
  readonly #roots = new Set<number>();
  /** Children that were ever seen. */
  readonly children = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#timer ??= setInterval(() => this.look(), 150);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.look();
  }

  follow(pid: number | undefined): void {
    if (pid !== undefined) this.#roots.add(pid);
    this.look();
  }

  get places(): Place[] {
    return [...this.#found.values()];
  }

  look(): void {
    for (const pid of this.#roots) this.#keep(`arguments of ${pid}`, `/proc/${pid}/cmdline`, 'forbidden');
    for (const pid of descendants(this.#roots)) {
      this.children.add(pid);
      this.#keep(`arguments of child ${pid}`, `/proc/${pid}/cmdline`, 'forbidden');
      this.#keep(`environment of child ${pid}`, `/proc/${pid}/environ`, 'forbidden');
    }
    for (const folder of this.folders) {
      for (const path of filesBelow(folder)) this.#keep(`file ${path}`, path, 'allowed');
    }
  }

  /** Each content once: what a file held before it was changed counts too. */
  #keep(name: string, path: string, ids: Place['ids']): void {
    let content: Buffer;
    try {
      content = readFileSync(path);
    } catch {
      return;
    }
    const key = `${name} ${createHash('sha1').update(content).digest('hex')}`;
    if (content.length > 0 && !this.#found.has(key)) this.#found.set(key, { name, ids, content });
  }
}

function descendants(roots: ReadonlySet<number>): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(entry), Number(parent));
    } catch {
      // It has ended.
    }
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (roots.has(parent) || below(parent));
  };
  return [...parents.keys()].filter(below);
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
