import type { OidcSettings } from '../config/types.ts';
import type { Scope } from './tokens.ts';

export interface Rights {
  scopes: readonly Scope[];
  targets: readonly string[] | null;
}

/**
 * The first configured role whose group is among them. Rights of several roles are not added up: one that reads all
 * targets and one that operates a single one would together operate all.
 */
export function rightsOf(roles: OidcSettings['roles'], groups: readonly string[]): Rights | null {
  const role = roles.find(({ group }) => groups.includes(group));
  return role === undefined ? null : { scopes: role.scopes, targets: role.targets };
}

/** Only groups that the configuration names are kept; others would tell about the person. */
export function knownGroups(
  roles: OidcSettings['roles'],
  claims: Readonly<Record<string, unknown>>,
  path: readonly string[],
): string[] {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
    value = (value as Record<string, unknown>)[name];
  }
  const groups = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  return roles.map(({ group }) => group).filter((group) => groups.includes(group));
}
