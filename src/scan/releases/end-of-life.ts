import { z } from 'zod';
import type { ReleaseBook, ReleaseBranch, ReleaseList } from '../../../adapters/contract/releases.ts';
import type { Path } from '../../config/issues.ts';
import type { Bilingual } from '../../texts/fill.ts';

const Day = z.iso.date();

/** One product as endoflife.date gives it (`/api/v1/products/NAME`); what is not read may be anything. */
export const EndOfLifeFile = z.looseObject({
  schema_version: z.string(),
  generated_at: z.iso.datetime({ offset: true }),
  result: z.looseObject({
    name: z.string(),
    releases: z
      .array(
        z.looseObject({
          name: z.string(),
          isEol: z.boolean(),
          eolFrom: Day.nullable(),
          latest: z.looseObject({ name: z.string() }).nullable(),
        }),
      )
      .min(1)
      .max(500),
  }),
});
export type EndOfLifeFile = z.infer<typeof EndOfLifeFile>;

export function isEndOfLife(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'schema_version' in value && 'result' in value;
}

export interface Converted {
  vendor: string;
  product: string;
  list: ReleaseList;
}

interface Problem {
  path: Path;
  message: Bilingual;
}

/** The product that the file is of, or why it is none of ours. The file is as old as the day it was made. */
export function fromEndOfLife(
  file: EndOfLifeFile,
  books: ReadonlyMap<string, ReleaseBook>,
): Converted | Problem[] {
  const { result, generated_at: made } = file;
  const names: string[] = [];
  for (const [vendor, book] of books) {
    for (const [product, { endOfLife }] of Object.entries(book)) {
      if (endOfLife === undefined) continue;
      if (endOfLife !== result.name) {
        names.push(endOfLife);
        continue;
      }
      const dated = new Date(made).toISOString().slice(0, 10);
      const problems = contradictions(file, dated);
      if (problems.length > 0) return problems;
      return { vendor, product, list: { dated, branches: result.releases.map(branchOf) } };
    }
  }
  const list = names.join(', ');
  return [
    {
      path: ['result', 'name'],
      message: {
        de: `Dieses Produkt wird nicht geprüft; bekannt sind: ${list}.`,
        en: `This product is not audited; known are: ${list}.`,
      },
    },
  ];
}

function branchOf({
  name,
  isEol,
  eolFrom,
  latest,
}: EndOfLifeFile['result']['releases'][number]): ReleaseBranch {
  return { branch: name, ...(latest === null ? {} : { latest: latest.name }), ends: eolFrom ?? isEol };
}

/** A day of tolerance: the flag and the date need not change at the same hour. */
function contradictions({ result }: EndOfLifeFile, dated: string): Problem[] {
  const day = (text: string): number => Date.parse(text) / 86_400_000;
  return result.releases.flatMap(({ isEol, eolFrom }, place) => {
    if (eolFrom === null) return [];
    const over = day(dated) - day(eolFrom);
    if (isEol ? over >= -1 : over <= 1) return [];
    return [
      {
        path: ['result', 'releases', place, 'isEol'],
        message: {
          de: `isEol und eolFrom (${eolFrom}) widersprechen sich.`,
          en: `isEol and eolFrom (${eolFrom}) contradict each other.`,
        },
      },
    ];
  });
}

/** Where a place in the list stands in the file. */
export function placeInFile([first, place, key]: Path): Path {
  if (first !== 'branches') return ['generated_at'];
  const at = ['result', 'releases', place ?? 0];
  if (key === 'latest') return [...at, 'latest', 'name'];
  return [...at, key === 'branch' ? 'name' : 'eolFrom'];
}
