import { mayOperate, useLoaded } from '../api.ts';
import { Field } from '../parts/field.tsx';
import { LoadState, Panel } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { go, place, withQuery } from '../router.ts';
import { language, say } from '../texts/index.ts';
import { reportTexts } from '../texts/reports.ts';
import type { CoverageView, ReportKindsView } from '../views.ts';

type Kind = ReportKindsView['reports'][number];
type Parameter = Kind['takes'][number];

const text = (key: keyof typeof reportTexts.de): string => reportTexts[language.value][key];
const asked = (name: string): string => place.value.searchParams.get(name) ?? '';
const choose = (change: Readonly<Record<string, string | null>>): void => go(withQuery(change), true);

/** What is chosen stands in the address; the reports themselves are calls that the browser opens or saves. */
export function Reports() {
  const loaded = useLoaded<ReportKindsView>('/api/v1/reports');
  const coverage = useLoaded<CoverageView>('/api/v1/coverage');
  const kinds = loaded.data?.reports ?? [];
  const chosen = kinds.find(({ kind }) => kind === asked('kind')) ?? kinds[0];
  return (
    <>
      <Head title={text('title')}>{text('same')}</Head>
      <LoadState of={loaded} />
      <LoadState of={coverage} />
      {chosen !== undefined && (
        <div class="reportpage">
          <Panel title={text('kinds')}>
            <fieldset class="reportkinds">
              <legend class="sr">{text('kinds')}</legend>
              {kinds.map((each) => (
                <label key={each.kind}>
                  <input
                    type="radio"
                    name="kind"
                    value={each.kind}
                    checked={each.kind === chosen.kind}
                    onChange={() => choose({ kind: each.kind })}
                  />
                  <span>
                    <strong>{say(each.title)}</strong>
                    <br />
                    {say(each.purpose)}
                  </span>
                </label>
              ))}
            </fieldset>
          </Panel>
          <Panel title={text('scope')} note={say(chosen.title)}>
            <Scope kind={chosen} coverage={coverage.data} />
            <Ways kind={chosen} />
          </Panel>
        </div>
      )}
    </>
  );
}

function Scope({ kind, coverage }: { kind: Kind; coverage: CoverageView | null }) {
  const takes = (name: Parameter): boolean => kind.takes.includes(name);
  const first = kind.needs.includes('target') ? text('choose') : text('all');
  return (
    <form class="reportscope" onSubmit={(event) => event.preventDefault()}>
      {takes('target') && (
        <Select
          name="target"
          options={[['', first], ...(coverage?.targets ?? []).map(({ target }) => [target, target] as const)]}
        />
      )}
      {takes('clause') && (
        <Select
          name="clause"
          options={[
            ['', text('choose')],
            ...(coverage?.clauses ?? []).map(({ id, duty }) => [id, `${id}: ${say(duty)}`] as const),
          ]}
        />
      )}
      {takes('from') && <Day name="from" />}
      {takes('to') && <Day name="to" />}
      <Select
        name="lang"
        label="language"
        value={asked('lang') || language.value}
        options={[
          ['de', 'Deutsch'],
          ['en', 'English'],
        ]}
      />
      {takes('audience') && mayOperate() && (
        <label class="check">
          <input
            type="checkbox"
            checked={asked('audience') === 'organisation'}
            onChange={(event) => choose({ audience: event.currentTarget.checked ? 'organisation' : null })}
          />
          {text('internal')}
        </label>
      )}
    </form>
  );
}

interface SelectProps {
  name: 'target' | 'clause' | 'lang';
  label?: 'language';
  value?: string;
  options: readonly (readonly [string, string])[];
}

function Select({ name, label, value = asked(name), options }: SelectProps) {
  return (
    <Field id={`report-${name}`} label={text(label ?? (name as 'target'))}>
      <select
        id={`report-${name}`}
        value={value}
        onChange={(event) => choose({ [name]: event.currentTarget.value || null })}
      >
        {options.map(([id, shown]) => (
          <option key={id} value={id}>
            {shown}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Day({ name }: { name: 'from' | 'to' }) {
  const id = `report-${name}`;
  return (
    <Field id={id} label={text(name)} hint={text(`${name}_hint`)}>
      <input
        id={id}
        type="date"
        aria-describedby={`${id}-hint`}
        value={asked(name)}
        onChange={(event) => choose({ [name]: event.currentTarget.value || null })}
      />
    </Field>
  );
}

/** Links, so that they can be opened beside, saved and passed on. */
function Ways({ kind }: { kind: Kind }) {
  const missing = kind.needs.filter((name) => asked(name) === '');
  if (missing.length > 0) {
    const what = missing.map((name) => text(name as 'target')).join(', ');
    return <p role="status">{text('needs').replace('{what}', what)}</p>;
  }
  const [html, csv, json] = (['html', 'csv', 'json'] as const).map((format) =>
    kind.formats.includes(format) ? addressOf(kind, format) : null,
  );
  return (
    <>
      <p class="reportways">
        {html != null && (
          <a class="button" href={html} target="_blank" rel="noopener">
            {text('open')}
          </a>
        )}
        {csv != null && (
          <a class="button" href={csv} download="">
            {text('csv')}
          </a>
        )}
        {json != null && (
          <a class="button" href={json} download={`roomwarden-${kind.kind}.json`}>
            {text('json')}
          </a>
        )}
      </p>
      {html != null && <p class="note">{text('print')}</p>}
    </>
  );
}

function addressOf({ kind, takes }: Kind, format: string): string {
  const query = new URLSearchParams({ format, lang: asked('lang') || language.value });
  for (const name of takes) if (asked(name) !== '') query.set(name, asked(name));
  return `/api/v1/reports/${kind}?${query}`;
}
