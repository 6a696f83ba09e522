import { useLoaded } from '../../api.ts';
import { number, time } from '../../format.ts';
import { Glyph, type Status } from '../../parts/glyph.tsx';
import { LoadState, Panel } from '../../parts/panel.tsx';
import { violationsHref } from '../../router.ts';
import { say, t, tOr } from '../../texts/index.ts';
import type { ChangesView, MatrixView } from '../../views.ts';

const weekMs = 7 * 86_400_000;
const shown = 6;

type Change = ChangesView['changes'][number];

function signOf({ event, severity }: Change): Status {
  if (event === 'resolved' || event === 'closed') return 'resolved';
  if (event === 'unknown') return 'unknown';
  if (event === 'waived') return 'waived';
  return severity === 'critical' || severity === 'high' ? 'violation' : 'violation_minor';
}

function hrefOf({ event, policy }: Change, since: string): string {
  const common = { policy, changed_since: since };
  if (event === 'unknown') return violationsHref({ ...common, verdict: 'unknown' });
  if (event === 'resolved') return violationsHref({ ...common, status: 'resolved', verdict: 'all' });
  if (event === 'closed') return violationsHref({ ...common, status: 'closed', verdict: 'all' });
  if (event === 'waived') return violationsHref({ ...common, status: 'waived', verdict: 'all' });
  return violationsHref(common);
}

export function News({ since }: { since: number | null }) {
  // To the minute, so that the address stays the same while the page is open.
  const from = new Date(Math.floor((since ?? Date.now() - weekMs) / 60_000) * 60_000).toISOString();
  const loaded = useLoaded<ChangesView>(`/api/v1/changes?since=${from}`);
  const { data } = loaded;
  return (
    <Panel
      title={since === null ? t('overview.week') : t('overview.since')}
      note={since === null ? undefined : time(from)}
      class="news"
    >
      <LoadState of={loaded} />
      {data !== null && data.changes.length === 0 && <p class="empty">{t('overview.nothing')}</p>}
      <ul class="lines">
        {data?.changes.slice(0, shown).map((change) => (
          <li key={`${change.event} ${change.policy} ${change.severity}`}>
            <span class="event">
              <Glyph status={signOf(change)} /> {tOr('event', change.event)}
            </span>
            <b class="number">{number(change.count)}</b>
            <span class="what">
              <a href={hrefOf(change, from)}>{say(change.title)}</a>
              <span class="where">
                {' '}
                · {change.targets.slice(0, 2).join(', ')}
                {change.targets.length > 2 && ` +${change.targets.length - 2}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {data !== null && !data.complete && <p class="empty">{t('overview.incomplete')}</p>}
    </Panel>
  );
}

export function Steps({ steps }: { steps: MatrixView['steps'] }) {
  return (
    <Panel title={t('overview.steps')} note={t('overview.settles')} class="steps">
      {steps.length === 0 && <p class="empty">{t('overview.nostep')}</p>}
      <ul class="lines">
        {steps.slice(0, shown).map((step) => {
          const { status, settles, at_least, target, policy, fill, title, uid } = step;
          const href =
            policy === null ? `/violations/${uid}` : violationsHref({ policy, target, group: 'cause' });
          return (
            <li key={`${target} ${policy} ${fill?.kind} ${fill?.name}`}>
              <b class="number">
                {at_least ? '≥ ' : ''}
                {number(settles)}
              </b>
              <Glyph status={status} />
              <span class="what">
                <a href={href}>
                  {fill === null ? say(title) : t(`fill.${fill.kind}` as 'fill.config', { name: fill.name })}
                </a>
              </span>
              <span class="where">{target}</span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
