import { type Fact, hole, known, type Retention, reason } from '../../contract/fact.ts';
import { agreed } from '../../contract/files.ts';
import { holeOf, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import type { Values } from '../server-files.ts';
import { integer, type Setting } from '../settings.ts';
import { storedHole, storedOf } from './options.ts';

const path = 'active_storage_attachments of presentation';

/** Presentations laid up in Greenlight before a meeting; what is uploaded in one is invisible. */
export function documents(seen: Seen, room: SeenRoom): Fact {
  const stored = storedOf(seen, room);
  if (stored === null) return hole(reason('not_observable', "the room is not in Greenlight's database"));
  if (!('room' in stored)) return holeOf(stored, path);
  const { presentations } = stored.room;
  if (!presentations.ok) return storedHole(stored, path, presentations.reason);
  if (presentations.value > 0)
    return known({ value: presentations.value, bound: 'at_least' }, proof(stored.call, path));
  return storedHole(stored, path, reason('not_observable', 'uploads in meetings are invisible'));
}

/** Days after which the nightly job of the server removes uploads and caches. */
function history(seen: Seen): Setting<number> {
  const parts = seen.files.cron;
  if (parts === null) return { reason: notGiven('FC'), evidence: [] };
  const found = agreed('FC', parts, 'history', (values: Values) => values.get('history') ?? null);
  if ('reason' in found) return found;
  if (found.value === null)
    return { reason: reason('invalid_answer', 'history is not set in the file'), evidence: found.evidence };
  return integer({ value: found.value, evidence: found.evidence });
}

export function documentRetention(seen: Seen, room: SeenRoom): Fact {
  const stored = storedOf(seen, room);
  if (stored === null) return hole(reason('not_observable', "the room is not in Greenlight's database"));
  const days = history(seen);
  if (!('room' in stored)) {
    if (stored.call === null && 'reason' in days && days.evidence.length === 0) return hole(days.reason);
    return holeOf(stored, path);
  }
  const { presentations } = stored.room;
  if (!presentations.ok) return storedHole(stored, path, presentations.reason);
  const evidence = proof(stored.call, path, { provenance: 'derived' });
  if (presentations.value > 0) return known<Retention>({ unlimited: true }, evidence);
  if ('reason' in days) return hole(days.reason, days.evidence);
  return known<Retention>({ seconds: days.value * 86_400 }, [...days.evidence, evidence]);
}
