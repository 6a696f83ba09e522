import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/policy/check.ts';
import type { ParameterDefinition } from '../../src/policy/types.ts';
import { clauseFile, policyFile, problemsOf } from './helper.ts';

const texts = { de: 'x', en: 'x' };
const parameters: Record<string, ParameterDefinition> = {
  least: { type: 'int', default: 8, min: 1, max: 100, texts },
  max_age: { type: 'duration', default: 86_400, min: 0, max: 864_000, texts },
  kinds: { type: 'list', default: ['phone'], values: ['phone', 'channel'], min_items: 1, texts },
  free: { type: 'list', default: ['phone'], min_items: 1, texts },
  mode: { type: 'text', default: 'document', values: ['document', 'dpf'], texts },
};

describe('what an expression may not say', () => {
  it.each([
    ['has(attestation.value)', 0, 'has() is not allowed'],
    ['dyn(room_tags).all(t, t == "x")', 0, 'dyn() is not allowed'],
    ['room_tags.map(t, t) == room_tags', 0, 'map() is not allowed'],
    ['room_tags.filter(t, t == "x").size() == 0', 0, 'filter() is not allowed'],
    ['room_tags.exists_one(t, t == "x")', 0, 'exists_one() is not allowed'],
    ['room_password_required && room_kind.matches("a+")', 26, 'matches() is not allowed'],
    ['inventory.hosting_country.startsWith("D")', 0, 'startsWith() is not allowed'],
    ['room_tags[0] == "x"', 0, 'index access'],
    ['[room_password_required].all(x, x)', 0, 'a list may only stand to the right of in'],
    ['room_kind in [room_kind]', 14, 'literals only'],
    ['{"a": true}["a"]', 0, 'index access'],
    ['room_password_length + 1 > 8', 0, 'arithmetic'],
    ['room_password_length > -1', 23, 'arithmetic'],
    ['room_password_length >= 1.5', 24, 'whole numbers'],
    ['room_kind < "phone"', 0, 'texts have no order'],
    ['room_password_required < true', 0, 'bool has no order'],
    ['platform_version >= "3.0"', 0, 'no such overload'],
    ['platform_version == latest_patch_version', 0, 'no such overload'],
    ['room_chat_retention <= params.max_age', 0, 'no such overload'],
    ['recording.age <= 7', 0, 'no such overload'],
    ['recording.age <= duration("7d")', 17, 'duration() is not allowed: write a parameter'],
    ['room_pasword_required', 0, 'did you mean room_password_required?'],
    ['true && nonsense', 8, 'nonsense is not a fact'],
    ['age > params.max_age', 0, 'write recording.age'],
    ['room.room_kind == "phone"', 0, 'write room_kind'],
    ['deployment', 0, 'without a group'],
    ['inventory.hosting_modell == "saas"', 0, 'did you mean inventory.hosting_model?'],
    ['inventory', 0, 'inventory is a group'],
    ['room_password_length >= params.leest', 24, 'did you mean least?'],
    ['params', 0, 'params is a group'],
    ['recording.publicly_listed', 0, 'evidence only'],
    ['room_kind == "telephone"', 13, '"telephone" is no value of room_kind'],
    ['"fone" == room_kind', 0, '"fone" is no value of room_kind'],
    ['room_kind in ["phone", "chanel"]', 23, '"chanel" is no value of room_kind'],
    ['room_classification_marking in params.kinds', 31, '"phone" is no value of room_classification_marking'],
    ['room_kind in params.free', 13, 'params.free needs values'],
    ['params.kinds.exists(k, k == "fone")', 28, '"fone" is no value of k'],
    ['params.mode == "dpv"', 15, '"dpv" is no value of params.mode'],
    ['room_kind == room_classification_marking', 13, 'is no value of room_kind'],
    ['room_password_length', 0, 'must be true or false, is int'],
    ['room_kind', 0, 'must be true or false, is string'],
    ['size(room_tags)', 0, 'must be true or false, is int'],
    ['room_tags.all(room_kind, true)', 14, 'already has a meaning'],
    ['room_tags.all(t, t.size() > 0)', 17, 'size() takes a fact'],
    ['(room_password_required || room_members_only) == true', 1, 'a condition cannot be compared'],
    ['room_password_length in [8, 9]', 0, 'in compares texts'],
    ['fresh(params.max_age, params.max_age)', 0, 'the first argument must be a fact'],
    ['retention_within(room_chat_retention)', 0, 'found no matching overload'],
    ['attestation.?value.orValue(true)', 0, 'orValue() is not allowed'],
    ['room_tags[?0] == attestation.?contact_name', 0, 'optional access'],
    ['room_password_required &&', 25, ''],
    ['', 0, ''],
  ])('%s', (expression, column, message) => {
    const checked = checkExpression(expression, parameters);

    expect(checked).toHaveProperty('problems');
    const [first] = 'problems' in checked ? checked.problems : [];
    expect(first?.message).toContain(message);
    expect(first?.range.start).toBe(column);
  });

  it('names every refusal of one expression', () => {
    const checked = checkExpression(
      'has(attestation.value) || nonsense || dyn(room_kind) == "x"',
      parameters,
    );

    expect('problems' in checked && checked.problems.map((p) => p.range.start)).toEqual([0, 26, 38]);
  });

  it('lets a typo in a branch that no parameter reaches be seen', () => {
    const checked = checkExpression('params.mode == "document" || room_kind == "fone"', parameters);

    expect(checked).toHaveProperty('problems');
  });
});

describe('where it stands in the file', () => {
  const place = (files: Parameters<typeof policyFile>[0]): string[] =>
    problemsOf({ 'small.yaml': policyFile(files), 'clauses/S1.yaml': clauseFile }).map(
      (p) => `${p.file}:${p.line}:${p.column} ${p.message.slice(0, 22)}`,
    );

  it.each([
    ['plain', 'room_kind == "fone"', '15:24'],
    ['double quotes', '"room_kind == \\"fone\\""', '15:25'],
    ['single quotes', '\'room_kind == "fone"\'', '15:25'],
    ['folded', '>-\n      room_password_required ||\n      room_kind == "fone"', '17:20'],
    ['literal', '|\n      room_password_required ||\n\n      room_kind == "fone"', '18:20'],
    ['plain over two lines', 'room_password_required ||\n      room_kind == "fone"', '16:20'],
  ])('counts columns in a %s scalar', (_style, rule, expected) => {
    expect(place({ rule })).toEqual([`small.yaml:${expected} "fone" is no value of `]);
  });

  it('refuses facts of another level, but for properties of the product in applies', () => {
    expect(place({ rule: 'room_password_required || guest_access_allowed' })).toEqual([
      'small.yaml:15:37 guest_access_allowed i',
    ]);
    expect(place({ applies: 'guest_access_allowed' })).toEqual(['small.yaml:15:14 guest_access_allowed i']);
    expect(place({ applies: 'recording_supported' }).join()).not.toContain('recording_supported i');
    expect(place({ rule: 'recording_supported' })).toEqual(['small.yaml:15:11 recording_supported is']);
    expect(place({ rule: 'inventory.dpf_certified' })).toEqual(['small.yaml:15:11 inventory.dpf_certifie']);
  });

  it('wants live entries to say so', () => {
    expect(place({ rule: 'meeting_locked' })[0]).toContain('meeting_locked is a li');
    expect(place({ more: '    live: true\n' })[0]).toContain('live: true, but no liv');
  });
});
