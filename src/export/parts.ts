import type { NativeFinding } from '../findings/types.ts';
import type { Standard } from '../policy/catalogue.ts';
import type { ExportContext } from './context.ts';
import type { ExportEvent } from './event.ts';

export const productName = 'Roomwarden';

/** When the finding came into being; later events repeat it. */
export function createdAt({ at, finding }: Pick<ExportEvent, 'at' | 'finding'>): string {
  return finding?.first_opened_at ?? finding?.opened_at ?? at;
}

/** `target`, `target/room/<ref or id>`; an aggregate is about its target. */
export function subjectPath({ target, subject }: NativeFinding): string {
  const key = subject.id ?? subject.ref;
  if (subject.kind === 'deployment' || key === undefined) return target;
  return `${target}/${subject.kind}/${key}`;
}

/** One line a fact, `name = value`, then one line a hole. */
export function detailLines(finding: NativeFinding): string[] {
  return [
    ...Object.entries(finding.facts).map(([name, value]) => `${name} = ${plain(value)}`),
    ...finding.reasons.map(describeReason),
  ];
}

/** `fact: code`, with what would fill the hole. */
export function describeReason(reason: NativeFinding['reasons'][number]): string {
  const fill = reason.fill === undefined ? '' : ` (${reason.fill.kind} ${reason.fill.name})`;
  return `${reason.fact}: ${reason.code}${fill}`;
}

export const plain = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

export interface Mapping {
  standard: Standard;
  control: string;
}

/** What a policy refers to outside the documents. */
export function mappingsOf(policy: string, { catalogue }: Pick<ExportContext, 'catalogue'>): Mapping[] {
  const mappings = catalogue.policyById.get(policy)?.mappings ?? {};
  return Object.entries(mappings).flatMap(([id, controls]) => {
    const standard = catalogue.standards.get(id);
    return standard === undefined ? [] : controls.map((control) => ({ standard, control }));
  });
}

/** Titles of the source documents that the finding's clauses stand in. */
export function documentsOf(finding: NativeFinding, { catalogue, language }: ExportContext): string[] {
  const titles = finding.clauses.map((id) => catalogue.clauseById.get(id)?.documentTitle[language]);
  return [...new Set(titles.filter((title) => title !== undefined))];
}

/** At most so many characters, cut between them; the cut shows. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
