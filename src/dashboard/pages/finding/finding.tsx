import { useEffect, useState } from 'preact/hooks';
import { mayOperate, useLoaded } from '../../api.ts';
import { meaningOf, useMeanings } from '../../facts.ts';
import { time } from '../../format.ts';
import { onKey } from '../../keys.ts';
import { EvidenceTable } from '../../parts/evidence.tsx';
import { Glyph, type Status, statusOf, Weight } from '../../parts/glyph.tsx';
import { LoadState, Panel } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { Subject } from '../../parts/subject.tsx';
import { WaiverForm } from '../../parts/waiverform.tsx';
import { violationsHref } from '../../router.ts';
import { say, t, tOr } from '../../texts/index.ts';
import type { FindingDetail, FindingView, PolicyView } from '../../views.ts';
import { Chain } from './chain.tsx';
import { Clauses, Fix } from './demand.tsx';
import { About, Actions, History, rescan } from './side.tsx';

export function Finding({ uid }: { uid: string }) {
  const loaded = useLoaded<FindingDetail>(`/api/v1/violations/${encodeURIComponent(uid)}`);
  const [waiving, setWaiving] = useState(false);
  const finding = loaded.data?.finding;
  useEffect(() => {
    const back = [
      onKey('w', () => setWaiving(mayOperate())),
      onKey('r', () => finding !== undefined && mayOperate() && void rescan(finding.target).catch(() => {})),
    ];
    return () => {
      for (const each of back) each();
    };
  });
  return (
    <>
      <Head title={t('finding.title')}>
        {finding !== undefined && (
          <>
            {finding.target}
            {finding.last_seen_at !== undefined &&
              ` · ${t('finding.lastseen', { time: time(finding.last_seen_at) })}`}
          </>
        )}
      </Head>
      <LoadState of={loaded} />
      {loaded.data !== null && finding !== undefined && (
        <>
          <nav class="crumbs" aria-label={t('nav.violations')}>
            <a href="/violations">{t('nav.violations')}</a> ›{' '}
            <a href={violationsHref({ policy: finding.policy })}>{say(finding.title)}</a> ›{' '}
            <a href={violationsHref({ policy: finding.policy, target: finding.target })}>{finding.target}</a>
          </nav>
          <div class="split">
            <div>
              {waiving && <WaiverForm findings={[finding]} onDone={() => setWaiving(false)} />}
              <Body finding={finding} />
            </div>
            <aside>
              <Actions finding={finding} waive={() => setWaiving(true)} />
              <About finding={finding} />
              <History finding={finding} history={loaded.data.history} />
            </aside>
          </div>
        </>
      )}
    </>
  );
}

function Body({ finding }: { finding: FindingView }) {
  const status = statusOf(finding);
  const meanings = useMeanings();
  const policy = useLoaded<PolicyView>(`/api/v1/policies/${finding.policy}`).data;
  const rule = policy?.judge.find(({ kind }) => kind === finding.subject.kind)?.rule;
  const chained = finding.evidence.filter(({ chain }) => chain !== undefined && chain.length > 0);
  return (
    <>
      <Verdict finding={finding} status={status} />
      {chained.map((line) => (
        <Chain
          key={`${line.fact} ${line.path}`}
          finding={finding}
          line={line}
          status={status}
          meaning={meaningOf(meanings, line.fact)}
          type={meanings?.[line.fact]?.type}
        />
      ))}
      <Panel
        title={t('finding.evidence')}
        note={
          rule === undefined ? undefined : (
            <>
              {t('finding.rule')} <code>{rule}</code>
            </>
          )
        }
        class="scroll"
      >
        <EvidenceTable
          lines={finding.evidence}
          {...(status === 'violation' || status === 'violation_minor' ? { status, rule: rule ?? '' } : {})}
        />
      </Panel>
      <div class="pair">
        <Fix finding={finding} />
        <Clauses finding={finding} policy={policy} />
      </div>
    </>
  );
}

function Verdict({ finding, status }: { finding: FindingView; status: Status }) {
  const { waiver, opened_at, severity } = finding;
  return (
    <section class={`panel verdict edge-${status}`} aria-label={t(`status.${status}`)}>
      <p class="line">
        <b class={`word mark-${status}`}>
          <Glyph status={status} large /> {t(`status.${status}`)}
        </b>
        <Weight severity={severity} /> {tOr('severity', severity)}
        {opened_at !== undefined && <span class="note">{t('finding.since', { time: time(opened_at) })}</span>}
      </p>
      <h2 class="message">{say(finding.message)}</h2>
      <p>
        <Subject of={finding} most={120} /> · {finding.target}
      </p>
      {finding.stale === true && <p>{t('finding.stale')}</p>}
      {waiver !== undefined && (
        <p>
          <Glyph status="waived" /> {t('waiver.held', { time: time(waiver.until), reason: waiver.reason })}
        </p>
      )}
    </section>
  );
}
