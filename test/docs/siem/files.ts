import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { XMLParser } from 'fast-xml-parser';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../../docs/siem', import.meta.url));

export const pathOf = (name: string): string => `${folder}/${name}`;
export const textOf = (name: string): string => readFileSync(pathOf(name), 'utf8');
export const jsonOf = <T>(name: string): T => JSON.parse(textOf(name)) as T;
/** Fails on a key that stands twice, as the readers of these files do or should. */
export const yamlOf = <T>(name: string): T => parse(textOf(name), { uniqueKeys: true }) as T;

/** `[stanza]`, `key = value`, `#`; as Splunk and systemd read it. */
export function confOf(name: string): Record<string, Record<string, string>> {
  const stanzas: Record<string, Record<string, string>> = {};
  let current: Record<string, string> = {};
  for (const line of textOf(name).split('\n')) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const head = /^\[(.+)\]$/.exec(line)?.[1];
    if (head !== undefined) {
      if (stanzas[head] !== undefined) throw new Error(`${name}: [${head}] stands twice`);
      current = {};
      stanzas[head] = current;
      continue;
    }
    const [, key, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new Error(`${name}: ${line}`);
    current[key] = value;
  }
  return stanzas;
}

export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

export function xmlOf(name: string): Element[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
  });
  return elements(parser.parse(textOf(name), true) as Node[]);
}

type Node = Record<string, Node[] | string | Record<string, string>>;

function elements(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined || name === '#text') return [];
    const inner = node[name] as Node[];
    const text = inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('');
    return [
      { name, attributes: (node[':@'] ?? {}) as Record<string, string>, text, children: elements(inner) },
    ];
  });
}

/** `$`, `.name`, `[*]`, `[-1:]`: as much of JSONPath as the files use. @returns what was found */
export function jsonPath(path: string, value: unknown): unknown[] {
  if (!path.startsWith('$')) throw new Error(`no path: ${path}`);
  let found: unknown[] = [value];
  for (const step of path.slice(1).match(/\.\w+|\[[^\]]+\]|./g) ?? []) {
    if (/^\.\w+$/.test(step)) {
      found = found.flatMap((each) => {
        const inner = (each as Record<string, unknown> | null)?.[step.slice(1)];
        return inner === undefined ? [] : [inner];
      });
    } else if (step === '[*]') found = found.flatMap((each) => (Array.isArray(each) ? each : []));
    else if (step === '[-1:]') found = found.flatMap((each) => (Array.isArray(each) ? each.slice(-1) : []));
    else throw new Error(`${path}: ${step} is not read here`);
  }
  return found;
}

/** `${NAME}` from the environment, as Filebeat does before it reads the rest. */
export function withEnvironment<T>(value: T, environment: Record<string, string>): T {
  const text = JSON.stringify(value).replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const known = environment[name];
    if (known === undefined) throw new Error(`${name} is not set`);
    return known;
  });
  return JSON.parse(text) as T;
}
