import { describe, expect, it } from 'vitest';
import type { FactSource } from '../../adapters/contract/adapter.ts';
import { hole, known } from '../../adapters/contract/fact.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import { bindVendor, judgedKinds, unjudged, unlisted } from '../../src/policy/bind.ts';
import { checkSettings, compileCatalogue, SettingsError } from '../../src/policy/compiled.ts';
import { judgeSubject } from '../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import type { Scope } from '../../src/policy/types.ts';
import { evidence } from './generate.ts';
import { bindAll, everyRow, policyFolder } from './helper.ts';

const catalogue = loadCatalogue(policyFolder);
const compiled = compileCatalogue(catalogue);

function rowsWithout(...names: FactName[]): FactSource[] {
  return everyRow.filter((row) => !names.includes(row.fact));
}

function stateOf(
  rows: readonly FactSource[],
  policy: string,
  kind: string,
  options = { declaredOnly: false, live: true },
) {
  return bindVendor(compiled, rows, options).entries.find(
    (e) => e.entry.policy.id === policy && e.entry.kind === kind,
  )?.state;
}

describe('levels', () => {
  const rooms: FactName[] = [
    'room_dial_in_waiting_room',
    'room_dial_in_pin_required',
    'room_dial_in_pin_length',
  ];
  const server: FactName[] = ['dial_in_waiting_room', 'dial_in_pin_required', 'dial_in_pin_length'];

  it('skips a level of which the vendor declares no fact of the rule', () => {
    expect(stateOf(rowsWithout(...server), 'dial-in-protected', 'deployment')).toBe('skipped_level');
    expect(stateOf(rowsWithout(...server), 'dial-in-protected', 'room')).toBe('judged');
  });

  it('says not observable once where no level remains', () => {
    const rows = rowsWithout(...server, ...rooms);
    expect(stateOf(rows, 'dial-in-protected', 'room')).toBe('not_observable');
    const told = unjudged(bindVendor(compiled, rows, { declaredOnly: false, live: true }));
    expect(told.find((j) => j.policy === 'dial-in-protected')).toMatchObject({
      kind: 'deployment',
      verdict: 'unknown',
      holes: [{ fact: 'dial_in_waiting_room', reason: { code: 'not_observable' } }, {}, {}],
    });
  });

  it('judges while one fact of the rule is declared, the others being holes', () => {
    expect(stateOf(rowsWithout(...rooms.slice(1)), 'dial-in-protected', 'room')).toBe('judged');
  });

  it('judges live entries only where the target allows it', () => {
    const bound = bindVendor(compiled, everyRow, { declaredOnly: false, live: false });
    expect(judgedKinds(bound, 'live-no-recording')).toEqual([]);
    expect(unjudged(bound).find((j) => j.policy === 'live-no-recording')).toMatchObject({
      verdict: 'unknown',
      holes: [{ reason: { code: 'not_configured', fill: { kind: 'config', name: 'live.purpose' } } }],
    });
    expect(judgedKinds(bindAll(catalogue), 'live-no-recording')).toEqual(['room']);
  });

  it('judges of a declared target what the configuration tells, and nothing else', () => {
    const rows: FactSource[] = [{ fact: 'privacy_notice_present', source: 'config', proves: 'both' }];
    const bound = bindVendor(compiled, rows, { declaredOnly: true, live: false });
    const judged = bound.judged.deployment.filter((e) => e.policy.form === 'rule').map((e) => e.policy.id);
    expect(judged).toEqual([
      'employer-provided-system',
      'hosting-on-premises-or-germany',
      'no-us-provider',
      'privacy-notice-provided',
    ]);
    expect(bound.judged.room).toEqual([]);
    const others = unjudged(bound);
    expect(others).toHaveLength(34 - 4);
    expect(new Set(others.map((j) => j.verdict))).toEqual(new Set(['not_applicable']));
  });

  it('makes one unknown per policy of what could not be listed', () => {
    const told = unlisted(bindAll(catalogue), 'recording', { code: 'not_permitted' });
    expect(told).toMatchObject([
      {
        policy: 'recordings-deleted-after-meeting',
        kind: 'deployment',
        verdict: 'unknown',
        holes: [{ fact: 'recording.age' }],
      },
    ]);
  });

  it('takes a policy that a parameter switches off from the rooms', () => {
    const id = 'screen-sharing-restricted';
    expect(judgedKinds(bindAll(catalogue), id)).toEqual([]);
    expect(unjudged(bindAll(catalogue)).find((j) => j.policy === id)?.verdict).toBe('not_applicable');
    expect(judgedKinds(bindAll(catalogue, { [id]: { parameters: { enabled: true } } }), id)).toEqual([
      'deployment',
      'room',
    ]);
  });
});

describe('parameters', () => {
  it.each([
    [{ 'room-pasword-strong': {} }, 'did you mean room-password-strong?'],
    [{ 'room-password-strong': { parameters: { length: 8 } } }, 'there is no parameter length'],
    [{ 'room-password-strong': { parameters: { min_length: 0 } } }, 'from 1 to 128'],
    [{ 'room-password-strong': { parameters: { min_length: '8' } } }, 'a whole number'],
    [{ 'recordings-deleted-after-meeting': { parameters: { max_age: 'soon' } } }, 'a duration like 7d'],
    [{ 'room-access-restricted': { parameters: { accepted: [] } } }, 'at least 1'],
    [{ 'room-access-restricted': { parameters: { accepted: ['pasword'] } } }, 'is none of'],
    [{ 'no-us-provider': { parameters: { us_provider_mode: 'shield' } } }, 'must be one of'],
    [{ 'join-muted': { parameters: { x: 1 } } }, 'has no parameters'],
  ])('%o', (settings, message) => {
    expect(checkSettings(catalogue, settings)[0]?.message).toContain(message);
    expect(() => compileCatalogue(catalogue, settings)).toThrow(SettingsError);
  });

  it('may be written as in the policy files', () => {
    expect(
      checkSettings(catalogue, { 'recordings-deleted-after-meeting': { parameters: { max_age: '90d' } } }),
    ).toEqual([]);
  });
});

describe('judgements', () => {
  const on = known(true, evidence);
  const off = known(false, evidence);
  const base = {
    room_kind: known('conference', evidence),
    room_conference_possible: on,
    room_password_required: off,
    room_waiting_room_enabled: off,
    room_members_only: off,
    room_signed_in_only: off,
  };
  const judge = (room: Scope['room']) =>
    judgeSubject(bindAll(catalogue), 'room', {
      deployment: {},
      room: room ?? {},
      inventory: {},
      attestations: {},
    }).find((j) => j.policy === 'room-access-restricted');

  it('names the ways that were met and what they rest on', () => {
    expect(judge({ ...base, room_password_required: on, room_signed_in_only: on })).toMatchObject({
      verdict: 'pass',
      met: ['password', 'signed_in'],
      facts: ['room_conference_possible', 'room_kind', 'room_password_required', 'room_signed_in_only'],
      confidence: 'high',
    });
  });

  it('has less confidence in what a participant can change, unless something else holds, too', () => {
    const weak = known(true, { ...evidence, force: 'overridable' });
    const documented = known(true, { ...evidence, provenance: 'documented_default' });
    expect(judge({ ...base, room_password_required: weak })?.confidence).toBe('low');
    expect(judge({ ...base, room_password_required: documented })?.confidence).toBe('medium');
    expect(
      judge({ ...base, room_password_required: known(true, { ...evidence, force: 'default' }) })?.confidence,
    ).toBe('medium');
    expect(judge({ ...base, room_password_required: weak, room_signed_in_only: on })?.confidence).toBe(
      'high',
    );
    expect(
      judge({ ...base, room_password_required: known(false, { ...evidence, force: 'overridable' }) }),
    ).toMatchObject({
      verdict: 'violation',
      confidence: 'high',
    });
  });

  it('names every deciding hole with its reason', () => {
    const reason = { code: 'not_permitted', fill: { kind: 'permission', name: 'view-rooms' } } as const;
    const { room_members_only: _left, ...others } = base;
    expect(
      judge({ ...others, room_kind: hole(reason), room_waiting_room_enabled: hole(reason) }),
    ).toMatchObject({
      verdict: 'unknown',
      confidence: 'low',
      holes: [
        { fact: 'room_kind', reason },
        { fact: 'room_waiting_room_enabled', reason },
        { fact: 'room_members_only', reason: { code: 'not_observable' } },
      ],
    });
  });

  it('asks for the attestation by the name of its policy', () => {
    const told = judgeSubject(bindAll(catalogue), 'deployment', {
      deployment: {},
      inventory: {},
      attestations: {},
    });
    expect(told.find((j) => j.policy === 'device-loss-process')?.holes[0]?.reason).toEqual({
      code: 'attestation_missing',
      fill: { kind: 'attestation', name: 'device-loss-process' },
    });
  });
});
