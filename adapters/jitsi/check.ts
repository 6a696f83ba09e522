import type { SourceCheck } from '../contract/adapter.ts';
import { checkReleases, type Text } from '../contract/check.ts';
import type { Reason } from '../contract/fact.ts';
import type { Read } from './known.ts';
import { outcomes } from './outcomes.ts';
import {
  byReason,
  hidden,
  keyRemedy,
  keys,
  oldFile,
  page,
  remedies,
  signInNeeded,
  socket,
} from './remedies.ts';
import type { JitsiSettings } from './schema.ts';
import type { Attempt, RoomSeen, Seen } from './seen.ts';
import { sources } from './sources.ts';

/** One line per source: what answers, what it adds, what is missing and what would give it. */
export function* checksOf(seen: Seen, settings: JitsiSettings): Generator<SourceCheck> {
  for (const outcome of outcomes(seen, settings)) {
    const { source, reason } = outcome;
    if (source === 'L') {
      yield checkReleases(source, seen.releases, seen.at);
      continue;
    }
    const state = stateOf(outcome.state, reason);
    const remedy = remedyOf(source, reason, seen);
    yield {
      source,
      state,
      ...(reason === undefined ? {} : { reason }),
      message: messageOf(source, state, reason, seen),
      ...(remedy === null ? {} : { remedy }),
    };
  }
}

function stateOf(
  state: 'complete' | 'partial' | 'failed' | 'skipped',
  why: Reason | undefined,
): SourceCheck['state'] {
  if (state === 'complete') return 'ok';
  if (state !== 'skipped') return state;
  if (why?.code === 'not_running') return 'ok';
  return why?.code === 'not_configured' ? 'not_configured' : 'failed';
}

function adds(source: string): Text {
  return sources.find((info) => info.id === source)?.adds ?? { de: source, en: source };
}

function messageOf(source: string, state: SourceCheck['state'], why: Reason | undefined, seen: Seen): Text {
  const gives = adds(source);
  if (source === 'X1' && state === 'ok') return loginMessage(seen);
  if (source === 'X6' && state !== 'not_configured') return roomMessage(seen, why);
  if (source === 'X8' && state === 'ok') return accountMessage(seen);
  const because = why === undefined ? '' : ` (${[why.code, why.detail].filter(Boolean).join(': ')})`;
  switch (state) {
    case 'ok':
      return { de: `Antwortet und zeigt: ${gives.de}.`, en: `Answers and shows: ${gives.en}.` };
    case 'partial':
      return {
        de: `Antwortet nur zum Teil${because}: ${gives.de}.`,
        en: `Answers in part${because}: ${gives.en}.`,
      };
    case 'not_configured':
      return { de: `Nicht angegeben; würde zeigen: ${gives.de}.`, en: `Not given; would show: ${gives.en}.` };
    case 'failed':
      return {
        de: `Keine brauchbare Antwort${because}; fehlt: ${gives.de}.`,
        en: `No usable answer${because}; missing: ${gives.en}.`,
      };
  }
}

function loginMessage(seen: Seen): Text {
  const accepted = seen.logins.attempts.find((attempt) => attempt.state === 'accepted');
  const tried = seen.logins.attempts.map((attempt) => attempt.domain).join(', ');
  if (accepted === undefined)
    return {
      de: `Ohne Konto kommt niemand hinein (versucht: ${tried}). Räume und Bausteine bleiben damit unsichtbar.`,
      en: `Nobody gets in without an account (tried: ${tried}). Rooms and components stay invisible.`,
    };
  return {
    de: `Ohne Konto kommt jede Person auf ${accepted.domain} hinein.`,
    en: `Anybody gets in without an account on ${accepted.domain}.`,
  };
}

/** A room that ran is the only proof that the account may read settings. */
function accountMessage(seen: Seen): Text {
  const read = seen.rooms.rooms.filter(({ form }) => form.state === 'known').length;
  return {
    de: `Das Konto meldet sich an; Einstellungen von ${read} Räumen gelesen${read === 0 ? ' (ohne laufenden Raum zeigt sich nicht, ob es das darf)' : ''}.`,
    en: `The account signs in; settings of ${read} rooms read${read === 0 ? ' (without a running room nothing shows whether it may)' : ''}.`,
  };
}

function roomMessage(seen: Seen, why: Reason | undefined): Text {
  const { rooms, absent, failed } = seen.rooms;
  const hidden = rooms.filter((room) => room.info === 'hidden').length;
  const because = why === undefined ? '' : ` (${[why.code, why.detail].filter(Boolean).join(': ')})`;
  return {
    de: `${rooms.length} der bekannten Räume laufen, ${absent} nicht, ${failed} ohne Antwort${because}; ${hidden} zeigen ihren Schutz nicht.`,
    en: `${rooms.length} of the known rooms are running, ${absent} are not, ${failed} without an answer${because}; ${hidden} do not show their protection.`,
  };
}

function remedyOf(source: string, why: Reason | undefined, seen: Seen): Text | null {
  if (source === 'X6' && why === undefined) return hiddenRooms(seen);
  if (why === undefined) return null;
  const given = remedies[`${source} ${why.code}`];
  if (given !== undefined) return given;
  const key = why.fill?.kind === 'config' ? why.fill.name : undefined;
  if (key !== undefined) return keys[key] ?? keyRemedy(key);
  if (source === 'CI') return oldFile;
  const connection =
    source === 'X1' || source === 'C'
      ? connectionRemedy(source, why, seen.logins.attempts, seen.config)
      : null;
  if (connection !== null) return connection;
  if (why.code === 'not_permitted' && source.startsWith('X') && source !== 'X1') return signInNeeded;
  return byReason[why.code] ?? null;
}

function hiddenRooms(seen: Seen): Text | null {
  const dark = ({ info, shown, form }: RoomSeen): boolean =>
    info === 'hidden' && shown.state === 'unknown' && form.state === 'unknown';
  return seen.rooms.rooms.some(dark) ? hidden : null;
}

function connectionRemedy(
  source: string,
  why: Reason,
  attempts: readonly Attempt[],
  config: Read<unknown>,
): Text | null {
  if (source === 'C') return page;
  if (config.state === 'unknown' || why.code === 'undecidable') return null;
  return attempts.length > 0 ? socket : null;
}
