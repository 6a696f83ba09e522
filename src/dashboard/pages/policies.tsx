import { useLoaded } from '../api.ts';
import { Weight } from '../parts/glyph.tsx';
import { LoadState, Panel } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { violationsHref } from '../router.ts';
import { say, t, tOr } from '../texts/index.ts';
import { vendorName } from '../vendors.ts';
import type { PoliciesView, PolicyView } from '../views.ts';
import { Parameters } from './policy/parameters.tsx';

export function Policies() {
  const loaded = useLoaded<PoliciesView>('/api/v1/policies');
  return (
    <>
      <Head title={t('nav.policies')}>{loaded.data?.policies.length}</Head>
      <LoadState of={loaded} />
      {loaded.data !== null && (
        <section class="panel scroll" aria-label={t('nav.policies')}>
          <table class="evidence">
            <thead>
              <tr>
                <th scope="col">{t('finding.policy')}</th>
                <th scope="col">{t('policies.clauses')}</th>
                <th scope="col">{t('policies.force')}</th>
                <th scope="col">{t('policies.form')}</th>
                <th scope="col">{t('filter.severity')}</th>
              </tr>
            </thead>
            <tbody>
              {loaded.data.policies.map((policy) => (
                <tr key={policy.id}>
                  <th scope="row">
                    <a href={`/policies/${policy.id}`}>{say(policy.title)}</a>
                    <code>{policy.id}</code>
                  </th>
                  <td>{policy.clauses.join(', ')}</td>
                  <td>{t(`duty.${policy.force}`)}</td>
                  <td>{t(`policies.form.${policy.form}`)}</td>
                  <td>
                    {policy.judge.map(({ kind, severity }) => (
                      <p key={kind}>
                        <Weight severity={severity} /> {tOr('severity', severity)} · {t(`kind.${kind}`)}
                      </p>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

export function Policy({ id }: { id: string }) {
  const loaded = useLoaded<PolicyView>(`/api/v1/policies/${encodeURIComponent(id)}`);
  const policy = loaded.data;
  return (
    <>
      <Head title={policy === null ? t('finding.policy') : say(policy.title)}>
        <a href="/policies">{t('nav.policies')}</a> · <code>{id}</code>
      </Head>
      <LoadState of={loaded} />
      {policy !== null && <PolicyBody policy={policy} />}
    </>
  );
}

function PolicyBody({ policy }: { policy: PolicyView }) {
  return (
    <>
      <Panel title={t('policies.why')} note={`${policy.clauses.join(', ')} · ${t(`duty.${policy.force}`)}`}>
        <p>{say(policy.why)}</p>
        <p>
          <a href={violationsHref({ policy: policy.id, verdict: 'all' })}>{t('nav.violations')}</a>
        </p>
      </Panel>
      {policy.judge.map(({ kind, severity, rule, applies, violation }) => (
        <Panel key={kind} title={t(`kind.${kind}`)} note={tOr('severity', severity)}>
          {violation !== null && <p>{say(violation)}</p>}
          <p class="note">{t('finding.rule')}</p>
          <pre>{applies === null ? rule : `${applies}\n→ ${rule}`}</pre>
        </Panel>
      ))}
      {policy.parameters.length > 0 && <Parameters key={policy.id} policy={policy} />}
      <Panel title={t('finding.fix')}>
        <dl class="facts wide">
          {Object.entries(policy.remediation).map(([vendor, text]) => (
            <div key={vendor}>
              <dt>{vendor === 'any' ? t('filter.any') : vendorName(vendor)}</dt>
              <dd>{say(text)}</dd>
            </div>
          ))}
        </dl>
      </Panel>
    </>
  );
}
