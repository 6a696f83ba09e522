import type { SourceCheck } from './adapter.ts';
import type { Ms, Reason, SourceId } from './fact.ts';
import { type ListInUse, listAge } from './releases.ts';
import type { SourceOutcome } from './subject.ts';

export interface Text {
  de: string;
  en: string;
}

export interface Told {
  /** What the source adds. */
  adds: Text;
  /** What else is said where it answers: how many there are. */
  extra?: Text;
  /** The exact grant, key or menu path. */
  remedy?: Text | undefined;
}

/** One line of `check` from how a source fared. */
export function checkLine(outcome: SourceOutcome, { adds, extra, remedy }: Told): SourceCheck {
  const { source, state, reason } = outcome;
  const why = reason === undefined ? {} : { reason };
  const advice = remedy === undefined ? {} : { remedy };
  if (state === 'complete' || state === 'partial') {
    const message = {
      de: `antwortet: ${adds.de}${extra?.de ?? ''}`,
      en: `answers: ${adds.en}${extra?.en ?? ''}`,
    };
    return { source, state: state === 'complete' ? 'ok' : 'partial', message, ...why, ...advice };
  }
  const skipped = state === 'skipped';
  const detail = reasonShown(reason, state);
  return {
    source,
    state: skipped ? 'not_configured' : 'failed',
    message: {
      de: `${skipped ? 'nicht angegeben' : detail}; es fehlt: ${adds.de}`,
      en: `${skipped ? 'not given' : detail}; missing: ${adds.en}`,
    },
    ...why,
    ...advice,
  };
}

function reasonShown(reason: Reason | undefined, state: string): string {
  return reason?.detail ?? reason?.code ?? state;
}

/** A list older than this proves nothing current: the default of the policy. Seconds. */
const staleAfter = 45 * 86_400;

export function checkReleases(
  source: SourceId,
  lists: Readonly<Record<string, ListInUse>>,
  now: Ms,
): SourceCheck {
  const broken = Object.values(lists).find((each) => 'reason' in each);
  if (broken !== undefined) {
    const detail = reasonShown(broken.reason, 'failed');
    return {
      source,
      state: 'failed',
      reason: broken.reason,
      message: {
        de: `${detail}; es fehlt: ob die Fassungen aktuell sind`,
        en: `${detail}; missing: whether the versions are current`,
      },
      remedy: refresh,
    };
  }
  const usable = Object.entries(lists).flatMap(([product, each]) =>
    'list' in each ? [{ product, ...each }] : [],
  );
  const told = (built: string, file: string): string =>
    usable.map(({ product, list, given }) => `${product} ${list.dated} (${given ? file : built})`).join(', ');
  const old = usable.some(({ list }) => listAge(list, now) > staleAfter);
  return {
    source,
    state: 'ok',
    message: {
      de: `Stand der Versionslisten: ${told('mitgeliefert', 'aus Datei')}${old ? '; zu alt, um „aktuell“ zu belegen' : ''}`,
      en: `lists of releases as of: ${told('built-in', 'from a file')}${old ? '; too old to prove anything current' : ''}`,
    },
    ...(old ? { remedy: refresh } : {}),
  };
}

const refresh: Text = {
  de: 'neue Liste einlesen: roomwarden releases --from DATEI (docs/releases.md)',
  en: 'take a newer list: roomwarden releases --from FILE (docs/releases.md)',
};
