import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { garbage } from './mutations.ts';

/** One file of one host, as it stands in the settings. */
export interface Mounted {
  host: string;
  path: string;
}

export interface FileDamage {
  kind: string;
  /** Name of the file, and the line where there is one: `.env:3`. */
  path: string;
  /** Lines that are gone, wholly or in part; empty where something else stands in their place. */
  removed: string;
  /** Puts something else at this path. */
  put(path: string): void;
  /** Only a process that is not root is refused. */
  unreadable?: true;
}

/** Every `{ host, path }` in the settings. */
export function mountedFiles(settings: unknown): Mounted[] {
  if (Array.isArray(settings)) return settings.flatMap(mountedFiles);
  if (typeof settings !== 'object' || settings === null) return [];
  const { host, path } = settings as Partial<Mounted>;
  if (typeof host === 'string' && typeof path === 'string') return [{ host, path }];
  return Object.values(settings).flatMap(mountedFiles);
}

/** More than any of these files may be. */
const hugeBytes = 1024 * 1024 + 1;

/** Every way in which a mounted file can be worse than it was. */
export function fileDamagesOf({ path }: Mounted): FileDamage[] {
  const text = readFileSync(path, 'utf8');
  const name = basename(path);
  const whole = (kind: string, put: FileDamage['put']): FileDamage => ({
    kind,
    path: name,
    removed: '',
    put,
  });
  const write = (kind: string, content: string | Uint8Array): FileDamage =>
    whole(kind, (at) => writeFileSync(at, content));
  return [
    whole('deleted', () => {}),
    write('empty', ''),
    write('blank', '\n \n'),
    write('another file', 'Lorem ipsum\n'),
    write(
      'binary',
      Uint8Array.from({ length: 4096 }, (_, place) => (place * 89 + 7) % 256),
    ),
    write('nothing but zeros', new Uint8Array(512)),
    write('huge', `${text}\n${' '.repeat(hugeBytes)}\n`),
    write('with a mark of its order of bytes', `\uFEFF${text}`),
    write('with line ends of Windows', text.replaceAll('\n', '\r\n')),
    write('in UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')),
    whole('a link to itself', (at) => symlinkSync(at, at)),
    { ...whole('unreadable', (at) => writeFileSync(at, text, { mode: 0o000 })), unreadable: true },
    ...cuts(name, text),
    ...lines(name, text),
  ];
}

const mostCuts = 40;

function cuts(name: string, text: string): FileDamage[] {
  const step = Math.max(1, Math.floor(text.length / mostCuts));
  const places = Array.from({ length: Math.ceil(text.length / step) - 1 }, (_, at) => (at + 1) * step);
  return places.map((place) => ({
    kind: 'truncated',
    path: `${name}@${place}`,
    removed: text.slice(text.lastIndexOf('\n', place - 1) + 1),
    put: (at) => writeFileSync(at, text.slice(0, place)),
  }));
}

/** Each line gone, each value spoiled and emptied. Knows no format: what looks like a value is one. */
function lines(name: string, text: string): FileDamage[] {
  const all = text.split('\n');
  return all.flatMap((line, place): FileDamage[] => {
    if (line.trim() === '' || /^\s*(?:#|--|\/\/)/.test(line)) return [];
    const by = (kind: string, changed: readonly string[], removed = line): FileDamage => ({
      kind,
      path: `${name}:${place + 1}`,
      removed,
      put: (at) =>
        writeFileSync(at, [...all.slice(0, place), ...changed, ...all.slice(place + 1)].join('\n')),
    });
    const [, key = '', value = ''] = /^(\s*[^=:]*[=:]\s*)(.+)$/.exec(line) ?? [];
    const spoiled =
      key === '' ? [] : [by('value garbled', [key + spoil(value)], ''), by('value empty', [key.trimEnd()])];
    return [by('line missing', []), ...spoiled];
  });
}

/** Quotes and what follows the value stay, so that the file can still be read. */
function spoil(value: string): string {
  const quoted = /^(["'])(.*)\1(.*)$/.exec(value);
  if (quoted !== null) return `${quoted[1]}${garbage}${quoted[1]}${quoted[3]}`;
  return value.replace(/^[^\s,;})\]]+/, garbage);
}

export interface Place {
  /** Where each damage is put; the name of the file is kept. */
  pathOf(file: Mounted): string;
  clear(): void;
}

/** A folder that anybody may enter: an unprivileged reader gets as far as the file. */
export function damagedPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-damaged-'));
  chmodSync(folder, 0o755);
  return {
    pathOf({ path }) {
      const at = join(folder, basename(path));
      rmSync(at, { force: true });
      return at;
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs as nobody where this process is root, whom no file refuses. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

const nobody = 65_534;
