import { type Reason, reason } from '../../contract/fact.ts';
import { has, type Seen, valueIn } from '../../contract/seen.ts';
import type { Room } from '../rooms.ts';
import type { PublicSettings } from '../settings-read.ts';

export type JudgedKind = 'channel' | 'discussion' | 'meeting_chat' | 'group' | 'phone';
export type CountedKind = 'direct' | 'self' | 'livechat';
/** `hidden`: cannot be told from a talk between two, whose id alone names them; it is counted as unreadable. */
export type RoomKind =
  | { kind: JudgedKind; seen: Seen<unknown>[] }
  | { counted: CountedKind }
  | { unknown: Reason; seen: Seen<unknown> }
  | { hidden: Reason };

export function kindOf(room: Room, published: PublicSettings): RoomKind {
  const { t } = room;
  if (!has(t)) return unreadable(room, t);
  if (room.doubt !== null) return { unknown: room.doubt, seen: t };
  switch (t.value) {
    case 'l':
      return { counted: 'livechat' };
    case 'v':
      return { kind: 'phone', seen: [t] };
    case 'd':
      return direct(room);
    case 'c':
    case 'p':
      return channel(room, published);
    default:
      return { unknown: reason('invalid_answer', `${t.path} is not as documented`), seen: t };
  }
}

/** In the lists of channels and of private rooms there are no talks between two. */
function unreadable({ full }: Room, t: Extract<Seen<string>, { absent: boolean }>): RoomKind {
  return full === null ? { hidden: t.reason } : { unknown: t.reason, seen: t };
}

function direct({ main, t }: Room): RoomKind {
  const count = valueIn(main.usersCount);
  if (count === undefined || count < 1) {
    return {
      hidden: has(main.usersCount) ? reason('invalid_answer', 'nobody is in it') : main.usersCount.reason,
    };
  }
  if (count > 2) return { kind: 'group', seen: [t, main.usersCount] };
  return { counted: count === 1 ? 'self' : 'direct' };
}

function channel(room: Room, published: PublicSettings): RoomKind {
  const { t, prid, main } = room;
  if (!has(prid))
    return prid.absent ? { kind: 'channel', seen: [t, prid] } : { unknown: prid.reason, seen: prid };
  const persistent = published.get('VideoConf_Enable_Persistent_Chat');
  if (!has(persistent) && !persistent.absent) return { unknown: persistent.reason, seen: persistent };
  if (!has(persistent) || !persistent.value) return { kind: 'discussion', seen: [t, prid] };
  const pattern = published.get('VideoConf_Persistent_Chat_Discussion_Name');
  if (!has(pattern)) return { unknown: pattern.reason, seen: pattern };
  if (!has(main.fname)) return { unknown: main.fname.reason, seen: main.fname };
  const chat = follows(main.fname.value, pattern.value);
  return { kind: chat ? 'meeting_chat' : 'discussion', seen: [t, prid, main.fname] };
}

/** The pattern's fixed parts in their order; what stands in brackets is filled in by the server. */
function follows(name: string, pattern: string): boolean {
  const parts = pattern
    .toLowerCase()
    .split(/\[[^\]]*\]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  let at = 0;
  for (const part of parts) {
    const found = name.toLowerCase().indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return parts.length > 0;
}
