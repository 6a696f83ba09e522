import type { AdapterContext, SourceCheck, Target } from '../contract/adapter.ts';
import { checkLine, checkReleases, type Text } from '../contract/check.ts';
import type { Reason } from '../contract/fact.ts';
import { isKnown } from '../contract/fact.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import { accountFacts } from './facts/account.ts';
import type { Observation } from './facts/observation.ts';
import { gather } from './gather.ts';
import type { RocketSettings } from './settings.ts';
import { releaseSource, sources } from './sources.ts';

/** What answers, what is missing and what would give it, source by source. Calls of rooms are not looked at here. */
export async function* check(
  target: Target<RocketSettings>,
  context: AdapterContext,
): AsyncGenerator<SourceCheck> {
  const { observation, outcomes } = await gather(target, { ...context, live: false });
  const bySource = new Map(outcomes.map((outcome) => [outcome.source, outcome]));
  for (const { id, adds } of sources) {
    const outcome = bySource.get(id);
    if (outcome === undefined) continue;
    if (id === releaseSource) yield checkReleases(id, observation.releases, observation.now);
    else yield id === 'VL' && context.live ? onDemand(outcome, adds) : line(outcome, adds, observation);
  }
}

function line(outcome: SourceOutcome, adds: Text, observation: Observation): SourceCheck {
  const { source, state, reason } = outcome;
  const remedy = state === 'complete' ? advice(source, observation) : remedyOf(source, reason);
  return checkLine(outcome, { adds, extra: extraOf(outcome), remedy });
}

function onDemand({ source }: SourceOutcome, adds: Text): SourceCheck {
  return {
    source,
    state: 'ok',
    message: {
      de: `wird je Raum erst bei der Prüfung gefragt: ${adds.de}`,
      en: `asked per room, during a scan only: ${adds.en}`,
    },
    remedy: {
      de: 'private Räume: Prüfkonto als Mitglied aufnehmen (für die Mitglieder sichtbar)',
      en: 'private rooms: make the auditing user a member (the members see it)',
    },
  };
}

function extraOf({ source, count, counted }: SourceOutcome): Text {
  if (!['AR', 'CL', 'GL'].includes(source)) return { de: '', en: '' };
  const left = Object.values(counted ?? {}).reduce((sum, one) => sum + one, 0);
  const whole = source === 'AR' ? { de: ', das sind alle', en: ', which is all' } : { de: '', en: '' };
  const pages = Math.ceil(count / 100);
  const minutes = Math.floor(Math.max(0, pages - 1) / 10);
  const wait =
    minutes === 0
      ? { de: '', en: '' }
      : { de: `, Wartezeit etwa ${minutes} min`, en: `, waiting about ${minutes} min` };
  const apart =
    left === 0
      ? { de: '', en: '' }
      : { de: ` (${left} davon keine Besprechungsräume)`, en: ` (${left} of them no meeting rooms)` };
  return {
    de: `; ${count} Räume${whole.de}${apart.de}${wait.de}`,
    en: `; ${count} rooms${whole.en}${apart.en}${wait.en}`,
  };
}

function advice(source: string, observation: Observation): Text | undefined {
  if (source !== 'PL') return undefined;
  const excess = accountFacts(observation).auditor_account_excess_privileges;
  const list = excess !== undefined && isKnown(excess) ? excess.value : undefined;
  const items = typeof list === 'object' && 'items' in list ? list.items : [];
  if (items.length === 0) return undefined;
  const shown = items.slice(0, 5).join(', ');
  return {
    de: `das Prüfkonto darf mehr als lesen (${shown}): Rolle entziehen, Administration > Arbeitsbereich > Berechtigungen`,
    en: `the auditing user may do more than read (${shown}): take the role away, Administration > Workspace > Permissions`,
  };
}

/** Sources by the permission that opens them. */
const grants: Readonly<Record<string, string>> = {
  I1: 'view-statistics',
  SX: 'view-statistics',
  V: 'view-privileged-setting',
  AR: 'view-room-administration',
  GL: 'view-room-administration',
  CL: 'view-c-room',
  TL: 'view-all-teams',
};

function remedyOf(source: string, why: Reason | undefined): Text | undefined {
  if (source === 'VL') {
    return { de: 'live.purpose am Ziel angeben', en: 'give live.purpose at the target' };
  }
  const fill = why?.fill?.name;
  if (fill === 'token') {
    return {
      de: 'user_id und token am Ziel angeben; als Prüfkonto: Mein Konto > Persönliche Zugriffstoken > Hinzufügen',
      en: 'give user_id and token at the target; as the auditing user: My Account > Personal Access Tokens > Add',
    };
  }
  if (source === 'AS') {
    return {
      de: 'manage-apps nicht vergeben (es darf auch Apps installieren): stattdessen den Konferenzserver als eigenes Ziel anlegen und mit conference_target nennen',
      en: 'do not grant manage-apps (it may install apps, too): make the conference server a target of its own and name it as conference_target',
    };
  }
  if (fill === 'personal access token') {
    return {
      de: 'Token neu anlegen (Mein Konto > Persönliche Zugriffstoken) und prüfen, ob user_id zum selben Konto gehört',
      en: 'make a new token (My Account > Personal Access Tokens), and see that user_id is of the same user',
    };
  }
  const permission = grants[source];
  if (why?.code === 'not_permitted' && permission !== undefined) {
    return {
      de: `Recht ${permission} an die Rolle des Prüfkontos geben: Administration > Arbeitsbereich > Berechtigungen`,
      en: `give the permission ${permission} to the auditing user's role: Administration > Workspace > Permissions`,
    };
  }
  if (why?.code === 'throttled') {
    return {
      de: 'andere Abfragen von derselben Adresse warten lassen; hinter einem Proxy HTTP_FORWARDED_COUNT prüfen',
      en: 'let other readers at the same address wait; behind a proxy check HTTP_FORWARDED_COUNT',
    };
  }
  if (why?.code === 'not_permitted') {
    return {
      de: 'ein Proxy vor dem Server weist ab: dem Prüfrechner GET unter /api erlauben',
      en: 'a proxy in front of the server refuses: allow the auditing machine to GET below /api',
    };
  }
  if (why?.code === 'unreachable' || why?.code === 'invalid_answer') {
    return {
      de: 'url muss auf die Wurzel von Rocket.Chat zeigen (dort antwortet /api/info)',
      en: 'url has to point at the root of Rocket.Chat (/api/info answers there)',
    };
  }
  return undefined;
}
