import { z } from 'zod';
import { type Reason, reason } from '../../contract/fact.ts';
import type { Sight } from '../../contract/seen.ts';
import type { SqlRow } from '../../contract/sql.ts';
import { actorTypes, addPeople, emptyParticipation, type Participation } from '../participants.ts';
import { Natural, oneOf } from './values.ts';

const Group = z.object({
  actor_type: z.enum(actorTypes),
  participant_type: oneOf([1, 2, 3, 4, 5, 6]),
  permissions: Natural,
  in_call: Natural,
  present: Natural,
  n: Natural,
});

/** Columns of a row that are read. */
export const groupColumns = Object.keys(Group.shape);

/** Rows of one room: how many people of one kind do the same. */
export interface StoredPeople {
  rows: SqlRow[];
  sight: Sight;
  /** Sessions were not read: nobody is known to be in, or out. */
  calls: Reason | null;
}

/** Numbers as from the list of participants. `mask` is what holds for those without permissions of their own. */
export function countPeople({ rows, sight, calls }: StoredPeople, mask: number | undefined): Participation {
  const counts = emptyParticipation(sight);
  counts.calls = calls;
  for (const row of rows) {
    const parsed = Group.safeParse(row);
    if (!parsed.success) {
      counts.gap ??= reason(
        'invalid_answer',
        `oc_talk_attendees.${parsed.error.issues[0]?.path.join('.') ?? ''}`,
      );
      continue;
    }
    const { actor_type: actorType, participant_type: participantType, n, ...rest } = parsed.data;
    const permissions = rest.permissions === 0 ? mask : rest.permissions;
    if (permissions === undefined)
      counts.gap ??= reason('incomplete', 'the default permissions are not known');
    addPeople(counts, {
      actorType,
      participantType,
      permissions: permissions ?? 0,
      inCall: rest.in_call,
      present: rest.present > 0,
      // Names are not read here: a caller may have one.
      named: null,
      count: n,
    });
  }
  return counts;
}
