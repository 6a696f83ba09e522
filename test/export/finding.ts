import type { NativeFinding, Report, TargetReport } from '../../src/findings/types.ts';

/** A finding as a scan gives it, with every kind of field filled. */
export function finding(change: Partial<NativeFinding> = {}): NativeFinding {
  return {
    uid: 'abcdefghijklmnopqrstuvwxyz',
    policy: 'room-access-restricted',
    policy_version: 2,
    title: { de: 'Zugang zum Raum ist beschränkt', en: 'Access to the room is restricted' },
    severity: 'high',
    verdict: 'violation',
    confidence: 'high',
    target: 'cloud',
    vendor: 'nextcloud-talk',
    subject: { kind: 'room', id: '4200000022', name: 'Offene Sprechstunde' },
    clauses: ['S2-06', 'S1-18'],
    message: { de: 'Jeder mit dem Link kommt herein.', en: 'Anybody with the link gets in.' },
    facts: { room_password_required: false, hosts: { items: ['a.example'], complete: true }, name: null },
    evidence: [
      {
        fact: 'room_password_required',
        value: false,
        source: 'RL',
        locator: 'GET /room',
        path: 'hasPassword',
        observed_at: '2026-11-21T12:00:00.000Z',
        provenance: 'direct',
        force: 'enforced',
        chain: [{ layer: 'room', path: 'hasPassword', value: false, decides: true }],
      },
    ],
    reasons: [
      { fact: 'room_members_only', code: 'not_permitted', fill: { kind: 'permission', name: 'moderator' } },
    ],
    remediation: { de: 'Kennwort setzen.', en: 'Set a password.' },
    ...change,
  };
}

export function report(findings: NativeFinding[], target: Partial<TargetReport> = {}): Report {
  return {
    schema: 'roomwarden.report/1',
    generated_at: '2026-11-21T12:00:00.000Z',
    summary: {
      targets: 1,
      rooms: 1,
      verdicts: { pass: 0, violation: findings.length, unknown: 0, not_applicable: 0 },
      violations: { info: 0, low: 0, medium: 0, high: findings.length, critical: 0 },
      waived: 0,
    },
    targets: [
      {
        id: 'cloud',
        vendor: 'nextcloud-talk',
        state: 'complete',
        sources: [],
        counts: { pass: 0, violation: findings.length, unknown: 0, not_applicable: 0 },
        rooms: { seen: 1, population: 'visible' },
        score: { low: 0.25, high: 0.75, seen: 0.5 },
        coverage: [],
        ...target,
      },
    ],
    groups: [],
    findings,
  };
}

/** RFC 4180, read by the letter. */
export function readCsv(text: string, separator: ',' | ';' = ','): string[][] {
  const rows: string[][] = [[]];
  const cells = text.matchAll(
    separator === ',' ? /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy : /("(?:[^"]|"")*"|[^";\r\n]*)(;|\r\n|$)/gy,
  );
  for (const [, cell = '', end = ''] of cells) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  rows.pop();
  return rows;
}
