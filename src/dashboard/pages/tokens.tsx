import { useState } from 'preact/hooks';
import { mayAdmin, me, send, useLoaded } from '../api.ts';
import { day, number } from '../format.ts';
import { Confirm } from '../parts/confirm.tsx';
import { dayFromNow, Field } from '../parts/field.tsx';
import { FilterBar } from '../parts/filterbar.tsx';
import { Glyph, type Status } from '../parts/glyph.tsx';
import { LoadState } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { TableCell } from '../parts/tablecell.tsx';
import { place } from '../router.ts';
import { t } from '../texts/index.ts';
import type { MadeTokenView, MatrixView, TokensView, TokenView } from '../views.ts';

const scopes = ['read', 'feed', 'operate', 'admin'] as const;
const signs: Readonly<Record<TokenView['state'], Status>> = {
  valid: 'pass',
  expired: 'stale',
  revoked: 'not_applicable',
};

export function Tokens() {
  const may = mayAdmin();
  const [making, make] = useState(false);
  const [made, setMade] = useState<MadeTokenView | null>(null);
  const [changed, change] = useState(0);
  const loaded = useLoaded<TokensView>(may ? '/api/v1/tokens' : null, changed);
  const { data } = loaded;
  const wanted = place.value.searchParams.get('state') ?? 'valid';
  const shown = data?.tokens.filter(({ state }) => wanted === 'all' || state === wanted) ?? [];
  return (
    <>
      <Head title={t('nav.tokens')}>
        {data !== null &&
          t('tokens.count', { n: number(data.tokens.filter(({ state }) => state === 'valid').length) })}
      </Head>
      {!may && <p class="empty panel">{t('form.admin')}</p>}
      {may && (
        <div class="toolbar">
          <FilterBar
            choices={[
              {
                name: 'state',
                label: t('targets.state'),
                options: [
                  ['', t('tokens.valid')],
                  ['expired', t('tokens.expired')],
                  ['revoked', t('tokens.revoked')],
                  ['all', t('filter.any')],
                ],
              },
            ]}
          />
          {!making && (
            <button type="button" class="main" onClick={() => make(true)}>
              {t('tokens.do')}
            </button>
          )}
        </div>
      )}
      {made !== null && <Shown made={made} close={() => setMade(null)} />}
      {making && (
        <Maker
          onDone={(one) => {
            make(false);
            setMade(one);
            change(changed + 1);
          }}
        />
      )}
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list" aria-label={t('nav.tokens')}>
          {shown.length === 0 ? (
            <p class="empty">{t('list.none')}</p>
          ) : (
            <Table tokens={shown} done={() => change(changed + 1)} />
          )}
          <footer>
            <p>{t('tokens.foot')}</p>
          </footer>
        </section>
      )}
    </>
  );
}

/** The only time that its value is seen: it is kept nowhere. */
function Shown({ made, close }: { made: MadeTokenView; close: () => void }) {
  const [said, say] = useState('');
  return (
    <section class="panel secret" aria-label={t('tokens.made', { name: made.token.name })}>
      <header>
        <h2 tabIndex={-1} ref={(heading) => heading?.focus()}>
          {t('tokens.made', { name: made.token.name })}
        </h2>
      </header>
      <p>{t('tokens.once')}</p>
      <p>
        <code class="value">{made.value}</code>
      </p>
      <p class="buttons">
        <button
          type="button"
          class="main"
          onClick={() => void navigator.clipboard.writeText(made.value).then(() => say(t('tokens.copied')))}
        >
          {t('tokens.copy')}
        </button>
        <button type="button" onClick={close}>
          {t('tokens.noted')}
        </button>
        <span role="status">{said}</span>
      </p>
    </section>
  );
}

function Maker({ onDone }: { onDone: (made: MadeTokenView | null) => void }) {
  const all = useLoaded<MatrixView>('/api/v1/matrix').data?.targets.map(({ id }) => id) ?? [];
  const [some, setSome] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const end = String(data.get('end') ?? '');
    const body = {
      name: String(data.get('name') ?? '').trim(),
      scopes: data.getAll('scope'),
      ...(some ? { targets: data.getAll('target') } : {}),
      ...(end === '' ? {} : { expires_at: new Date(`${end}T23:59:59`).toISOString() }),
    };
    try {
      onDone(await send<MadeTokenView>('POST', '/api/v1/tokens', body));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="panel editor" onSubmit={submit} aria-label={t('tokens.title')}>
      <header>
        <h2>{t('tokens.title')}</h2>
      </header>
      <div class="fields">
        <Field id="t-name" label={t('tokens.name')} hint={t('tokens.name.hint')}>
          <input id="t-name" name="name" required maxLength={100} aria-describedby="t-name-hint" />
        </Field>
        <fieldset class="field">
          <legend>{t('tokens.scopes')}</legend>
          {scopes.map((scope) => (
            <label key={scope} class="check">
              <input type="checkbox" name="scope" value={scope} defaultChecked={scope === 'read'} />
              <span>
                <b>{scope}</b> · {t(`tokens.scope.${scope}`)}
              </span>
            </label>
          ))}
        </fieldset>
        <fieldset class="field">
          <legend>{t('tokens.targets')}</legend>
          <label class="check">
            <input type="checkbox" checked={!some} onChange={() => setSome(!some)} />
            <span>{t(me.value?.targets === null ? 'tokens.all' : 'tokens.own')}</span>
          </label>
          {some &&
            all.map((id) => (
              <label key={id} class="check">
                <input type="checkbox" name="target" value={id} />
                <span>{id}</span>
              </label>
            ))}
        </fieldset>
        <Field id="t-end" label={t('tokens.end')} hint={t('tokens.end.hint')}>
          <input
            id="t-end"
            name="end"
            type="date"
            min={dayFromNow(0)}
            defaultValue={dayFromNow(365)}
            aria-describedby="t-end-hint"
          />
        </Field>
      </div>
      <p role="alert" class="problem">
        {problem}
      </p>
      <p class="buttons">
        <button type="submit" class="main">
          {t('tokens.make')}
        </button>
        <button type="button" onClick={() => onDone(null)}>
          {t('waiver.cancel')}
        </button>
      </p>
    </form>
  );
}

function Table({ tokens, done }: { tokens: readonly TokenView[]; done: () => void }) {
  return (
    <table class="evidence cards">
      <thead>
        <tr>
          <th scope="col">{t('tokens.name')}</th>
          <th scope="col">{t('targets.state')}</th>
          <th scope="col">{t('tokens.scopes')}</th>
          <th scope="col">{t('tokens.targets')}</th>
          <th scope="col">{t('tokens.created')}</th>
          <th scope="col">{t('tokens.end')}</th>
          <th scope="col">{t('tokens.used')}</th>
          <th scope="col">{t('form.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <th scope="row">
              {token.name}
              <code>{token.id}</code>
            </th>
            <TableCell label={t('targets.state')} class="nowrap">
              <Glyph status={signs[token.state]} /> {t(`tokens.${token.state}`)}
            </TableCell>
            <TableCell label={t('tokens.scopes')}>{token.scopes.join(', ')}</TableCell>
            <TableCell label={t('tokens.targets')} class="words">
              {token.targets === null ? t('tokens.all') : token.targets.join(', ')}
            </TableCell>
            <TableCell label={t('tokens.created')} class="nowrap">
              {day(token.created_at)}
            </TableCell>
            <TableCell label={t('tokens.end')} class="nowrap">
              {token.expires_at === null ? t('tokens.never') : day(token.expires_at)}
            </TableCell>
            <TableCell label={t('tokens.used')} class="nowrap">
              {token.last_used_on === null ? t('row.never') : day(token.last_used_on)}
            </TableCell>
            <td class="acts">
              {token.state === 'valid' && (
                <Confirm
                  label={t('tokens.revoke')}
                  question={t('tokens.sure', { name: token.name })}
                  act={() => send('DELETE', `/api/v1/tokens/${encodeURIComponent(token.id)}`).then(done)}
                />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
