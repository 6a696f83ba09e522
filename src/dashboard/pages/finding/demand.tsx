import { useLoaded } from '../../api.ts';
import { Panel } from '../../parts/panel.tsx';
import { Hole } from '../../parts/value.tsx';
import { say, t } from '../../texts/index.ts';
import type { CoverageView, FindingView, PolicyView } from '../../views.ts';

export function Fix({ finding }: { finding: FindingView }) {
  const fills = finding.reasons.filter(
    (reason, at, all) => all.findIndex((each) => holeKey(each) === holeKey(reason)) === at,
  );
  return (
    <Panel title={t(finding.verdict === 'unknown' ? 'finding.fill' : 'finding.fix')} class="fix">
      {fills.length > 0 && (
        <ul>
          {fills.map((reason) => (
            <li key={holeKey(reason)}>
              <Hole of={reason} />
            </li>
          ))}
        </ul>
      )}
      <p>{say(finding.remediation)}</p>
    </Panel>
  );
}

const holeKey = ({ code, fill }: FindingView['reasons'][number]): string =>
  `${code} ${fill?.kind} ${fill?.name}`;

export function Clauses({ finding, policy }: { finding: FindingView; policy: PolicyView | null }) {
  const { data } = useLoaded<CoverageView>('/api/v1/coverage');
  const clauses = data?.clauses.filter(({ id }) => finding.clauses.includes(id)) ?? [];
  return (
    <Panel title={t('finding.clause')} class="clauses">
      {clauses.map(({ id, document_title, publisher, place, duty, force }) => (
        <div key={id}>
          <p>
            <b>{id}</b> · {say(document_title)} · <span class="note">{t(`duty.${force}`)}</span>
          </p>
          <p>{say(duty)}</p>
          <p class="note">
            {publisher}, {place}
          </p>
        </div>
      ))}
      {policy !== null && <p class="note">{say(policy.why)}</p>}
    </Panel>
  );
}
