import { meaningOf, useMeanings } from '../facts.ts';
import { seconds, time } from '../format.ts';
import { t } from '../texts/index.ts';
import type { EvidenceView } from '../views.ts';
import { Glyph, type Status } from './glyph.tsx';
import { Hole, Value } from './value.tsx';

interface EvidenceProps {
  lines: readonly EvidenceView[];
  /** Marks the facts that this rule reads: what the verdict rests on. */
  status?: Status;
  rule?: string;
}

/** What was read, where and when; a hole says why and stays hatched. */
export function EvidenceTable({ lines, status, rule = '' }: EvidenceProps) {
  const meanings = useMeanings();
  return (
    <table class="evidence">
      <thead>
        <tr>
          <th scope="col">{t('finding.fact')}</th>
          <th scope="col">{t('finding.value')}</th>
          <th scope="col">{t('finding.source')}</th>
          <th scope="col">{t('finding.seenat')}</th>
          <th scope="col">{t('finding.provenance')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, at) => (
          <tr key={`${line.fact} ${at}`} class={line.unavailable === undefined ? '' : 'hatched'}>
            <th scope="row">
              {meaningOf(meanings, line.fact)}
              <code>{line.fact}</code>
            </th>
            <td>
              {line.unavailable === undefined ? (
                <>
                  {status !== undefined && rule.includes(line.fact) && <Glyph status={status} />}{' '}
                  <b>
                    <Value value={line.value} type={meanings?.[line.fact]?.type} />
                  </b>
                </>
              ) : (
                <>
                  <Glyph status="unknown" /> {t('status.unknown')}
                </>
              )}
            </td>
            <td>
              {line.unavailable === undefined ? line.source : <Hole of={line.unavailable} />}
              {line.path !== undefined && <code>{line.path}</code>}
            </td>
            <td>
              {line.observed_at !== undefined && (
                <time dateTime={line.observed_at} title={time(line.observed_at)}>
                  {seconds(line.observed_at)}
                </time>
              )}
            </td>
            <td>
              {line.provenance !== undefined && t(`provenance.${line.provenance}`)}
              {line.force === 'overridable' && <small>{t('force.overridable')}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
