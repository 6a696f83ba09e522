import type { Edge } from './tree.ts';

/** Floors of `src`, top to bottom; folders of one floor may see each other. */
const floors: readonly (readonly string[])[] = [
  ['main.ts', 'commands', 'demo', 'prepared'],
  ['api', 'dashboard'],
  ['report', 'push'],
  ['export'],
  ['scan'],
  ['findings', 'inventory', 'access'],
  ['policy'],
  ['store', 'config'],
  ['errors.ts', 'texts'],
];

/** Larger is lower; undefined for a place that has no floor. */
export function floorOf(file: string): number | undefined {
  const [top, name] = file.split('/');
  if (top === 'adapters') return floors.length;
  const floor = floors.findIndex((names) => names.includes(name ?? ''));
  return top === 'src' && floor >= 0 ? floor : undefined;
}

export function floorProblems(edges: readonly Edge[]): string[] {
  const problems: string[] = [];
  for (const { from, to } of edges) {
    const [own, other] = [floorOf(from), floorOf(to)];
    if (own === undefined) problems.push(`${from} stands on no floor`);
    else if (other === undefined) {
      // Data beside the code may be read from anywhere.
      if (!to.endsWith('.json')) problems.push(`${from} imports ${to}, which stands on no floor`);
    } else if (other < own) problems.push(`${from} imports up: ${to}`);
  }
  return [...new Set(problems)];
}

/** Vendors know the contract and themselves; the contract knows nobody. */
export function vendorProblems(edges: readonly Edge[]): string[] {
  const problems: string[] = [];
  for (const { from, to } of edges) {
    const [top, vendor] = from.split('/');
    const [otherTop, other] = to.split('/');
    if (top !== 'adapters' || otherTop !== 'adapters' || vendor === 'registry.ts') continue;
    if (other !== vendor && other !== 'contract') problems.push(`${from} imports ${to}`);
  }
  return problems;
}

/** Each cycle once, as the files it runs through. */
export function cycles(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file].join(' > '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const other of next.get(file) ?? []) visit(other);
    path.pop();
    done.add(file);
  };
  for (const file of next.keys()) visit(file);
  return found;
}
