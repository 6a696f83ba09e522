import { join } from 'node:path';
import type { ExportContext } from '../../src/export/context.ts';
import type { ExportEvent } from '../../src/export/event.ts';
import { eventKinds, type NativeFinding } from '../../src/findings/types.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { severities, verdicts } from '../../src/policy/types.ts';
import { finding } from './finding.ts';

export const context: ExportContext = {
  catalogue: loadCatalogue(join(import.meta.dirname, '../../policies')),
  version: '1.2.3',
  language: 'en',
  host: 'audit.example.org',
  enterprise: 32_473,
  hostOf: (target) => (target === 'cloud' ? 'cloud.example.org' : null),
};

export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  ']]><!--',
  '\u202egnp.exe\u2066\u2069\u200f',
  'eins\nzwei\r\ndrei\rvier',
  'a|b\\c=d "e" [f] \'g\' `h`',
  'cs1=x cs2Label=y\\=z|',
  '"] [origin software="x',
  '=HYPERLINK("http://evil.example";"x")',
  'a;=1+1,@x\t=2',
  '[x](javascript:alert(1)) **fett** {{ insert: param, a }}',
  'x'.repeat(10_000),
  '😀'.repeat(5_000),
  'lone \ud800 surrogate \udfff',
  'nul \u0000 bell \u0007 esc \u001b[2J del \u007f c1 \u009b',
  'sep \u2028 \u2029 bom \ufeff nbsp \u00a0',
  'noncharacter \ufffe \uffff',
  ' ',
  ['%s%n{0}$', '{jndi:ldap://x}'].join(''),
];

const waiver = {
  id: 'w-1',
  reason: 'Schulungsvideo',
  owner: 'Fachgebiet 12',
  ticket: 'IT-4711',
  until: '2027-01-31T22:59:59.999Z',
};
const life = {
  opened_at: '2026-11-20T09:15:00.000Z',
  first_opened_at: '2026-11-01T09:15:00.000Z',
  changed_at: '2026-11-21T07:30:00.000Z',
  last_seen_at: '2026-11-21T07:31:00.000Z',
};

export function eventOf(change: Partial<ExportEvent> = {}, about: Partial<NativeFinding> = {}): ExportEvent {
  return {
    id: 'f00d-1042',
    seq: 1042,
    event: 'opened',
    at: '2026-11-21T07:30:00.000Z',
    cause: 'facts',
    policy_version: 2,
    target: 'cloud',
    uid: 'abcdefghijklmnopqrstuvwxyz',
    finding: finding({ status: 'open', subject: room('Raum'), ...life, ...about }),
    ...change,
  };
}

export const room = (name: string | null): NativeFinding['subject'] => ({
  kind: 'room',
  ref: 'aaaabbbbccccdddd',
  name,
});

export function numbersOf(kind: 'baseline' | 'heartbeat'): ExportEvent {
  const { finding: _, ...event } = eventOf({ event: kind, uid: null, cause: null, policy_version: null });
  return { ...event, counts: { violation: 3, violation_high: 2, unknown: 1, state: 'complete' } };
}

export function erased(): ExportEvent {
  const { finding: _, ...event } = eventOf();
  return { ...event, erased: true };
}

/** Every kind of event, with every severity and verdict, with and without waiver; aggregates; nothing known; hostile names. */
export function* everyEvent(): Generator<ExportEvent> {
  yield numbersOf('baseline');
  yield numbersOf('heartbeat');
  yield erased();
  yield { ...erased(), target: null, uid: null, cause: null };
  for (const kind of eventKinds) {
    if (kind === 'baseline' || kind === 'heartbeat') continue;
    for (const severity of severities) {
      for (const verdict of verdicts) {
        for (const waived of [false, true]) {
          const held = waived ? { status: 'waived' as const, waiver } : {};
          yield eventOf({ event: kind }, { severity, verdict, ...held });
        }
      }
    }
    yield eventOf({ event: kind }, aggregate);
    yield eventOf({ event: kind, seq: null }, bare);
    yield eventOf({ event: kind }, { subject: { kind: 'deployment', id: '-', name: null } });
    for (const name of hostileNames) yield eventOf({ event: kind }, { subject: room(name) });
  }
}

export const aggregate: Partial<NativeFinding> = {
  verdict: 'unknown',
  affected: 214,
  subject: { kind: 'room', name: null },
  facts: {},
};

const bare: Partial<NativeFinding> = {
  policy: 'no-longer-there',
  clauses: [],
  facts: {},
  evidence: [],
  reasons: [],
  remediation: { de: '', en: '' },
  subject: { kind: 'recording', ref: 'x', name: null },
  target: 'elsewhere',
};
export const waived: Partial<NativeFinding> = { status: 'waived', waiver };
