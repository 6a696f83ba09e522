import { z } from 'zod';
import { reason } from '../contract/fact.ts';
import { type Answer, field, type Seen } from '../contract/seen.ts';
import type { Reply } from './client.ts';
import type { Account, Permissions } from './facts/observation.ts';

const code = z.string().min(1).max(200);

/** Of the auditing account only its roles are kept. */
export function readAccount(me: Reply, permissions: Reply, roles: Reply): Account {
  return {
    roles: field(me, '', 'roles', z.array(code)),
    permissions: readPermissions(permissions),
    roleNames: readRoles(roles),
  };
}

function readPermissions(reply: Reply): Permissions {
  const { source, locator, at } = reply;
  const list = field(reply, '', 'update', z.array(z.unknown()));
  const holders = new Map<string, Seen<string[]>>();
  let unreadable = 0;
  for (const data of 'value' in list ? list.value : []) {
    const one: Answer = { source, locator, at, data };
    const id = field(one, 'update[]', '_id', code);
    if (!('value' in id) || holders.has(id.value)) unreadable += 1;
    else holders.set(id.value, { ...field(one, 'update[]', 'roles', z.array(code)), path: id.value });
  }
  const count = 'value' in list ? { ...list, value: list.value.length } : list;
  return { source, locator, at, list: count, unreadable, holders };
}

function readRoles(reply: Reply): Seen<ReadonlyMap<string, string>> {
  const pair = z.object({ _id: code, name: code });
  const both = z
    .array(pair)
    .transform(
      (roles) => new Map(roles.flatMap(({ _id, name }) => [[_id, name] as const, [name, _id] as const])),
    );
  return field(reply, '', 'roles', both as z.ZodType<ReadonlyMap<string, string>>);
}

const modules = z.array(z.string());
const licensed = 'engagement-dashboard';

/** Statistics name the modules once more: an answer that lost one must not look unlicensed. */
export function readDashboard(license: Reply, statistics: Reply): Seen<boolean> {
  const own = field(license, '', 'license.activeModules', modules);
  if (!('value' in own)) return own;
  const value = own.value.includes(licensed);
  const other = field(statistics, '', 'enterprise.modules', modules);
  const { source, locator, at, path } = own;
  if ('value' in other && other.value.includes(licensed) !== value) {
    const why = reason('conflicting', 'licence and statistics name different modules');
    return { source, locator, at, path, reason: why, absent: false };
  }
  return { source, locator, at, path, value };
}
