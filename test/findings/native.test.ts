import { describe, expect, it } from 'vitest';
import { known, type Layer, reason } from '../../adapters/contract/fact.ts';
import { detailOf } from '../../src/findings/detail.ts';
import { groupBySetting } from '../../src/findings/groups.ts';
import type { Judged } from '../../src/findings/judged.ts';
import { type FindingCore, toNative } from '../../src/findings/native.ts';
import type { Judgement } from '../../src/policy/types.ts';
import { catalogue, evidence, type Look, look } from './helper.ts';

function core(spec: Look, change: Partial<FindingCore> = {}): FindingCore {
  const judged = look(spec);
  const judgement = judged.judgements[0] as Judgement;
  return {
    uid: 'u',
    policy: judgement.policy,
    policyVersion: 1,
    severity: judgement.severity,
    verdict: judgement.verdict,
    confidence: judgement.confidence,
    target: 't',
    vendor: 'demo',
    kind: judged.kind,
    id: judged.id,
    ref: 'r'.repeat(16),
    name: judged.name,
    detail: detailOf(judgement, judged.scope),
    ...change,
  };
}

describe('a finding in words', () => {
  it('of a violation: the policy’s sentence, value, source and path', () => {
    const finding = toNative(core({ verdict: 'violation' }), catalogue, 'plain');
    expect(finding.message).toEqual({ de: 'Offen.', en: 'Open.' });
    expect(finding.remediation.en).toBe('There.');
    expect(finding.facts).toEqual({ room_password_required: false });
    expect(finding.evidence).toMatchObject([
      { fact: 'room_password_required', value: false, source: 'list', locator: 'GET /rooms', path: 'p' },
    ]);
  });

  it('of a vendor without words of its own: the general remediation', () => {
    expect(
      toNative(core({ verdict: 'violation' }, { vendor: 'other' }), catalogue, 'plain').remediation.en,
    ).toBe('Close it.');
  });

  it('of an unknown: every hole with what would fill it', () => {
    const hole = reason('not_configured', 'no key', { kind: 'config', name: 'greenlight.url' });
    const finding = toNative(core({ verdict: 'unknown', hole }), catalogue, 'plain');
    expect(finding.message.en).toContain('the source is not configured; it needs the key greenlight.url.');
    expect(finding.message.de).toContain('es fehlt der Eintrag greenlight.url.');
    expect(finding.reasons).toEqual([{ fact: 'room_password_required', ...hole }]);
    expect(finding.evidence[0]).toMatchObject({ unavailable: hole, source: 'list' });
  });

  it('of a violation that was not confirmed: says so', () => {
    const finding = toNative(core({ verdict: 'violation' }, { confirmed: false }), catalogue, 'plain');
    expect(finding.message.en).toBe('Open. The last scan could not confirm it.');
    expect(finding.confidence).toBe('low');
  });

  it('of a policy that is gone: its id', () => {
    const finding = toNative(core({ verdict: 'violation', policy: 'former' }), catalogue, 'plain');
    expect(finding.title).toEqual({ de: 'former', en: 'former' });
  });
});

it('an id never leaves in the ref view, nor as a part of a locator', () => {
  const spec = core(
    { verdict: 'unknown', hole: reason('unreachable', 'room a/b+c of a/b+c') },
    { id: 'a/b+c' },
  );
  const [line] = spec.detail.evidence;
  Object.assign(line ?? {}, {
    locator: 'GET /rooms/a%2Fb%2Bc/people',
    path: 'rooms[a/b+c]',
    chain: [{ layer: 'room', path: '/a/b+c/', value: 1, decides: true }] satisfies Layer[],
  });
  const hidden = JSON.stringify(toNative(spec, catalogue, 'ref'));
  expect(hidden).not.toMatch(/a\/b\+c|a%2Fb/);
  expect(hidden).toContain(`GET /rooms/${'r'.repeat(16)}/people`);
  expect(toNative(spec, catalogue, 'plain').subject.id).toBe('a/b+c');
  const deployment = core({ verdict: 'violation', kind: 'deployment', id: '-' });
  expect(toNative(deployment, catalogue, 'ref').subject).toEqual({
    kind: 'deployment',
    id: '-',
    name: 'Room',
  });
});

describe('violations that one setting causes', () => {
  const layered = (id: string, layers: Layer[], verdict: 'violation' | 'pass' = 'violation') => {
    const judged: Judged = look({ verdict, id });
    Object.assign(judged.scope.room ?? {}, {
      room_password_required: known(false, { ...evidence(), chain: layers }),
    });
    const spec = core({ verdict, id });
    spec.detail = detailOf(judged.judgements[0] as Judgement, judged.scope);
    return toNative(spec, catalogue, 'plain');
  };
  const site: Layer[] = [
    { layer: 'room', path: 'room.password', value: true, decides: false },
    { layer: 'site', path: 'site.password', value: false, decides: true },
  ];
  const room: Layer[] = [{ layer: 'room', path: 'room.password', value: false, decides: true }];

  it('are grouped with their number and one remediation; rooms of their own making are not', () => {
    const found = [layered('a', site), layered('b', site), layered('c', room), layered('d', site, 'pass')];
    expect(groupBySetting(found)).toMatchObject([
      {
        policy: 'access',
        layer: 'site',
        path: 'site.password',
        value: false,
        count: 2,
        remediation: { en: 'There.' },
      },
    ]);
  });

  it('a single one is no group', () => {
    expect(groupBySetting([layered('a', site), layered('b', room)])).toEqual([]);
  });
});
