import { number } from '../../format.ts';
import { Weight } from '../../parts/glyph.tsx';
import { Name } from '../../parts/name.tsx';
import { t } from '../../texts/index.ts';
import type { ReviewView } from '../../views.ts';

const shown = 12;
const order = ['critical', 'high', 'medium', 'low', 'info'] as const;

type Review = Pick<ReviewView, 'holds' | 'not' | 'findings'>;

/** What an exception hides or would hide, and for what it does not hold. */
export function Review({ of: { holds, not, findings }, future }: { of: Review; future: boolean }) {
  const severities = order.filter((each) => (holds.severities[each] ?? 0) > 0);
  return (
    <div class="review">
      <p>
        <b>
          {t(future ? 'review.would' : 'review.does', {
            violations: number(holds.violations),
            unknowns: number(holds.unknowns),
          })}
        </b>
        {holds.already_waived > 0 && ` · ${t('review.already', { n: number(holds.already_waived) })}`}
      </p>
      {severities.length > 0 && (
        <p class="note">
          {severities.map((each) => (
            <span key={each} class="severity">
              <Weight severity={each} /> {number(holds.severities[each] ?? 0)} {t(`severity.${each}`)}
            </span>
          ))}
        </p>
      )}
      {not.map(({ why, findings: count }) => (
        <p key={why}>{t(`review.not.${why}`, { n: number(count) })}</p>
      ))}
      {findings.length > 0 && (
        <ul class="hidden">
          {findings.slice(0, shown).map(({ uid, subject }) => (
            <li key={uid}>
              <a href={`/violations/${uid}`}>
                {subject.kind === 'deployment' ? (
                  t('kind.deployment')
                ) : (
                  <Name name={subject.name ?? subject.id ?? subject.ref ?? t('rooms.unnamed')} />
                )}
              </a>
            </li>
          ))}
          {holds.violations + holds.unknowns > shown && (
            <li>{t('review.more', { n: number(holds.violations + holds.unknowns - shown) })}</li>
          )}
        </ul>
      )}
    </div>
  );
}
