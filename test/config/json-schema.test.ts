import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { adapters } from '../../adapters/registry.ts';
import { schemaFile } from '../../docs/generate.ts';
import { ConfigError } from '../../src/config/issues.ts';
import { configurationSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';
import { sections } from '../../src/config/schema.ts';
import { vendors } from './helper.ts';

describe('the schema for editors', () => {
  it('is roomwarden.schema.json; after a change run: node docs/generate.ts', async () => {
    expect(await readFile(new URL('../../roomwarden.schema.json', import.meta.url), 'utf8')).toBe(
      schemaFile(),
    );
  });

  it('knows every section, refuses others, and tells vendors apart', () => {
    const schema = configurationSchema(vendors) as {
      properties: Record<string, { items?: { anyOf: { properties: { vendor: object } }[] } }>;
      additionalProperties: boolean;
      required: string[];
    };
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(sections).sort());
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(['targets']);
    expect(schema.properties['targets']?.items?.anyOf.map((each) => each.properties.vendor)).toEqual(
      [...vendors.keys()].map((vendor) => ({ type: 'string', const: vendor })),
    );
  });
});

describe('docs/configuration.md', async () => {
  const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

  it('names every section', () => {
    expect(Object.keys(sections).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('shows an example that loads', () => {
    const load = () =>
      parseConfig(example, 'example.yaml', vendors, { now: Date.parse('2026-06-15T10:00:00Z') });
    expect(load).not.toThrow(ConfigError);
    expect(load().targets.length).toBeGreaterThan(3);
  });

  it('shows an example whose vendors exist', () => {
    const named = [...example.matchAll(/vendor: ([a-z-]+)/g)].map((match) => match[1] ?? '');
    // Rocket.Chat comes with an issue of its own.
    expect(named.filter((vendor) => !adapters.has(vendor) && !vendors.has(vendor))).toEqual([]);
  });
});

describe('docker/roomwarden.yaml', () => {
  it('loads', async () => {
    const text = await readFile(new URL('../../docker/roomwarden.yaml', import.meta.url), 'utf8');
    expect(parseConfig(text, '/etc/roomwarden/roomwarden.yaml', vendors).warnings).toEqual([]);
  });
});
