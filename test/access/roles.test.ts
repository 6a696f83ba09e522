import { expect, it } from 'vitest';
import { knownGroups, rightsOf } from '../../src/access/roles.ts';

const roles = [
  { group: 'leitung', scopes: ['admin' as const], targets: null },
  { group: 'it', scopes: ['operate' as const], targets: ['a'] },
];

it.each<[string, unknown, string[], string[]]>([
  ['a list', { groups: ['x', 'it'] }, ['groups'], ['it']],
  ['one text', { groups: 'it' }, ['groups'], ['it']],
  ['nested', { realm_access: { roles: ['it', 'leitung'] } }, ['realm_access', 'roles'], ['leitung', 'it']],
  ['a name with dots', { 'https://x/groups': ['it'] }, ['https://x/groups'], ['it']],
  ['none', {}, ['groups'], []],
  ['inherited', {}, ['__proto__'], []],
  ['no list', { groups: { it: true } }, ['groups'], []],
  ['numbers', { groups: [1, null] }, ['groups'], []],
  ['other writing', { groups: ['IT', 'it '] }, ['groups'], []],
  ['a way through a text', { groups: 'it' }, ['groups', 'length'], []],
])('groups from %s', (_, claims, path, found) => {
  expect(knownGroups(roles, claims as Record<string, unknown>, path)).toEqual(found);
});

it('gives the rights of the first role, never of several together', () => {
  expect(rightsOf(roles, ['it', 'leitung'])).toEqual({ scopes: ['admin'], targets: null });
  expect(rightsOf(roles, ['it'])).toEqual({ scopes: ['operate'], targets: ['a'] });
  expect(rightsOf(roles, ['other'])).toBeNull();
});
