import { hole, reason } from '../../contract/fact.ts';
import { notGiven } from '../rows.ts';
import type { RoomRules } from './rule.ts';

/** What only the event of a meeting's creation shows, as long as none came. */
export const eventRules: RoomRules = {
  room_attention_tracking_enabled: () => hole(notGiven('EV')),
  room_chat_persistent: () => hole(notGiven('EV', 'it would show only that chat is off')),
  room_chat_retention: () => hole(reason('not_observable', 'no retention of chats can be read')),
  room_oldest_chat_message_age: () => hole(reason('not_observable', 'messages are never read')),
  room_oldest_shared_document_age: () =>
    hole(reason('not_observable', 'uploads in meetings are invisible and may be older')),
  room_remote_control_allowed: () => hole(notGiven('EV')),
};
