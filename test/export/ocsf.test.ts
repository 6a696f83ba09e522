import { describe, expect, it } from 'vitest';
import { toOcsf } from '../../src/export/ocsf.ts';
import { type EventKind, eventKinds } from '../../src/findings/types.ts';
import { context, erased, eventOf, everyEvent, hostileNames, numbersOf, room, waived } from './matrix.ts';
import { hasSchema, ocsfCheck, schemaFiles } from './schemas.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
type Any = any;
const wire = (value: object): Any => JSON.parse(JSON.stringify(value));
const first = '2026-11-01T09:15:00.000Z';
const seen: Any = (event: EventKind, about = {}) => wire(toOcsf(eventOf({ event }, about), context));

describe.skipIf(!hasSchema('ocsf'))(`against ${schemaFiles.ocsf}`, () => {
  it('every event is valid', () => {
    const check = ocsfCheck();
    let count = 0;
    for (const event of everyEvent()) {
      expect([event.event, check(wire(toOcsf(event, context)))]).toEqual([event.event, []]);
      expect(check(wire(toOcsf(event, { ...context, language: 'de', hostOf: () => null })))).toEqual([]);
      count += 1;
    }
    expect(count).toBeGreaterThan(eventKinds.length * 40);
  });

  it.each<[string, (event: Any) => void]>([
    ['no finding', (event) => delete event.finding_info.uid],
    ['another type', (event) => Object.assign(event, { type_uid: 200401 })],
    ['another class', (event) => Object.assign(event, { class_uid: 2004 })],
    ['an unknown field', (event) => Object.assign(event, { extra: 1 })],
    ['an unknown field inside', (event) => Object.assign(event.compliance, { extra: 1 })],
    ['a status that is none', (event) => Object.assign(event, { status_id: 7 })],
    ['time as text', (event) => Object.assign(event, { time: first })],
    ['another version', (event) => Object.assign(event.metadata, { version: '1.7.0' })],
    ['evidence of nothing', (event) => Object.assign(event, { evidences: [{ name: 'x' }] })],
    ['a remedy without words', (event) => Object.assign(event, { remediation: {} })],
  ])('%s is refused', (_, damage) => {
    const event = seen('opened');
    expect(ocsfCheck()(event)).toEqual([]);
    damage(event);
    expect(ocsfCheck()(event)).not.toEqual([]);
  });
});

describe('activity, status and result', () => {
  it.each<[string, Any, number, number, number]>([
    ['new', wire(toOcsf(eventOf({ at: first }), context)), 1, 1, 3],
    [
      'new unknown',
      wire(toOcsf(eventOf({ at: first, event: 'unknown' }, { verdict: 'unknown' }), context)),
      1,
      1,
      2,
    ],
    ['violated after unknown', seen('opened'), 2, 2, 3],
    ['changed', seen('changed'), 2, 2, 3],
    ['changed while waived', seen('changed', waived), 2, 3, 3],
    ['no longer readable', seen('unknown'), 2, 2, 2],
    ['unknown', seen('unknown', { verdict: 'unknown' }), 2, 2, 2],
    ['waived', seen('waived', waived), 2, 3, 3],
    ['waiver over', seen('waiver_expired'), 2, 2, 3],
    ['resolved', seen('resolved', { status: 'resolved' }), 3, 4, 1],
    [
      'unknown that is no longer open',
      seen('resolved', { status: 'resolved', verdict: 'unknown' }),
      3,
      4,
      99,
    ],
    ['closed', seen('closed', { status: 'closed' }), 3, 5, 99],
    ['reopened', seen('reopened'), 2, 2, 3],
    ['pass of a report', seen('opened', { verdict: 'pass' }), 2, 99, 1],
    ['not applicable', seen('opened', { verdict: 'not_applicable' }), 2, 99, 99],
    ['baseline', wire(toOcsf(numbersOf('baseline'), context)), 99, 99, 99],
    ['heartbeat', wire(toOcsf(numbersOf('heartbeat'), context)), 99, 99, 99],
    ['erased', wire(toOcsf(erased(), context)), 99, 99, 99],
  ])('%s', (_, event, activity, status, result) => {
    expect([event.activity_id, event.status_id, event.compliance.status_id]).toEqual([
      activity,
      status,
      result,
    ]);
    expect(event.type_uid).toBe(200_300 + activity);
  });

  it('unknown is never a pass, whatever happens', () => {
    for (const event of everyEvent()) {
      if (event.finding?.verdict !== 'unknown') continue;
      expect((toOcsf(event, context) as Any).compliance.status_id).not.toBe(1);
    }
  });

  it('an id comes with its caption', () => {
    const captions = { 1: 'New', 2: 'In Progress', 3: 'Suppressed', 4: 'Resolved', 5: 'Archived' };
    const results = { 1: 'Pass', 2: 'Warning', 3: 'Fail' };
    for (const each of everyEvent()) {
      const event: Any = toOcsf(each, context);
      if (event.status_id !== 99) expect(event.status).toBe(captions[event.status_id as 1]);
      if (event.compliance.status_id !== 99) {
        expect(event.compliance.status).toBe(results[event.compliance.status_id as 1]);
      }
      if (event.activity_id !== 99) {
        expect(event.activity_name).toBe(['', 'Create', 'Update', 'Close'][event.activity_id]);
      }
      expect(event.severity).toBe(
        ['', 'Informational', 'Low', 'Medium', 'High', 'Critical'][event.severity_id],
      );
    }
  });
});

describe('what stays and what moves', () => {
  it('a reopened finding keeps its uid and its first time; the change stands elsewhere', () => {
    const event = seen('reopened');
    expect(event).toMatchObject({
      time: Date.parse(first),
      time_dt: first,
      finding_info: {
        uid: 'abcdefghijklmnopqrstuvwxyz',
        created_time: Date.parse(first),
        modified_time: Date.parse('2026-11-21T07:30:00.000Z'),
      },
      metadata: { uid: 'f00d-1042', sequence: 1042, version: '1.8.0' },
    });
  });

  it('names the clauses, the documents and what the policy refers to', () => {
    const { compliance } = seen('opened');
    expect(compliance.requirements).toEqual(
      expect.arrayContaining(['S2-06', 'S1-18', 'gspp:KONF.11.2', 'dsk_oh:4.2', 'gdpr:Art. 32']),
    );
    expect(compliance.standards).toEqual(
      expect.arrayContaining(['GDPR (2016-04-27)', 'BSI Grundschutz++, Kernel (2026-07-29)']),
    );
  });

  it('holds no name of whoever waived, and no reason that may name one', () => {
    const text = JSON.stringify(seen('waived', waived));
    expect(text).not.toMatch(/Fachgebiet 12|Schulungsvideo/);
    expect(text).toContain('2027-01-31');
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))('%j comes back as it was', (_, name) => {
    const event = wire(toOcsf(eventOf({}, { subject: room(name) }), context));
    expect(event.resources[0].name).toBe(name);
    expect(event.resources[0].uid).toBe('cloud/room/aaaabbbbccccdddd');
  });
});
