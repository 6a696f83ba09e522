import { useLoaded } from '../api.ts';
import { useMeanings } from '../facts.ts';
import { time } from '../format.ts';
import { EvidenceTable } from '../parts/evidence.tsx';
import { Glyph, statusOf, Weight } from '../parts/glyph.tsx';
import { Name } from '../parts/name.tsx';
import { LoadState, Panel } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { say, t } from '../texts/index.ts';
import type { FindingView, RoomView } from '../views.ts';

const order = [
  'violation',
  'violation_minor',
  'stale',
  'unknown',
  'waived',
  'pass',
  'not_applicable',
  'resolved',
];

const worstFirst = (verdicts: readonly FindingView[]): FindingView[] =>
  [...verdicts].sort((one, other) => order.indexOf(statusOf(one)) - order.indexOf(statusOf(other)));

/** One room: every verdict, also what is met and what was not seen, and all that was read. */
export function Room({ target, room }: { target: string; room: string }) {
  const loaded = useLoaded<RoomView>(
    `/api/v1/targets/${encodeURIComponent(target)}/rooms/${encodeURIComponent(room)}`,
  );
  const { data } = loaded;
  const meanings = useMeanings();
  return (
    <>
      <Head title={t('filter.room')}>
        <a href={`/rooms?target=${encodeURIComponent(target)}`}>{target}</a>
        {data !== null && ` · ${t('rooms.seen')} ${time(data.room.last_seen_at)}`}
      </Head>
      <LoadState of={loaded} />
      {data !== null && meanings !== undefined && (
        <>
          <p class="wholename">
            <Name name={data.room.name ?? data.room.ref} most={Number.MAX_SAFE_INTEGER} />
          </p>
          <Panel title={t('rooms.verdicts')} class="scroll">
            <table class="evidence">
              <tbody>
                {worstFirst(data.verdicts).map((finding) => {
                  const status = statusOf(finding);
                  return (
                    <tr
                      key={finding.policy}
                      class={status === 'unknown' || status === 'stale' ? 'hatched' : ''}
                    >
                      <td class="verdict">
                        <Glyph status={status} /> {t(`status.${status}`)}
                      </td>
                      <th scope="row">
                        <a href={`/policies/${finding.policy}`}>{say(finding.title)}</a>
                      </th>
                      <td>
                        <Weight severity={finding.severity} /> {t(`severity.${finding.severity}`)}
                      </td>
                      <td>{say(finding.message)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </Panel>
          <Panel title={t('rooms.facts')} class="scroll">
            <EvidenceTable lines={data.facts} />
          </Panel>
        </>
      )}
    </>
  );
}
