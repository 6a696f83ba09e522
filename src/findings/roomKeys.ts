import type { Store } from '../store/index.ts';
import type { FindingFilter } from './filter.ts';
import { asked, type Keys, type Place, targetsOf } from './worst.ts';

/** Rooms of these targets that have the id or the ref; null = all targets that there are. */
export async function roomsCalled(
  { db }: Pick<Store, 'db'>,
  targets: readonly string[] | null,
  idOrRef: string,
): Promise<{ target: string; id: string; ref: string }[]> {
  const within =
    targets ?? (await db.selectFrom('targets').select('id').execute()).map((target) => target.id);
  const called = (column: 'id' | 'ref') =>
    db
      .selectFrom('subjects')
      .select(['target', 'id', 'ref'])
      .where('target', 'in', within.length === 0 ? [''] : within)
      .where('kind', '=', 'room')
      .where(column, '=', idOrRef);
  return called('ref').union(called('id')).execute();
}

/** Keys of the findings about one room: so few that they are sorted. */
export async function keysOfRoom(
  store: Store,
  filter: FindingFilter,
  room: string,
  place: Place | null,
  limit: number,
): Promise<Keys> {
  const { status = 'open', verdict = 'violation' } = filter;
  const rooms = await roomsCalled(store, targetsOf(filter), room);
  let query = store.db
    .selectFrom('findings')
    .select(['findings.uid', 'findings.severity_rank'])
    .where('findings.target', 'in', ['', ...new Set(rooms.map(({ target }) => target))])
    .where('findings.kind', '=', 'room')
    .where('findings.subject_id', 'in', ['\uFFFE', ...new Set(rooms.map(({ id }) => id))])
    .where((where) => where.or([where('subject_ref', '=', room), where('subject_id', '=', room)]));
  if (status !== 'all') query = query.where('status', '=', status);
  if (verdict !== 'all') query = query.where('verdict', '=', verdict);
  if (place !== null) {
    const [rank, uid] = place;
    query = query.where((where) =>
      where.or([
        where('severity_rank', '<', rank),
        where.and([where('severity_rank', '=', rank), where('uid', '>', uid)]),
      ]),
    );
  }
  return asked(query, filter).orderBy('severity_rank', 'desc').orderBy('uid').limit(limit);
}
