import type { AdapterContext, SourceCheck, Target } from '../contract/adapter.ts';
import type { Reason } from '../contract/fact.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import type { Observation } from './facts/observation.ts';
import { gather } from './gather.ts';
import { valueIn } from './seen.ts';
import type { TalkSettings } from './settings.ts';
import { laterSources, sources } from './sources.ts';

interface Text {
  de: string;
  en: string;
}

/** What answers, what is missing and what would give it, source by source. */
export async function* check(
  target: Target<TalkSettings>,
  context: AdapterContext,
): AsyncGenerator<SourceCheck> {
  const { observation, outcomes } = await gather(target, context, 'nowhere');
  const bySource = new Map(outcomes.map((outcome) => [outcome.source, outcome]));
  for (const { id, adds } of sources) {
    const outcome = bySource.get(id);
    if (outcome === undefined) continue;
    if (id === 'PT') yield participantsLine(outcome, bySource.get('RL'), adds);
    else yield line(outcome, adds, observation);
  }
}

function line(outcome: SourceOutcome, adds: Text, observation: Observation): SourceCheck {
  const { source, state, reason } = outcome;
  if (state === 'complete' || state === 'partial') {
    const extra = extraOf(outcome, observation);
    const message = { de: `antwortet: ${adds.de}${extra.de}`, en: `answers: ${adds.en}${extra.en}` };
    const remedy = advice(source, observation);
    return {
      source,
      state: state === 'complete' ? 'ok' : 'partial',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(remedy === undefined ? {} : { remedy }),
    };
  }
  const skipped = state === 'skipped';
  const why = reason?.detail ?? reason?.code ?? state;
  const remedy = remedyOf(source, reason);
  return {
    source,
    state: skipped ? 'not_configured' : 'failed',
    ...(reason === undefined ? {} : { reason }),
    message: {
      de: `${skipped ? 'nicht angegeben' : why}; es fehlt: ${adds.de}`,
      en: `${skipped ? 'not given' : why}; missing: ${adds.en}`,
    },
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function participantsLine(outcome: SourceOutcome, list: SourceOutcome | undefined, adds: Text): SourceCheck {
  if (list?.state === 'complete' || list?.state === 'partial') {
    return {
      source: outcome.source,
      state: 'ok',
      message: { de: `wird nur bei Bedarf gefragt: ${adds.de}`, en: `asked only where needed: ${adds.en}` },
      remedy: moderatorGrant,
    };
  }
  const why = list?.reason;
  const remedy = why === undefined ? undefined : remedyOf('RL', why);
  return {
    source: outcome.source,
    state: list?.state === 'skipped' ? 'not_configured' : 'failed',
    ...(why === undefined ? {} : { reason: why }),
    message: {
      de: `ohne Raumliste nicht möglich; es fehlt: ${adds.de}`,
      en: `not possible without the room list; missing: ${adds.en}`,
    },
    ...(remedy === undefined ? {} : { remedy }),
  };
}

const moderatorGrant: Text = {
  de: 'nur für Räume mit Warteraum nötig: occ talk:room:promote TOKEN KONTO',
  en: 'needed for rooms with a lobby only: occ talk:room:promote TOKEN ACCOUNT',
};

function extraOf({ source, count, counted }: SourceOutcome, { rooms }: Observation): Text {
  if (source !== 'RL') return source === 'LR' ? roomsShown(count) : { de: '', en: '' };
  const judged = rooms.filter(({ room, kind }) => room.view === 'member' && !('counted' in kind)).length;
  const left = Object.values(counted ?? {}).reduce((sum, one) => sum + one, 0);
  return {
    de: `; ${judged} Räume für dieses Konto sichtbar, nie alle (${left} weitere Einträge sind keine Besprechungsräume)`,
    en: `; ${judged} rooms visible to this account, never all (${left} further entries are no meeting rooms)`,
  };
}

function roomsShown(count: number): Text {
  return { de: `; ${count} Räume`, en: `; ${count} rooms` };
}

function advice(source: string, { self }: Observation): Text | undefined {
  if (source === 'RL') {
    return {
      de: 'weitere Räume: occ talk:room:add --user KONTO TOKEN (für Mitglieder sichtbar)',
      en: 'further rooms: occ talk:room:add --user ACCOUNT TOKEN (members see it)',
    };
  }
  if (source === 'ME' && valueIn(self.groups)?.includes('admin') === true) {
    return {
      de: 'das Konto ist Server-Administration: ein einfaches Konto genügt, Gruppe admin entziehen',
      en: 'the account is a server administrator: a plain account is enough, take it out of the group admin',
    };
  }
  return undefined;
}

function remedyOf(source: string, why: Reason | undefined): Text | undefined {
  const fill = why?.fill;
  if (laterSources.some((later) => later === source)) {
    return { de: 'von dieser Fassung noch nicht gelesen', en: 'not read by this version yet' };
  }
  if (fill?.name === 'user' || fill?.name === 'password') {
    return {
      de: 'user und password am Ziel angeben; App-Passwort: occ user:auth-tokens:add KONTO, oder Einstellungen > Sicherheit > Geräte & Sitzungen',
      en: 'give user and password at the target; app password: occ user:auth-tokens:add ACCOUNT, or Settings > Security > Devices & sessions',
    };
  }
  if (fill?.name.includes('allowed_groups') === true) {
    return {
      de: 'Verwaltung > Talk > „Auf Gruppen begrenzen“: eine Gruppe des Kontos aufnehmen',
      en: 'Administration settings > Talk > "Limit to groups": add a group of the account',
    };
  }
  if (why?.code === 'throttled') {
    return {
      de: 'Adresse freigeben: occ security:bruteforce:reset ADRESSE, oder Verwaltung > Sicherheit > Brute-Force-IP-Ausnahmeliste; hinter einem Proxy trusted_proxies prüfen',
      en: 'release the address: occ security:bruteforce:reset ADDRESS, or Administration settings > Security > Brute-force IP whitelist; behind a proxy check trusted_proxies',
    };
  }
  if (why?.code === 'not_permitted') {
    return {
      de: 'App-Passwort statt Kontopasswort verwenden (bei Zwei-Faktor-Anmeldung Pflicht): occ user:auth-tokens:add KONTO; ein Proxy muss den Authorization-Header durchreichen',
      en: 'use an app password instead of the account password (needed with two-factor login): occ user:auth-tokens:add ACCOUNT; a proxy has to pass the Authorization header on',
    };
  }
  if (why?.code === 'unreachable' || why?.code === 'invalid_answer') {
    return {
      de: 'url muss auf das Wurzelverzeichnis der Nextcloud zeigen (dort antwortet status.php)',
      en: 'url has to point at the root of the Nextcloud (status.php answers there)',
    };
  }
  return undefined;
}
