import type { SourceCheck } from '../contract/adapter.ts';
import type { Reason } from '../contract/fact.ts';
import type { Read } from './disco.ts';
import { outcomes } from './outcomes.ts';
import type { JitsiSettings } from './schema.ts';
import type { Attempt, Seen } from './seen.ts';
import { sources } from './sources.ts';

type Text = { de: string; en: string };

/** One line per source: what answers, what it adds, what is missing and what would give it. */
export function* checksOf(seen: Seen, settings: JitsiSettings): Generator<SourceCheck> {
  for (const outcome of outcomes(seen, settings)) {
    const { source, reason } = outcome;
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

function roomMessage(seen: Seen, why: Reason | undefined): Text {
  const { rooms, absent, failed } = seen.rooms;
  const hidden = rooms.filter((room) => room.info === 'hidden').length;
  const because = why === undefined ? '' : ` (${[why.code, why.detail].filter(Boolean).join(': ')})`;
  return {
    de: `${rooms.length} der benannten Räume laufen, ${absent} nicht, ${failed} ohne Antwort${because}; ${hidden} zeigen ihren Schutz nicht.`,
    en: `${rooms.length} of the named rooms are running, ${absent} are not, ${failed} without an answer${because}; ${hidden} do not show their protection.`,
  };
}

const keys: Readonly<Record<string, Text>> = {
  rooms: {
    de: 'Beim Zielsystem `rooms: [name, ...]` eintragen; Räume ohne Namen kann niemand auflisten.',
    en: 'Add `rooms: [name, ...]` to the target; rooms that are not named cannot be listed by anybody.',
  },
  own_hosts: {
    de: 'Den Rechner unter `own_hosts` eintragen, wenn er der eigenen Organisation gehört.',
    en: 'Add the host to `own_hosts` if it belongs to the organisation.',
  },
  insecure_http: {
    de: 'Im Webserver wss:// einrichten; nur wenn das nicht geht `insecure_http: true`.',
    en: 'Set up wss:// in the web server; only where that is impossible `insecure_http: true`.',
  },
};

function remedyOf(source: string, why: Reason | undefined, seen: Seen): Text | null {
  if (source === 'X6' && why === undefined) return hiddenRooms(seen);
  if (why === undefined) return null;
  const key = why.fill?.kind === 'config' ? why.fill.name : undefined;
  if (key !== undefined) return keys[key] ?? keyRemedy(key);
  if (source === 'X1' || source === 'C')
    return connectionRemedy(source, why, seen.logins.attempts, seen.config);
  if (why.code === 'not_permitted' && source.startsWith('X'))
    return {
      de: 'Der Server verlangt eine Anmeldung. Räume zeigen dann nur `room_info`, `jicofo` oder `account` (noch nicht verfügbar).',
      en: 'The server demands a login. Rooms are then shown only by `room_info`, `jicofo` or `account` (not available yet).',
    };
  return null;
}

function keyRemedy(key: string): Text {
  return { de: `Schlüssel \`${key}\` (noch nicht verfügbar).`, en: `Key \`${key}\` (not available yet).` };
}

function hiddenRooms(seen: Seen): Text | null {
  if (!seen.rooms.rooms.some((room) => room.info === 'hidden')) return null;
  return {
    de: 'Aktuelle Server zeigen Passwort und Warteraum nur über `room_info` oder `account` (noch nicht verfügbar).',
    en: 'Current servers show password and lobby only through `room_info` or `account` (not available yet).',
  };
}

function connectionRemedy(
  source: string,
  why: Reason,
  attempts: readonly Attempt[],
  config: Read<unknown>,
): Text | null {
  if (source === 'C')
    return {
      de: 'Prüfen, ob /config.js vom Prüfrechner aus erreichbar ist und eine gültige Datei liefert.',
      en: 'Check that /config.js can be reached from here and is a valid file.',
    };
  if (config.state === 'unknown' || why.code === 'undecidable') return null;
  if (attempts.length > 0)
    return {
      de: 'Den WebSocket (/xmpp-websocket) im Webserver freigeben und prüfen, ob Prosody läuft.',
      en: 'Let the web server pass the WebSocket (/xmpp-websocket) and check that Prosody runs.',
    };
  return null;
}
