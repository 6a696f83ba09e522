import { useLoaded } from '../api.ts';
import { Glyph, type Status } from '../parts/glyph.tsx';
import { LoadState } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { say, t } from '../texts/index.ts';
import type { CoverageView, MatrixView } from '../views.ts';
import { Never } from './never.tsx';
import { Legend } from './overview/matrix.tsx';
import { cellsOf, rollUp } from './overview/rollup.ts';

type Line = CoverageView['targets'][number]['coverage'][number];

const kinds = ['automated', 'partly', 'by_attestation', 'not_observable', 'advisory', 'aggregate'] as const;

/** How much of the clause is seen: ink only, beside the verdict. */
function Seen({ line, verdict }: { line: Line; verdict: Status }) {
  if (line.span === null && verdict === 'not_applicable') {
    return (
      <>
        <Glyph status="not_applicable" />
        <span class="sr">{t('status.not_applicable')}</span>
      </>
    );
  }
  const seen = line.span?.seen ?? 0;
  return (
    <>
      <svg class="coverbar" viewBox="0 0 24 8" aria-hidden="true">
        <rect class="open" x="0.5" y="0.5" width="23" height="7" />
        <rect class="full" x="0" y="0" width={24 * seen} height="8" />
        {line.status === 'not_observable' && <path class="struck" d="M0 8 24 0" />}
        {line.status === 'by_attestation' && <path class="sheet" d="M9 1h6v6H9zM10.500 3h3M10.500 5h3" />}
      </svg>
      <span class="sr">{t(`coverage.${line.status}`)}</span> <Glyph status={verdict} />
      <span class="sr">{t(`status.${verdict}`)}</span>
    </>
  );
}

/** The same roll-up as in the matrix; a sum of clauses is as bad as the worst of them. */
function verdictOf(clauses: readonly string[], target: string, matrix: MatrixView): Status {
  const own = matrix.targets.find(({ id }) => id === target);
  const policies = matrix.policies.filter((policy) => policy.clauses.some((each) => clauses.includes(each)));
  if (own === undefined) return 'unknown';
  return rollUp(
    cellsOf(
      own,
      policies.map(({ id }) => id),
    ),
  ).status;
}

export function Coverage() {
  const loaded = useLoaded<CoverageView>('/api/v1/coverage');
  const { data } = loaded;
  const judged = useLoaded<MatrixView>('/api/v1/matrix');
  const matrix = judged.data;
  const lines = new Map(
    data?.targets.flatMap(({ target, coverage }) =>
      coverage.map((line) => [`${target} ${line.clause}`, line] as const),
    ),
  );
  const all = [...lines.values()];
  return (
    <>
      <Head title={t('nav.coverage')}>
        {data !== null && `${data.clauses.length} × ${t('overview.systems', { n: data.targets.length })}`}
      </Head>
      <LoadState of={data === null ? loaded : judged} />
      {data !== null && matrix !== null && (
        <>
          <ul class="legend panel">
            {kinds.map((kind) => (
              <li key={kind}>
                <b>{all.filter(({ status }) => status === kind).length}</b> {t(`coverage.${kind}`)}
              </li>
            ))}
          </ul>
          <Never data={data} />
          <Legend />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard */}
          <section class="panel scroll" tabIndex={0} aria-label={t('nav.coverage')}>
            <table class="coverage">
              <thead>
                <tr>
                  <th scope="col">{t('coverage.clause')}</th>
                  <th scope="col">{t('coverage.duty')}</th>
                  <th scope="col">{t('policies.force')}</th>
                  {data.targets.map(({ target }) => (
                    <th key={target} scope="col">
                      {target}
                    </th>
                  ))}
                  <th scope="col" class="end">
                    {t('coverage.whole')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.clauses.map(({ id, duty, force, aggregate_of }) => (
                  <Row
                    key={id}
                    id={id}
                    duty={say(duty)}
                    force={force}
                    cells={data.targets.map(({ target }) => ({
                      line: lines.get(`${target} ${id}`),
                      verdict: verdictOf(aggregate_of ?? [id], target, matrix),
                    }))}
                  />
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </>
  );
}

interface RowProps {
  id: string;
  duty: string;
  force: 'must' | 'should' | 'recommended';
  cells: readonly { line: Line | undefined; verdict: Status }[];
}

function Row({ id, duty, force, cells }: RowProps) {
  const advice = cells.length > 0 && cells.every(({ line }) => line?.status === 'advisory');
  const spans = cells.flatMap(({ line }) => line?.span ?? []);
  return (
    <tr>
      <th scope="row">{id}</th>
      <td class="duty">{duty}</td>
      <td>{t(`duty.${force}`)}</td>
      {advice ? (
        <td colSpan={cells.length} class="note">
          {t('coverage.advisory')}
        </td>
      ) : (
        cells.map(({ line, verdict }, at) => (
          <td key={at}>{line === undefined ? <StatusUnknown /> : <Seen line={line} verdict={verdict} />}</td>
        ))
      )}
      <td class="end">
        {advice
          ? '–'
          : t('coverage.of', { n: spans.filter(({ seen }) => seen === 1).length, total: spans.length })}
      </td>
    </tr>
  );
}

function StatusUnknown() {
  return (
    <>
      <Glyph status="unknown" />
      <span class="sr">{t('status.unknown')}</span>
    </>
  );
}
