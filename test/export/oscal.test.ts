import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { markup } from '../../src/export/oscal.ts';
import { oscalCatalogue } from '../../src/export/oscalCatalogue.ts';
import { oscalResults } from '../../src/export/oscalResults.ts';
import { nameUuid } from '../../src/export/uuid.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { finding, report } from './finding.ts';
import { aggregate, context, everyEvent, hostileNames, room, waived } from './matrix.ts';
import { hasSchema, oscalCheck, schemaFiles } from './schemas.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
type Any = any;
const wire = (value: object): Any => JSON.parse(JSON.stringify(value));
const at = '2026-11-21T12:00:00.000Z';
const results = (findings: NativeFinding[], target = {}): Any =>
  wire(oscalResults(report(findings, target), context))['assessment-results'];
const catalogue: Any = wire(oscalCatalogue(context, at)).catalog;
const everyFinding = [...everyEvent()].flatMap((event) => event.finding ?? []);

describe.skipIf(!hasSchema('oscal'))(`against ${schemaFiles.oscal}`, () => {
  const check = hasSchema('oscal') ? oscalCheck() : () => [];

  it('the results of everything, of nothing and of a failure are valid', () => {
    const error = { code: 'RW2001', message: { de: 'keine Antwort', en: 'no answer' } };
    const coverage = [
      { clause: 'S2-06', status: 'automated', judged_at: ['room' as const] },
      { clause: 'S2-07', status: 'not_observable', judged_at: [] },
    ];
    for (const language of ['de', 'en'] as const) {
      for (const each of [
        report(everyFinding, { coverage }),
        report([]),
        report([], { state: 'failed', error }),
        { ...report([]), targets: [] },
      ]) {
        expect(check(wire(oscalResults(each, { ...context, language })))).toEqual([]);
      }
    }
  });

  it.each(['de', 'en'] as const)('the catalogue is valid (%s)', (language) => {
    expect(check(wire(oscalCatalogue({ ...context, language }, at)))).toEqual([]);
  });

  it.each<[string, (document: Any) => void]>([
    ['no plan', (document) => delete document['import-ap']],
    [
      'a state of its own',
      (document) => Object.assign(document.results[0].findings[0].target.status, { state: 'unknown' }),
    ],
    ['a uuid that is none', (document) => Object.assign(document, { uuid: 'x' })],
    ['an empty list', (document) => Object.assign(document.results[0], { observations: [] })],
    ['a property with blanks', (document) => Object.assign(document.results[0].props[0], { value: ' x ' })],
    ['an unknown field', (document) => Object.assign(document.results[0], { extra: 1 })],
  ])('%s is refused', (_, damage) => {
    const document = results([finding()]);
    expect(check({ 'assessment-results': document })).toEqual([]);
    damage(document);
    expect(check({ 'assessment-results': document })).not.toEqual([]);
  });
});

describe('assessment results', () => {
  it.each<[string, Partial<NativeFinding>, object | undefined]>([
    ['violation', {}, { state: 'not-satisfied', reason: 'fail' }],
    ['unknown', aggregate, { state: 'not-satisfied', reason: 'other' }],
    ['pass', { verdict: 'pass' }, { state: 'satisfied', reason: 'pass' }],
    ['not applicable', { verdict: 'not_applicable' }, undefined],
  ])('%s', (_, change, status) => {
    const [result] = results([finding(change)]).results;
    expect(result.observations).toHaveLength(1);
    expect(result.findings?.[0].target.status).toEqual(status);
  });

  it('everything that is pointed at is there', () => {
    const document = results(
      everyFinding.filter(({ uid, target }, index) => target === 'cloud' && uid !== '' && index < 60),
    );
    const [result] = document.results;
    const observations = result.observations.map(({ uuid }: Any) => uuid);
    for (const each of result.findings) {
      expect(observations).toContain(each['related-observations'][0]['observation-uuid']);
    }
    const local = result['local-definitions'];
    const subjects = [...local.components, ...local['inventory-items']].map(({ uuid }: Any) => uuid);
    for (const each of result.observations) expect(subjects).toContain(each.subjects[0]['subject-uuid']);
    expect(document['import-ap'].href).toBe(`#${document['back-matter'].resources[0].uuid}`);
    const objectives = JSON.stringify(catalogue);
    expect(objectives).toContain(`"${result.findings[0].target['target-id']}"`);
  });

  it('a waiver is an accepted risk, without who owns it', () => {
    const [result] = results([finding(waived)]).results;
    expect(result.risks[0]).toMatchObject({
      status: 'deviation-approved',
      deadline: '2027-01-31T22:59:59.999Z',
    });
    expect(result.findings[0]['related-risks'][0]['risk-uuid']).toBe(result.risks[0].uuid);
    expect(JSON.stringify(result)).not.toContain('Fachgebiet');
  });

  it('what could not be observed is not among the controls reviewed, and a failure is told', () => {
    const coverage = [
      { clause: 'S2-06', status: 'automated', judged_at: ['room' as const] },
      { clause: 'S2-07', status: 'not_observable', judged_at: [] },
    ];
    const error = { code: 'RW2001', message: { de: 'x', en: 'no answer' } };
    const [result] = results([], { coverage, state: 'failed', error }).results;
    expect(result['reviewed-controls']['control-selections']).toEqual([
      { 'include-controls': [{ 'control-id': 'S2-06' }] },
    ]);
    expect(result.description).toBe('Not scanned completely: no answer'.replace(':', '\\:'));
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))('%j is text, no markup', (_, name) => {
    const [result] = results([finding({ subject: room(name) })]).results;
    const [item] = result['local-definitions']['inventory-items'];
    expect(item.description.replace(/\\[\\`*_[\]{}<>#|~!&$^"'@:]/g, '')).not.toMatch(/[`*_[\]{}<>#|~!&]/);
    const shown = item.props.find((each: Any) => each.name === 'subject-name')?.value ?? '';
    expect(shown).toBe(
      name
        .toWellFormed()
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
        .trim(),
    );
  });
});

describe('catalogue', () => {
  const controls: Any[] = catalogue.groups.flatMap((group: Any) => group.controls);

  it('holds every clause and every policy once', () => {
    const ids = controls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const { policies, clauses } = context.catalogue;
    expect(ids).toEqual([...clauses.map(({ id }) => id), ...policies.map(({ id }) => id)]);
  });

  it('every id is there once, and every reference leads somewhere', () => {
    const text = JSON.stringify(catalogue);
    const ids = [...text.matchAll(/"id":"([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set([...ids, ...catalogue['back-matter'].resources.map(({ uuid }: Any) => uuid)]);
    const references = [...text.matchAll(/"href":"#([^"]+)"/g)].map((match) => match[1]);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((id) => !known.has(id))).toEqual([]);
  });

  it('names a control of the BSI catalogue in both ways, with the date of that catalogue', () => {
    const { props } = controls.find(({ id }) => id === 'room-access-restricted');
    const values = (name: string) =>
      props.filter((each: Any) => each.name === name).map((each: Any) => each.value);
    expect(values('mapping-gspp')).toEqual(['KONF.11.2', 'KONF.11.1.1']);
    expect(values('mapping-gspp-identifier')[0]).toBe('eacb0d7c-4700-4717-8b2d-de2e57ba6248');
    const bsi = catalogue['back-matter'].resources.find(({ title }: Any) =>
      title.includes('Grundschutz++'.replaceAll('+', '+')),
    );
    expect(bsi.props).toContainEqual({ name: 'edition', ns: 'urn:roomwarden:oscal', value: '2026-07-29' });
  });

  it('has an id that depends on its content alone', () => {
    const again: Any = oscalCatalogue(context, '2027-01-01T00:00:00.000Z');
    expect(again.catalog.uuid).toBe(catalogue.uuid);
    const german: Any = oscalCatalogue({ ...context, language: 'de' }, at);
    expect(german.catalog.uuid).not.toBe(catalogue.uuid);
  });
});

describe('ids by name', () => {
  it('are of version 5, the same for the same words and different for others', () => {
    const ids = [nameUuid('a'), nameUuid('a'), nameUuid('b'), nameUuid('a', 'b'), nameUuid('a,b')];
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toBe(ids[1]);
  });

  it('as the standard computes them', () => {
    const hash = createHash('sha1')
      .update(Buffer.from('6f2d9a4e7c1b4b0fa8357e0c5d91b264', 'hex'))
      .update('["x",1]')
      .digest('hex');
    expect(nameUuid('x', 1).replaceAll('-', '').slice(0, 12)).toBe(hash.slice(0, 12));
  });
});

it('markup is shown as it was written', () => {
  expect(markup('a **b** <i> {{ insert }}')).toBe('a \\*\\*b\\*\\* \\<i\\> \\{\\{ insert \\}\\}');
});
