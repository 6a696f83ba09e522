import { type Fact, hole, type Reason, reason } from '../../contract/fact.ts';
import type { Rules } from '../../contract/fact-table.ts';
import { evidenceOf, factOf, has } from '../../contract/seen.ts';
import { ungiven } from './observation.ts';
import type { Scene } from './room-door.ts';

const derived = { provenance: 'derived' } as const;

/** Messages, files and recordings of a room: numbers and ages from the database, never a text or a name. */
export const heldRules: Rules<Scene> = {
  room_oldest_chat_message_age: oldestMessage,
  room_recordings_count: recordingsCount,
  room_oldest_recording_age: oldestRecording,
  room_shared_documents_count: documentsCount,
  room_oldest_shared_document_age: oldestDocument,
  room_document_retention: documentRetention,
};

const movedAway = reason('not_observable', 'no recording was found, but files can be moved');

function age(oldest: number, { observation }: Scene): number {
  return Math.max(0, Math.floor((observation.now - oldest) / 1000));
}

function oldestMessage(scene: Scene): Fact {
  const { oldestMessage: oldest } = scene.held;
  const none = reason('not_observable', 'no message is there');
  return ungiven(oldest) ?? factOf(oldest, (at) => (at === null ? none : age(at, scene)), derived);
}

function oldestRecording(scene: Scene): Fact {
  const { recordings } = scene.held;
  return (
    ungiven(recordings) ??
    factOf(
      recordings,
      (found) => (found === null ? movedAway : { value: age(found.oldest, scene), bound: 'at_least' }),
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

const unknownThings = (unread: number): Reason | null =>
  unread === 0 ? null : reason('incomplete', `${unread} shared things of a kind that is not known`);

function documentsCount({ held: { files } }: Scene): Fact {
  return (
    ungiven(files) ??
    factOf(files, ({ count, unread }) => {
      const why = unknownThings(unread);
      if (why === null) return count;
      return count === 0 ? why : { value: count, bound: 'at_least' };
    })
  );
}

function oldestDocument(scene: Scene): Fact {
  const { files } = scene.held;
  return (
    ungiven(files) ??
    factOf(
      files,
      ({ oldest, unread }) => {
        const why = unknownThings(unread);
        if (oldest === null) return why ?? reason('not_observable', 'nothing is shared');
        return why === null ? age(oldest, scene) : { value: age(oldest, scene), bound: 'at_least' };
      },
      derived,
    )
  );
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
