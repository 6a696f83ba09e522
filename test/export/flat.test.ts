import { describe, expect, it } from 'vitest';
import { flatten } from '../../src/export/flat.ts';
import { writeReport } from '../../src/export/report.ts';
import { finding, report } from './finding.ts';
import { context } from './matrix.ts';

const at = '2026-11-21T12:00:00.000Z';

describe('flat', () => {
  it('holds scalars, lists of texts and one group of scalars, nothing else', () => {
    for (const [name, value] of Object.entries(flatten(finding(), at))) {
      if (name === 'facts') {
        for (const fact of Object.values(value)) expect(typeof fact).not.toBe('object');
      } else if (Array.isArray(value)) {
        for (const item of value) expect(typeof item, name).toBe('string');
      } else expect(typeof value, name).not.toBe('object');
    }
  });

  it('has the same keys whatever is known of a finding', () => {
    const bare = finding({
      subject: { kind: 'deployment', name: null },
      reasons: [],
      evidence: [],
      facts: {},
    });
    expect(Object.keys(flatten(bare, at))).toEqual(Object.keys(flatten(finding(), at)));
    expect(flatten(bare, at)).toMatchObject({ timestamp: at, subject: '', subject_name: '', affected: 1 });
  });

  it('names the hole with what would fill it, and each source once', () => {
    const twice = finding();
    twice.evidence.push(...twice.evidence);
    expect(flatten(twice, at)).toMatchObject({
      reasons: ['room_members_only: not_permitted (permission moderator)'],
      sources: ['GET /room'],
      facts: {
        room_password_required: false,
        hosts: '{"items":["a.example"],"complete":true}',
        name: 'null',
      },
    });
  });

  it('the life of a finding of the ledger', () => {
    const waived = finding({
      status: 'waived',
      affected: 7,
      changed_at: '2026-10-01T00:00:00.000Z',
      waiver: { id: 'w', reason: 'r', until: '2027-01-31T22:59:59.999Z' },
    });
    expect(flatten(waived, at)).toMatchObject({
      timestamp: '2026-10-01T00:00:00.000Z',
      status: 'waived',
      affected: 7,
      waived_until: '2027-01-31T22:59:59.999Z',
    });
  });

  it.each(['flat', 'ndjson'] as const)('%s: one finding a line, whatever its name holds', (format) => {
    const names = ['a\nb', 'a\r\nb', 'a\u2028b', '"', '\u0000', '😀'];
    const text = [
      ...writeReport(
        format,
        report(names.map((name) => finding({ subject: { kind: 'room', id: 'x', name } }))),
        context,
      ),
    ].join('');
    const lines = text.split('\n');
    expect(lines.pop()).toBe('');
    const read = lines.map((line) => {
      const value = JSON.parse(line) as { subject_name?: string; subject?: { name?: string } };
      return value.subject_name ?? value.subject?.name;
    });
    expect(read).toEqual(names);
  });
});
