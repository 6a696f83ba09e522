import { mayAdmin, useLoaded } from '../api.ts';
import { time } from '../format.ts';
import { asked, FilterBar } from '../parts/filterbar.tsx';
import { Name } from '../parts/name.tsx';
import { Pager } from '../parts/pager.tsx';
import { LoadState } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { TableCell } from '../parts/tablecell.tsx';
import { place } from '../router.ts';
import { t, tOr } from '../texts/index.ts';
import type { AuditView, MatrixView } from '../views.ts';
import { targetChoices } from './choices.ts';

const pageSize = '50';
const filters = ['target', 'action', 'actor', 'since'];
const dayMs = 86_400_000;
const things = [
  'session',
  'login',
  'token',
  'scan',
  'waiver',
  'attestation',
  'receiver',
  'room',
  'releases',
  'setup',
  'report',
  'store',
] as const;

/** Who did what, newest first; for those who may see it. */
export function Audit() {
  const may = mayAdmin();
  const query = place.value.searchParams;
  const after = query.get('after');
  const actor = query.get('actor');
  const { data: matrix } = useLoaded<MatrixView>('/api/v1/matrix');
  const loaded = useLoaded<AuditView>(
    may ? asked('/api/v1/audit', filters, { after, limit: pageSize }) : null,
  );
  const { data } = loaded;
  return (
    <>
      <Head title={t('nav.audit')}>{t('audit.about')}</Head>
      {!may && <p class="empty panel">{t('form.admin')}</p>}
      {may && (
        <div class="toolbar">
          <FilterBar
            more={['actor']}
            choices={[
              {
                name: 'action',
                label: t('audit.action'),
                options: [
                  ['', t('filter.any')],
                  ...things.map((each) => [each, t(`audit.thing.${each}`)] as const),
                ],
              },
              ...targetChoices(matrix, false),
              {
                name: 'since',
                label: t('filter.since'),
                options: [
                  ['', t('filter.always')],
                  ...[1, 7, 30].map(
                    (days) =>
                      [
                        new Date(startOfDay() - days * dayMs).toISOString(),
                        t('filter.days', { n: days }),
                      ] as const,
                  ),
                ],
              },
              ...(actor === null
                ? []
                : [{ name: 'actor', label: t('audit.actor'), options: [['', t('filter.any')]] as const }]),
            ]}
          />
        </div>
      )}
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list" aria-label={t('nav.audit')}>
          {data.entries.length === 0 ? (
            <p class="empty">{t('list.none')}</p>
          ) : (
            <Table entries={data.entries} />
          )}
          <footer>
            <p>{t('audit.foot')}</p>
            <Pager next={data.next_cursor} />
          </footer>
        </section>
      )}
    </>
  );
}

const startOfDay = (): number => new Date().setHours(0, 0, 0, 0);

function Table({ entries }: { entries: AuditView['entries'] }) {
  return (
    <table class="evidence cards">
      <thead>
        <tr>
          <th scope="col">{t('audit.at')}</th>
          <th scope="col">{t('audit.actor')}</th>
          <th scope="col">{t('audit.action')}</th>
          <th scope="col">{t('filter.target')}</th>
          <th scope="col">{t('audit.detail')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <TableCell label={t('audit.at')} class="nowrap">
              <time dateTime={entry.at}>{time(entry.at)}</time>
            </TableCell>
            <TableCell label={t('audit.actor')}>
              <a href={`/audit?actor=${encodeURIComponent(entry.actor)}`}>
                <code>{entry.actor}</code>
              </a>
            </TableCell>
            <th scope="row">
              {tOr('audit', entry.action)}
              <ObjectOf of={entry} />
            </th>
            <TableCell label={t('filter.target')}>{entry.target ?? '–'}</TableCell>
            <TableCell label={t('audit.detail')}>
              <Detail of={entry.detail} />
            </TableCell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Entry = AuditView['entries'][number];

const homes: Readonly<Record<string, string>> = { waiver: '/waivers/', scan: '/scans/' };

function ObjectOf({ of: { action, object } }: { of: Entry }) {
  if (object === null) return null;
  const home = homes[action.split('.')[0] ?? ''];
  if (home === undefined) return <code>{object}</code>;
  return (
    <a href={home + encodeURIComponent(object)}>
      <code>{object}</code>
    </a>
  );
}

/** Keys as they are kept: they are the same in the answer of the REST call. */
function Detail({ of }: { of: Entry['detail'] }) {
  const lines = Object.entries(of).filter(([, value]) => value !== null);
  if (lines.length === 0) return <>–</>;
  return (
    <ul class="detail">
      {lines.map(([name, value]) => (
        <li key={name}>
          <code>{name}</code> <Name name={String(value)} most={60} />
        </li>
      ))}
    </ul>
  );
}
