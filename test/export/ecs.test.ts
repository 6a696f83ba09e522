import { describe, expect, it } from 'vitest';
import { toEcs } from '../../src/export/ecs.ts';
import { context, eventOf, everyEvent, hostileNames, numbersOf, room } from './matrix.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
type Any = any;
const wire = (value: object): Any => JSON.parse(JSON.stringify(value));

/** Fields of ECS 9.4 that are used, with their types and, for those that take a list, brackets. */
const fields: Readonly<Record<string, string>> = {
  '@timestamp': 'date',
  message: 'text',
  tags: 'keyword[]',
  'ecs.version': 'keyword',
  'event.id': 'keyword',
  'event.sequence': 'long',
  'event.kind': 'keyword',
  'event.category': 'keyword[]',
  'event.type': 'keyword[]',
  'event.action': 'keyword',
  'event.outcome': 'keyword',
  'event.severity': 'long',
  'event.created': 'date',
  'event.start': 'date',
  'event.dataset': 'keyword',
  'event.module': 'keyword',
  'event.provider': 'keyword',
  'event.code': 'keyword',
  'event.reason': 'keyword',
  'rule.id': 'keyword',
  'rule.name': 'keyword',
  'rule.version': 'keyword',
  'rule.ruleset': 'keyword',
  'service.name': 'keyword',
  'service.type': 'keyword',
  'service.address': 'keyword',
  'related.hosts': 'keyword[]',
  'observer.vendor': 'keyword',
  'observer.product': 'keyword',
  'observer.type': 'keyword',
  'observer.version': 'keyword',
  'observer.hostname': 'keyword',
};

function* leaves(value: Any, path = ''): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) yield [path, value];
  else
    for (const [key, inner] of Object.entries(value))
      yield* leaves(inner, path === '' ? key : `${path}.${key}`);
}

function typeOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? ['keyword[]'] : [];
  if (Number.isInteger(value)) return ['long'];
  if (typeof value !== 'string') return [];
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
  return date ? ['date'] : ['keyword', 'text'];
}

describe('ecs', () => {
  it('uses fields of the schema as the schema types them, and its own name for the rest', () => {
    for (const event of everyEvent()) {
      for (const [path, value] of leaves(wire(toEcs(event, context)))) {
        if (path.startsWith('roomwarden.')) continue;
        expect([path, typeOf(value)]).toEqual([path, expect.arrayContaining([fields[path] ?? 'no field'])]);
      }
    }
  });

  it('a field of its own has one type in every event', () => {
    const types = new Map<string, string>();
    for (const event of everyEvent()) {
      for (const [path, value] of leaves(wire(toEcs(event, context)))) {
        const type = Array.isArray(value) ? 'list' : typeof value;
        expect([path, types.get(path) ?? type]).toEqual([path, type]);
        types.set(path, type);
        if (Array.isArray(value)) expect(value.every((item) => typeof item === 'string')).toBe(true);
      }
    }
  });

  it('keeps to the allowed words', () => {
    for (const each of everyEvent()) {
      const { event } = wire(toEcs(each, context));
      expect(['event', 'state']).toContain(event.kind);
      expect([event.category, event.type]).toEqual([['configuration'], ['info']]);
      if (event.outcome !== undefined) expect(['success', 'failure', 'unknown']).toContain(event.outcome);
      if (each.finding?.verdict === 'unknown') expect(event.outcome).toBe('unknown');
    }
  });

  it('one event', () => {
    expect(wire(toEcs(eventOf(), context))).toMatchObject({
      '@timestamp': '2026-11-21T07:30:00.000Z',
      event: { id: 'f00d-1042', sequence: 1042, kind: 'event', outcome: 'failure', severity: 73 },
      rule: { id: 'room-access-restricted', version: '2' },
      service: { name: 'cloud', type: 'nextcloud-talk', address: 'cloud.example.org' },
      roomwarden: {
        finding: { uid: 'abcdefghijklmnopqrstuvwxyz', verdict: 'violation', status: 'open' },
        subject: { path: 'cloud/room/aaaabbbbccccdddd', name: 'Raum' },
        facts: expect.arrayContaining(['room_password_required=false']),
      },
    });
    expect(wire(toEcs(numbersOf('heartbeat'), context))).toMatchObject({
      event: { kind: 'state', action: 'finding-heartbeat' },
      roomwarden: { counts: { violation: 3 } },
    });
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))('%j comes back as it was', (_, name) => {
    const event = wire(toEcs(eventOf({}, { subject: room(name) }), context));
    expect(event.roomwarden.subject.name).toBe(name);
  });
});
