import { type Ms, reasonCodes } from './fact.ts';
import { parseVersion } from './version.ts';
import { type FactName, factDefinition } from './vocabulary.ts';

type Fields = Readonly<Record<string, unknown>>;

const bounds: readonly unknown[] = ['at_least', 'at_most'];
const fillKinds: readonly unknown[] = ['permission', 'config', 'sql', 'version', 'attestation'];
const layers: readonly unknown[] = ['room', 'site', 'role', 'server', 'balancer'];

/**
 * What is wrong with a fact against the vocabulary; empty = nothing. For facts from adapters and from files alike,
 * so nothing is assumed about its shape.
 */
export function factProblems(name: FactName, fact: unknown): string[] {
  if (!isFields(fact)) return [`${name}: no fact`];
  const has = { value: Object.hasOwn(fact, 'value'), unavailable: Object.hasOwn(fact, 'unavailable') };
  if (has.value === has.unavailable) return [`${name}: needs a value or a reason, and only one of them`];
  const problems = has.value ? valueProblems(name, fact['value']) : reasonProblems(fact['unavailable']);
  problems.push(...evidenceProblems(fact['evidence'], has.value));
  return problems.map((problem) => `${name}: ${problem}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueProblems(name: FactName, value: unknown): string[] {
  const definition = factDefinition(name);
  switch (definition.type) {
    case 'bool':
      return typeof value === 'boolean' ? [] : ['no boolean'];
    case 'int':
      return quantityProblems(value, true);
    case 'duration':
      return quantityProblems(value, false);
    case 'retention':
      return retentionProblems(value);
    case 'version':
      return typeof value === 'string' && parseVersion(value) !== undefined
        ? textProblems(value)
        : ['no version'];
    case 'enum':
      return definition.values?.some((allowed) => allowed === value) === true
        ? []
        : ['not one of its values'];
    case 'text':
      return textProblems(value);
    case 'list':
      return listProblems(value);
  }
}

function textProblems(value: unknown): string[] {
  if (typeof value !== 'string') return ['no text'];
  return value.includes('\u0000') || !value.isWellFormed() ? ['text with U+0000 or half a character'] : [];
}

function numberProblems(value: unknown, whole: boolean): string[] {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ['no finite number'];
  if (value < 0) return ['negative number: no sentinels'];
  return whole && !Number.isSafeInteger(value) ? ['no whole number'] : [];
}

function quantityProblems(value: unknown, whole: boolean): string[] {
  if (!isFields(value)) return numberProblems(value, whole);
  const problems = numberProblems(value['value'], whole);
  if (!bounds.includes(value['bound'])) problems.push('no bound');
  return [...problems, ...keyProblems(value, ['value', 'bound'])];
}

function retentionProblems(value: unknown): string[] {
  if (!isFields(value)) return ['no retention'];
  if (Object.hasOwn(value, 'unlimited')) {
    return value['unlimited'] === true
      ? keyProblems(value, ['unlimited'])
      : ['unlimited is true or left out'];
  }
  const problems = numberProblems(value['seconds'], false);
  if (value['bound'] !== undefined && !bounds.includes(value['bound'])) problems.push('no bound');
  return [...problems, ...keyProblems(value, ['seconds', 'bound'])];
}

function listProblems(value: unknown): string[] {
  if (!isFields(value) || !Array.isArray(value['items'])) return ['no list'];
  const problems = [...new Set(value['items'].flatMap(textProblems))];
  if (value['complete'] === true) return [...problems, ...keyProblems(value, ['items', 'complete'])];
  if (value['complete'] !== false) return [...problems, 'a list says whether it is complete'];
  return [
    ...problems,
    ...reasonProblems(value['missing']),
    ...keyProblems(value, ['items', 'complete', 'missing']),
  ];
}

function keyProblems(value: Fields, allowed: readonly string[]): string[] {
  return Object.keys(value)
    .filter((key) => !allowed.includes(key))
    .map((key) => `unknown key ${JSON.stringify(key)}`);
}

export function reasonProblems(value: unknown): string[] {
  if (!isFields(value)) return ['no reason'];
  const problems = reasonCodes.some((code) => code === value['code']) ? [] : ['unknown reason code'];
  if (value['detail'] !== undefined) problems.push(...textProblems(value['detail']));
  const fill = value['fill'];
  if (fill === undefined) return problems;
  if (!isFields(fill) || !fillKinds.includes(fill['kind'])) return [...problems, 'unknown kind of fill'];
  return typeof fill['name'] === 'string' && fill['name'] !== ''
    ? problems
    : [...problems, 'fill without a name'];
}

function evidenceProblems(value: unknown, needed: boolean): string[] {
  if (!Array.isArray(value)) return ['no evidence list'];
  if (needed && value.length === 0) return ['a value without evidence'];
  return [...new Set(value.flatMap(oneEvidenceProblems))];
}

function oneEvidenceProblems(value: unknown): string[] {
  if (!isFields(value)) return ['no evidence'];
  const problems: string[] = [];
  for (const key of ['source', 'locator', 'path']) {
    problems.push(...textProblems(value[key]).map((problem) => `evidence ${key}: ${problem}`));
  }
  if (value['source'] === '') problems.push('evidence source: empty');
  if (typeof value['locator'] === 'string' && value['locator'].includes('?')) {
    problems.push('evidence locator: holds a query');
  }
  if (!isInstant(value['observed_at'])) problems.push('evidence observed_at: no instant');
  if (value['content_time'] !== undefined && !isInstant(value['content_time'])) {
    problems.push('evidence content_time: no instant');
  }
  if (!['direct', 'derived', 'documented_default'].includes(String(value['provenance']))) {
    problems.push('evidence provenance: unknown');
  }
  if (!['enforced', 'default', 'overridable'].includes(String(value['force']))) {
    problems.push('evidence force: unknown');
  }
  if (value['chain'] !== undefined) problems.push(...chainProblems(value['chain']));
  return problems;
}

function isInstant(value: unknown): value is Ms {
  return typeof value === 'number' && Number.isFinite(value);
}

function chainProblems(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every(isFields)) return ['chain: no list of layers'];
  const problems: string[] = [];
  if (value.some((layer) => !layers.includes(layer['layer']) || typeof layer['path'] !== 'string')) {
    problems.push('chain: unknown layer');
  }
  if (value.filter((layer) => layer['decides'] === true).length !== 1) {
    problems.push('chain: exactly one layer decides');
  }
  return problems;
}
