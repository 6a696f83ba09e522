import { useLayoutEffect, useState } from 'preact/hooks';
import { mayOperate, useLoaded } from '../../api.ts';
import { meaningOf, useMeanings } from '../../facts.ts';
import { number, time } from '../../format.ts';
import { onKey } from '../../keys.ts';
import { EvidenceTable } from '../../parts/evidence.tsx';
import { Glyph, type Status, statusOf, Weight } from '../../parts/glyph.tsx';
import { LoadState, Panel } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { Subject } from '../../parts/subject.tsx';
import { WaiverForm } from '../../parts/waiverform.tsx';
import { go, violationsHref } from '../../router.ts';
import { say, t, tOr } from '../../texts/index.ts';
import { trail } from '../../trail.ts';
import type { FindingDetail, FindingsView, FindingView, PolicyView } from '../../views.ts';
import { Chain } from './chain.tsx';
import { Clauses, Fix } from './demand.tsx';
import { About, Actions, History, rescan } from './side.tsx';

export function Finding({ uid }: { uid: string }) {
  const loaded = useLoaded<FindingDetail>(`/api/v1/violations/${encodeURIComponent(uid)}`);
  const [waiving, setWaiving] = useState(false);
  const finding = loaded.data?.finding;
  const policy = useLoaded<PolicyView>(finding === undefined ? null : `/api/v1/policies/${finding.policy}`);
  const meanings = useMeanings();
  const ready = meanings !== undefined && (policy.data !== null || policy.error !== null);
  const { at, uids } = useTrail(uid, finding);
  const step = (by: number): void => {
    const next = uids[at + by];
    if (at >= 0 && next !== undefined) go(`/violations/${next}`);
  };
  useLayoutEffect(() => {
    const back = [
      onKey('w', () => setWaiving(mayOperate())),
      onKey('[', () => step(-1)),
      onKey(']', () => step(1)),
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
      {loaded.data !== null && finding !== undefined && ready && (
        <>
          <nav class="crumbs" aria-label={t('nav.violations')}>
            <span>
              <a href="/violations">{t('nav.violations')}</a> ›{' '}
              <a href={violationsHref({ policy: finding.policy })}>{say(finding.title)}</a> ›{' '}
              <a href={violationsHref({ policy: finding.policy, target: finding.target })}>
                {finding.target}
              </a>
            </span>
            {at >= 0 && uids.length > 1 && (
              <span class="neighbours">
                {t('finding.place', { n: number(at + 1), total: number(uids.length) })}{' '}
                <button type="button" disabled={at === 0} onClick={() => step(-1)}>
                  {t('finding.previous')} <kbd>[</kbd>
                </button>
                <button type="button" disabled={at === uids.length - 1} onClick={() => step(1)}>
                  {t('finding.next')} <kbd>]</kbd>
                </button>
              </span>
            )}
          </nav>
          <div class="split">
            <div>
              {waiving && <WaiverForm findings={[finding]} onDone={() => setWaiving(false)} />}
              <Body finding={finding} policy={policy.data} meanings={meanings} />
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

const mostNeighbours = '200';

/** The list from which it was opened; opened at its address, the findings of the same policy on the same system. */
function useTrail(uid: string, finding: FindingView | undefined): { at: number; uids: readonly string[] } {
  const known = trail.value.includes(uid);
  const ask = !known && finding !== undefined;
  const query = ask
    ? new URLSearchParams({
        policy: finding.policy,
        target: finding.target,
        verdict: finding.verdict === 'unknown' ? 'unknown' : 'violation',
        status: finding.status ?? 'open',
        limit: mostNeighbours,
      })
    : null;
  const { data } = useLoaded<FindingsView>(query === null ? null : `/api/v1/violations?${query}`);
  const uids = known ? trail.value : (data?.violations.map((each) => each.uid) ?? []);
  return { at: uids.indexOf(uid), uids };
}

interface BodyProps {
  finding: FindingView;
  policy: PolicyView | null;
  meanings: ReturnType<typeof useMeanings>;
}

function Body({ finding, policy, meanings }: BodyProps) {
  const status = statusOf(finding);
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
