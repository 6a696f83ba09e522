import { type Evidence, type Fact, hole, known, type Reason } from '../../contract/fact.ts';
import { evidenceOf, has } from '../../contract/seen.ts';
import type { Facts, Observation } from './observation.ts';
import { configured } from './platform.ts';

/** What the auditing account may do beyond reading. */
export function accountFacts(observation: Observation): Facts {
  const { settings, now } = observation;
  const signedIn = settings.user !== undefined && settings.password !== undefined;
  const used = signedIn || settings.database !== undefined;
  return {
    auditor_account_used: configured(signedIn || !used ? 'user' : 'database', used, now),
    auditor_account_excess_privileges: excess(observation),
  };
}

function excess({ self, rooms, list, settings, database: { rights } }: Observation): Fact {
  const items: string[] = [];
  const gaps: Reason[] = [];
  const evidence: Evidence[] = [];
  const { groups, subadmin } = self;
  const signedIn = settings.user !== undefined;
  const asked = settings.database === undefined ? [] : [rights];
  for (const part of [...(signedIn || asked.length === 0 ? [groups, subadmin, list] : []), ...asked]) {
    if (!has(part)) gaps.push(part.reason);
    evidence.push(evidenceOf(part));
  }
  if (has(groups) && groups.value.includes('admin')) items.push('server_admin');
  if (has(subadmin) && subadmin.value.length > 0) items.push('group_admin');
  if (has(rights)) {
    if (rights.value.write) items.push('database_write');
    if (rights.value.secrets) items.push('database_secrets');
  }
  const judged = rooms.filter(({ room, kind }) => room.view === 'member' && !('counted' in kind));
  const unread = judged.find(({ room }) => !has(room.participantType))?.room.participantType;
  if (unread !== undefined && !has(unread)) gaps.push(unread.reason);
  const moderated = judged.filter(({ room }) => has(room.participantType) && room.participantType.value <= 2);
  if (moderated.length > 0) items.push(`moderator_rooms:${moderated.length}`);
  const [gap] = gaps;
  if (gap === undefined) return known({ items, complete: true }, evidence);
  if (items.length === 0 && !has(groups) && !has(list) && !has(rights)) return hole(gap, evidence);
  return known({ items, complete: false, missing: gap }, evidence);
}
