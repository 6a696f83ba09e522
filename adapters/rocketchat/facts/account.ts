import { type Evidence, type Fact, hole, known, type Reason, reason } from '../../contract/fact.ts';
import { configurationEvidence } from '../../contract/room.ts';
import { evidenceOf, has } from '../../contract/seen.ts';
import type { Facts, Observation } from './observation.ts';

/** Rights that change something, read what people write, or lift limits. */
const excessive =
  /^(?:edit-|manage-|delete-|assign-|run-|create-user|bulk-|set-|remove-|can-audit|api-bypass-rate-limit|impersonate|access-setting|add-)/;
/** What the tiers of the README need. */
const wanted: ReadonlySet<string> = new Set([
  'view-statistics',
  'view-room-administration',
  'view-all-teams',
  'view-c-room',
  'view-privileged-setting',
]);

export function accountFacts(observation: Observation): Facts {
  const { settings, now } = observation;
  return {
    auditor_account_used: known(settings.token !== undefined, configurationEvidence('token', now)),
    auditor_account_excess_privileges: excess(observation),
  };
}

function excess({ account }: Observation): Fact {
  const { roles, permissions } = account;
  const evidence: Evidence[] = [evidenceOf(roles), evidenceOf(permissions.list)];
  if (!has(roles)) return hole(roles.reason, evidence);
  const gap = gapOf(account);
  const own = namesOf(account);
  const items = own.has('admin') ? ['admin'] : [];
  for (const [permission, holders] of permissions.holders) {
    if (!has(holders) || wanted.has(permission) || !excessive.test(permission)) continue;
    if (holders.value.includes('user')) continue;
    if (holders.value.some((role) => own.has(role))) items.push(permission);
  }
  items.sort();
  if (gap === null) return known({ items, complete: true }, evidence);
  return items.length === 0 && !has(permissions.list)
    ? hole(gap, evidence)
    : known({ items, complete: false, missing: gap }, evidence);
}

/** The account's roles, by id and by name: permissions name them either way. */
export function namesOf({ roles, roleNames }: Observation['account']): Set<string> {
  if (!has(roles)) return new Set();
  const names = has(roleNames) ? roleNames.value : new Map<string, string>();
  return new Set(
    roles.value.flatMap((role) => {
      const name = names.get(role);
      return name === undefined ? [role] : [role, name];
    }),
  );
}

function gapOf({ roles, roleNames, permissions }: Observation['account']): Reason | null {
  if (!has(permissions.list)) return permissions.list.reason;
  if (permissions.unreadable > 0) return reason('incomplete', 'entries of the permissions cannot be read');
  const broken = [...permissions.holders.values()].find((seen) => !has(seen));
  if (broken !== undefined && !has(broken)) return broken.reason;
  if (!has(roleNames)) return roleNames.reason;
  const strange = has(roles) && roles.value.some((role) => !roleNames.value.has(role));
  return strange ? reason('incomplete', 'the list of roles lacks one of the account') : null;
}
