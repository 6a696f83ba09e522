import { useState } from 'preact/hooks';
import { mayOperate, send, useLoaded } from '../../api.ts';
import { age, day, number } from '../../format.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { asked, FilterBar } from '../../parts/filterbar.tsx';
import { Glyph, type Status } from '../../parts/glyph.tsx';
import { Pager } from '../../parts/pager.tsx';
import { LoadState, Panel } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { TableCell } from '../../parts/tablecell.tsx';
import { place } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import type { AttestationsView, AttestationView, MatrixView, PoliciesView } from '../../views.ts';
import { targetChoices } from '../choices.ts';
import { Managed } from '../waivers/scope.tsx';
import { AttestationEditor } from './editor.tsx';
import { type Reminder, remindersOf } from './standing.ts';

const pageSize = '40';
const filters = ['target', 'policy', 'managed_by', 'state'];
const states = ['valid', 'due', 'expired', 'not_yet', 'revoked'] as const;
/** Reminders shown before one asks for all. */
const few = 8;

const signs: Readonly<Record<AttestationView['state'] | 'missing', Status>> = {
  valid: 'pass',
  due: 'pass',
  expired: 'stale',
  not_yet: 'unknown',
  missing: 'unknown',
  revoked: 'not_applicable',
};

type About = Pick<Reminder, 'policy' | 'target' | 'entry'>;

export function Attestations() {
  const [editing, edit] = useState<About | 'new' | null>(null);
  const [changed, change] = useState(0);
  const judged = useLoaded<MatrixView>('/api/v1/matrix');
  const named = useLoaded<PoliciesView>('/api/v1/policies');
  const matrix = judged.data;
  const policies = named.data?.policies ?? [];
  const after = place.value.searchParams.get('after');
  const loaded = useLoaded<AttestationsView>(
    asked('/api/v1/attestations', filters, { after, limit: pageSize }),
    changed,
  );
  const given = useLoaded<AttestationsView>('/api/v1/attestations?limit=1000', changed);
  const all = given.data;
  const { data } = loaded;
  const titleOf = (id: string): string => {
    const policy = policies.find((each) => each.id === id);
    return policy === undefined ? id : say(policy.title);
  };
  const done = (): void => {
    edit(null);
    change(changed + 1);
  };
  // Without one of them nothing would look due.
  const reminders =
    all === null || matrix === null || named.data === null
      ? null
      : remindersOf(all.attestations, policies, matrix);
  const missing = [given, judged, named].find((each) => each.data === null);
  return (
    <>
      <Head title={t('nav.attestations')}>
        {data !== null &&
          t('attest.counts', {
            valid: number(data.counts.valid + data.counts.due),
            due: number(data.counts.due),
          })}
      </Head>
      <div class="toolbar">
        <FilterBar
          choices={[
            ...targetChoices(matrix, false),
            {
              name: 'policy',
              label: t('filter.policy'),
              options: [
                ['', t('filter.any')],
                ...policies
                  .filter(({ form }) => form === 'attestation')
                  .map(({ id, title }) => [id, say(title)] as const),
              ],
            },
            {
              name: 'state',
              label: t('targets.state'),
              options: [
                ['', t('filter.any')],
                ...states.map((each) => [each, t(`attest.state.${each}`)] as const),
              ],
            },
          ]}
        />
        {mayOperate() && editing === null && (
          <button type="button" class="main" onClick={() => edit('new')}>
            {t('attest.do')}
          </button>
        )}
      </div>
      {editing !== null && (
        <AttestationEditor
          key={editing === 'new' ? '' : `${editing.policy} ${editing.target}`}
          about={editing === 'new' ? null : editing}
          onDone={done}
        />
      )}
      {reminders !== null && <Reminders reminders={reminders} titleOf={titleOf} edit={edit} />}
      <LoadState of={missing ?? loaded} />
      {data !== null && reminders !== null && (
        <section class="panel list" aria-label={t('nav.attestations')}>
          {data.attestations.length === 0 ? (
            <p class="empty">
              {after === null && place.value.search === '' ? t('attest.none') : t('list.none')}
            </p>
          ) : (
            <Table entries={data.attestations} titleOf={titleOf} edit={edit} done={done} />
          )}
          <footer>
            <p>{t('attest.foot')}</p>
            <Pager next={data.next_cursor} />
          </footer>
        </section>
      )}
    </>
  );
}

interface RemindersProps {
  reminders: readonly Reminder[];
  titleOf: (id: string) => string;
  edit: (about: About) => void;
}

/** What is over first, then what was never attested, then what soon ends. */
function Reminders({ reminders, titleOf, edit }: RemindersProps) {
  const [whole, show] = useState(false);
  return (
    <Panel title={t('attest.reminders')} note={t('attest.remind', { n: number(reminders.length) })}>
      {reminders.length === 0 && <p class="empty">{t('attest.nodue')}</p>}
      <ul class="lines reminders">
        {reminders.slice(0, whole ? reminders.length : few).map((reminder) => {
          const { policy, target, state, entry } = reminder;
          return (
            <li key={`${policy} ${target}`}>
              <span class="event">
                <Glyph status={state === 'due' ? 'pass' : signs[state]} /> {t(`attest.state.${state}`)}
              </span>
              <span class="what">
                <a href={`/policies/${policy}`}>{titleOf(policy)}</a> <span class="where">· {target}</span>
                {entry?.valid_until != null && (
                  <span class="where"> · {t('attest.end', { day: day(entry.valid_until) })}</span>
                )}
              </span>
              {mayOperate() && entry?.managed_by !== 'file' && (
                <button type="button" class="small" onClick={() => edit(reminder)}>
                  {t(entry === null ? 'attest.do' : 'attest.renew')}
                </button>
              )}
              {entry?.managed_by === 'file' && <Managed of={entry} />}
            </li>
          );
        })}
      </ul>
      {reminders.length > few && !whole && (
        <p>
          <button type="button" onClick={() => show(true)}>
            {t('attest.all', { n: number(reminders.length) })}
          </button>
        </p>
      )}
    </Panel>
  );
}

interface TableProps {
  entries: readonly AttestationView[];
  titleOf: (id: string) => string;
  edit: (about: About) => void;
  done: () => void;
}

function Table({ entries, titleOf, edit, done }: TableProps) {
  return (
    <table class="evidence cards">
      <thead>
        <tr>
          <th scope="col">{t('finding.policy')}</th>
          <th scope="col">{t('filter.target')}</th>
          <th scope="col">{t('targets.state')}</th>
          <th scope="col">{t('attest.at')}</th>
          <th scope="col">{t('attest.until')}</th>
          <th scope="col">{t('managed.label')}</th>
          {mayOperate() && <th scope="col">{t('form.actions')}</th>}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} class={entry.state === 'expired' ? 'hatched' : ''}>
            <th scope="row">
              <a href={`/policies/${entry.policy}`}>{titleOf(entry.policy)}</a>
              {entry.owner !== null && <small>{entry.owner}</small>}
            </th>
            <TableCell label={t('filter.target')}>{entry.target}</TableCell>
            <TableCell label={t('targets.state')}>
              <Glyph status={signs[entry.state]} /> {t(`attest.state.${entry.state}`)}
              <Statement of={entry} />
            </TableCell>
            <TableCell label={t('attest.at')} class="nowrap">
              {entry.attested_at === null ? '–' : day(entry.attested_at)}
            </TableCell>
            <TableCell label={t('attest.until')} class="nowrap">
              {entry.valid_until === null ? '–' : day(entry.valid_until)}
              <Left of={entry} />
            </TableCell>
            <TableCell label={t('managed.label')}>
              <Managed of={entry} />
              {entry.outranked === true && <small>{t('attest.outranked')}</small>}
            </TableCell>
            {mayOperate() && (
              <td class="acts">{entry.managed_by === 'api' && <Acts {...{ entry, edit, done }} />}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A valid attestation may well say that the duty is not met. */
function Statement({ of: { fields } }: { of: AttestationView }) {
  const key =
    fields['declared_not_applicable'] !== undefined
      ? 'attest.not_applicable'
      : fields['value'] === true
        ? 'attest.met'
        : 'attest.not_met';
  return <small>{t(key)}</small>;
}

function Left({ of: { state, valid_until } }: { of: AttestationView }) {
  if (valid_until === null || (state !== 'valid' && state !== 'due')) return null;
  const left = age(new Date().toISOString(), Date.parse(valid_until));
  return <small>{t('waivers.left', { n: left })}</small>;
}

interface ActsProps {
  entry: AttestationView;
  edit: (about: About) => void;
  done: () => void;
}

function Acts({ entry, edit, done }: ActsProps) {
  const { id, policy, target, state } = entry;
  return (
    <>
      <button type="button" class="small" onClick={() => edit({ policy, target, entry })}>
        {t('attest.renew')}
      </button>
      {state !== 'revoked' && (
        <Confirm
          label={t('attest.withdraw')}
          question={t('attest.sure')}
          act={() => send('DELETE', `/api/v1/attestations/${encodeURIComponent(id)}`).then(done)}
        />
      )}
    </>
  );
}
