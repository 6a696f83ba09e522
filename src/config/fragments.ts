import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RoomwardenError } from '../errors.ts';
import { parseSource } from './document.ts';
import type { ConfigIssue } from './issues.ts';
import type { ConfiguredSecret } from './secrets.ts';
import { isGroup, readTargets, type TargetContext } from './targets.ts';
import type { ConfiguredTarget } from './types.ts';

/** A file of `config.d` below the data folder: targets that the guided set-up wrote. */
export interface Fragment {
  file: string;
  text: string;
}

const most = 1_000;
const maximalBytes = 64 * 1024;

export const fragmentsFolder = (data: string): string => join(data, 'config.d');

/** In the order of their names; none where there is no such folder. @throws {RoomwardenError} RW1002 */
export async function readFragments(data: string): Promise<Fragment[]> {
  const folder = fragmentsFolder(data);
  try {
    const names = (await readdir(folder)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
    if (names.length > most) throw new RoomwardenError('RW1002', { file: folder, detail: `> ${most}` });
    return await Promise.all(
      names.map(async (name) => {
        const file = join(folder, name);
        const text = await readFile(file, 'utf8');
        if (text.length > maximalBytes)
          throw new RoomwardenError('RW1002', { file, detail: 'EFBIG, > 64 KiB' });
        return { file, text };
      }),
    );
  } catch (error) {
    if (error instanceof RoomwardenError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    // A data folder that is none is told where it is opened, by its own error.
    if (code === 'ENOENT' || (code === 'ENOTDIR' && !(await stat(data)).isDirectory())) return [];
    throw new RoomwardenError('RW1002', { file: folder, detail: code });
  }
}

export interface FragmentContext extends Omit<TargetContext, 'document' | 'directory' | 'others'> {
  /** Ids that are taken, with where they stand. */
  taken: ReadonlyMap<string, string>;
}

export interface ReadFragment {
  targets: ConfiguredTarget[];
  secrets: ConfiguredSecret[];
  issues: ConfigIssue[];
}

/** It holds `targets` and nothing else; its paths are relative to its own folder. */
export function readFragment({ file, text }: Fragment, context: FragmentContext): ReadFragment {
  const document = parseSource(text, file);
  const { value } = document;
  if (document.fatal || !isGroup(value)) {
    return { targets: [], secrets: [], issues: [...document.issues, ...(document.fatal ? [] : [bare()])] };
  }
  const strange = Object.keys(value).filter((key) => key !== 'targets');
  const issues = [...document.issues, ...strange.map((key) => document.issue([key], onlyTargets, 'key'))];
  const entries = value['targets'];
  if (!Array.isArray(entries)) return { targets: [], secrets: [], issues: [...issues, bare()] };
  const others = new Set(context.taken.keys());
  const read = readTargets(entries, { ...context, document, directory: dirname(file), others });
  const double = entries.flatMap((entry: unknown, index) => {
    const where = isGroup(entry) ? context.taken.get(String(entry['id'])) : undefined;
    return where === undefined ? [] : [document.issue(['targets', index, 'id'], takenAt(where))];
  });
  return { targets: read.targets, secrets: read.secrets, issues: [...issues, ...read.issues, ...double] };

  function bare(): ConfigIssue {
    return document.issue([], onlyTargets);
  }
}

const onlyTargets = {
  de: 'In config.d steht nur targets, eine Liste von Zielen; alles andere steht in roomwarden.yaml.',
  en: 'In config.d stands only targets, a list of targets; everything else stands in roomwarden.yaml.',
};

const takenAt = (where: string) => ({
  de: `Ein Ziel mit dieser id steht schon in ${where}.`,
  en: `A target with this id stands in ${where} already.`,
});
