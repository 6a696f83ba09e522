import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { classificationMarking, type Marking, markings } from '../contract/marking.ts';
import type { Call } from './answer.ts';
import { askXml, type Client, emptiness } from './api.ts';
import { type Recording, type RecordingState, readCount, readRecording } from './schema.ts';
import { textOf } from './xml.ts';

const limit = 100;
/** A million playback formats; beyond it the list counts as incomplete. */
const pageCap = 10_000;

/** What is kept of a room's recordings while they pass by. */
export interface RoomRecordings {
  count: number;
  byState: Partial<Record<RecordingState, number>>;
  oldestEnd: Ms | null;
  newestStart: Ms | null;
  /** Why not every time could be read. */
  timesUnread: Reason | null;
  mark: Marking;
  namesUnread: Reason | null;
}

export interface RecordingList {
  call: Call | null;
  /** null: every recording that the server lists was seen. */
  gap: Reason | null;
  /** Nothing at all was listed, and the answer says so in the vendor's words. */
  empty: boolean;
  count: number;
  deleted: number;
  rooms: Map<string, RoomRecordings>;
  hosts: Set<string>;
  /** Ids of all, with the formats of each. */
  ids: Map<string, Set<string>>;
}

export function emptyList(): RecordingList {
  return {
    call: null,
    gap: null,
    empty: false,
    count: 0,
    deleted: 0,
    rooms: new Map(),
    hosts: new Set(),
    ids: new Map(),
  };
}

/**
 * Every recording in every state, page by page, each once. The end is a page without anything new, so that a
 * balancer that ignores offset and limit ends it too; the total counts playback formats, and a shortfall is a gap.
 */
export async function* listRecordings(
  client: Client,
  list: RecordingList,
): AsyncGenerator<{ recording: Recording; call: Call }> {
  const seen = list.ids;
  let total: number | null = null;
  for (let page = 0; page < pageCap; page += 1) {
    const answer = await askPage(client, page * limit);
    list.call ??= answer.call;
    if ('reason' in answer) {
      list.gap = answer.reason;
      return;
    }
    total = answer.total ?? total;
    list.gap ??= answer.damage;
    let fresh = false;
    for (const recording of answer.recordings) {
      const known = seen.has(recording.id);
      if (addFormats(seen, recording)) fresh = true;
      for (const host of recording.hosts) list.hosts.add(host);
      if (known) continue;
      aggregate(list, recording);
      yield { recording, call: answer.call };
    }
    if (!fresh) {
      close(list, seen, total, answer.saysEmpty);
      return;
    }
  }
  list.gap = reason('too_large', 'the list has more pages than are read');
}

interface Page {
  call: Call;
  recordings: Recording[];
  total: number | null;
  saysEmpty: boolean;
  damage: Reason | null;
}

async function askPage(client: Client, offset: number): Promise<Page | { call: Call; reason: Reason }> {
  const recordings: Recording[] = [];
  let unreadable = 0;
  const path = ['response', 'recordings', 'recording'];
  const answer = await askXml(client, 'A2', client.calls.getRecordings({ offset, limit }), path, (node) => {
    const recording = readRecording(node);
    if (recording === null) unreadable += 1;
    else recordings.push(recording);
  });
  if ('reason' in answer) return answer;
  const totalText = textOf(answer.envelope, 'totalElements');
  const total = totalText === undefined ? null : readCount(totalText, 'totalElements');
  const saysEmpty = emptiness(answer.envelope, 'recordings', 'noRecordings');
  return {
    call: answer.call,
    recordings,
    total: total?.ok === true ? total.value : null,
    saysEmpty,
    damage: damageOf(recordings.length + unreadable > 0 || saysEmpty, unreadable, total?.ok !== false),
  };
}

function damageOf(sound: boolean, unreadable: number, totalRead: boolean): Reason | null {
  if (unreadable > 0) return reason('incomplete', 'an entry without recordID');
  if (!totalRead) return reason('incomplete', 'totalElements is no number');
  return sound ? null : reason('incomplete', 'an empty list that does not say that there are no recordings');
}

/** Formats of one recording may lie on two pages; a recording without any counts as one element. */
function addFormats(seen: Map<string, Set<string>>, recording: Recording): boolean {
  const formats = seen.get(recording.id) ?? new Set<string>();
  const before = seen.has(recording.id) ? formats.size : -1;
  for (const format of recording.formats) formats.add(format);
  seen.set(recording.id, formats);
  return formats.size > before;
}

function close(
  list: RecordingList,
  seen: Map<string, Set<string>>,
  total: number | null,
  saysEmpty: boolean,
): void {
  let elements = 0;
  for (const formats of seen.values()) elements += Math.max(1, formats.size);
  if (total !== null && elements < total)
    list.gap ??= reason('incomplete', `${elements} of ${total} playback formats were listed`);
  list.empty = seen.size === 0 && saysEmpty && list.gap === null;
}

function aggregate(list: RecordingList, recording: Recording): void {
  list.count += 1;
  if (recording.state.ok && recording.state.value === 'deleted') list.deleted += 1;
  if (!recording.roomId.ok) {
    list.gap ??= reason('incomplete', 'an entry without meetingID');
    return;
  }
  const room = list.rooms.get(recording.roomId.value) ?? newRoom();
  list.rooms.set(recording.roomId.value, room);
  room.count += 1;
  if (recording.state.ok)
    room.byState[recording.state.value] = (room.byState[recording.state.value] ?? 0) + 1;
  const end = endOf(recording);
  if (end.ok) room.oldestEnd = Math.min(room.oldestEnd ?? end.value, end.value);
  else room.timesUnread ??= end.reason;
  if (recording.startTime.ok)
    room.newestStart = Math.max(room.newestStart ?? recording.startTime.value, recording.startTime.value);
  else room.timesUnread ??= recording.startTime.reason;
  if (recording.name.ok) room.mark = stronger(room.mark, classificationMarking([recording.name.value]));
  else room.namesUnread ??= recording.name.reason;
}

/** While a recording is processed its end is 0, and its start is the nearest thing. */
export function endOf(recording: Recording): Recording['endTime'] {
  return recording.endTime.ok && recording.endTime.value === 0 ? recording.startTime : recording.endTime;
}

export function stronger(a: Marking, b: Marking): Marking {
  return markings.indexOf(a) >= markings.indexOf(b) ? a : b;
}

function newRoom(): RoomRecordings {
  return {
    count: 0,
    byState: {},
    oldestEnd: null,
    newestStart: null,
    timesUnread: null,
    mark: 'none',
    namesUnread: null,
  };
}
