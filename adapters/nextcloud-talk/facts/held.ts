import { type Fact, hole, type Reason, reason } from '../../contract/fact.ts';
import { evidenceOf, factOf, has, type Seen } from '../../contract/seen.ts';
import { type Facts, ungiven } from './observation.ts';
import type { Scene } from './room-door.ts';

const derived = { provenance: 'derived' } as const;

/** Messages, files and recordings of a room: numbers and ages from the database, never a text or a name. */
export function heldFacts(scene: Scene): Facts {
  const { chat, recordings } = scene.held;
  return {
    room_oldest_chat_message_age: ageOf(chat, ({ oldest }) => oldest, 'no message is there', scene),
    room_recordings_count: recordingsCount(scene),
    room_oldest_recording_age:
      ungiven(recordings) ??
      factOf(
        recordings,
        (found) =>
          found === null ? movedAway : { value: age(found.oldest, scene), bound: 'at_least' as const },
        derived,
      ),
    ...sharedFiles(scene),
    room_document_retention: documentRetention(scene),
  };
}

const movedAway = reason('not_observable', 'no recording was found, but files can be moved');

function age(oldest: number, { observation }: Scene): number {
  return Math.max(0, Math.floor((observation.now - oldest) / 1000));
}

function ageOf<T>(seen: Seen<T>, pick: (value: T) => number | null, none: string, scene: Scene): Fact {
  return (
    ungiven(seen) ??
    factOf(
      seen,
      (value) => {
        const oldest = pick(value);
        return oldest === null ? reason('not_observable', none) : age(oldest, scene);
      },
      derived,
    )
  );
}

/** A view on recordings counts files that still lie where they were made; shared ones are counted anyway. */
function recordingsCount({ held: { recordings, files } }: Scene): Fact {
  const shared = has(files) ? files.value.recordings : 0;
  if (has(recordings) && recordings.value !== null) {
    return factOf(recordings, (found) => ({ value: found?.count ?? 0, bound: 'at_least' }), derived);
  }
  if (shared > 0) return factOf(files, () => ({ value: shared, bound: 'at_least' }), derived);
  return ungiven(recordings) ?? factOf(recordings, () => movedAway);
}

function sharedFiles(scene: Scene): Facts {
  const { files } = scene.held;
  const gap = (unread: number): Reason | null =>
    unread === 0 ? null : reason('incomplete', `${unread} shared things of a kind that is not known`);
  return {
    room_shared_documents_count:
      ungiven(files) ??
      factOf(files, ({ count, unread }) => {
        const why = gap(unread);
        if (why === null) return count;
        return count === 0 ? why : { value: count, bound: 'at_least' };
      }),
    room_oldest_shared_document_age:
      ungiven(files) ??
      factOf(
        files,
        ({ oldest, unread }) => {
          const why = gap(unread);
          if (oldest === null) return why ?? reason('not_observable', 'nothing is shared');
          return why === null ? age(oldest, scene) : { value: age(oldest, scene), bound: 'at_least' };
        },
        derived,
      ),
  };
}

/** Files live with their owners; without the app that deletes by tag and age nothing removes them. */
function documentRetention({ observation: { apps } }: Scene): Fact {
  if (!has(apps)) return hole(apps.reason, evidenceOf(apps));
  return factOf(
    apps,
    (names) =>
      names.includes('files_retention')
        ? reason('not_observable', 'rules of the app files_retention are not shown')
        : { unlimited: true },
    derived,
  );
}
