import { useState } from 'preact/hooks';
import { send, useLoaded } from '../../api.ts';
import { meaningOf, useMeanings } from '../../facts.ts';
import { PolicyField, TargetField } from '../../parts/choose.tsx';
import { dayFromNow, Field, given } from '../../parts/field.tsx';
import { language, say, t } from '../../texts/index.ts';
import type { AttestationView, MatrixView, PoliciesView, PolicyView } from '../../views.ts';

interface EditorProps {
  /** What is attested: of a reminder or of one that is renewed. */
  about: { policy: string; target: string; entry: AttestationView | null } | null;
  onDone: () => void;
}

const says = ['met', 'not_met', 'not_applicable'] as const;
type Says = (typeof says)[number];
const common = ['attestation.value', 'attestation.declared_not_applicable'];

export function AttestationEditor({ about, onDone }: EditorProps) {
  const all = useLoaded<PoliciesView>('/api/v1/policies').data?.policies ?? [];
  const targets = useLoaded<MatrixView>('/api/v1/matrix').data?.targets ?? [];
  const [policy, setPolicy] = useState(about?.policy ?? '');
  const [said, say_] = useState<Says>('met');
  const [problem, setProblem] = useState('');
  const detail = useLoaded<PolicyView>(policy === '' ? null : `/api/v1/policies/${policy}`).data;
  const facts = [...new Set(detail?.judge.flatMap((entry) => entry.facts) ?? [])].filter(
    (fact) => fact.startsWith('attestation.') && !common.includes(fact),
  );
  const old = about?.entry?.fields ?? {};
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await send('POST', '/api/v1/attestations', bodyOf(event.currentTarget as HTMLFormElement, said));
      onDone();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="panel editor" onSubmit={submit} aria-label={t('attest.title')}>
      <header>
        <h2>{t(about?.entry == null ? 'attest.title' : 'attest.renewal')}</h2>
      </header>
      <div class="fields">
        <PolicyField
          id="a-policy"
          policies={all.filter(({ form: kind }) => kind === 'attestation')}
          value={policy}
          onChange={setPolicy}
        />
        <TargetField id="a-target" targets={targets} wanted={about?.target} />
        <Field id="a-says" label={t('attest.says')}>
          <select id="a-says" value={said} onChange={(event) => say_(event.currentTarget.value as Says)}>
            {says.map((each) => (
              <option key={each} value={each}>
                {t(`attest.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        {said === 'not_applicable' ? (
          <Field id="a-why" label={t('attest.why')}>
            <textarea id="a-why" name="why" required rows={2} maxLength={2000} />
          </Field>
        ) : (
          facts.map((fact) => (
            <Attested key={fact} fact={fact} old={old[fact.slice('attestation.'.length)]} />
          ))
        )}
        <Field id="a-by" label={t('attest.by')} hint={t('form.office')}>
          <input
            id="a-by"
            name="attested_by"
            required
            maxLength={200}
            aria-describedby="a-by-hint"
            defaultValue={textOf(old['attested_by'])}
          />
        </Field>
        <Field id="a-at" label={t('attest.at')}>
          <input id="a-at" name="attested_at" type="date" required defaultValue={dayFromNow(0)} />
        </Field>
        <Field id="a-until" label={t('attest.until')}>
          <input
            id="a-until"
            name="valid_until"
            type="date"
            required
            min={dayFromNow(0)}
            defaultValue={dayFromNow(365)}
          />
        </Field>
        <Field id="a-owner" label={t('attest.owner')} hint={t('attest.owner.hint')}>
          <input
            id="a-owner"
            name="owner"
            maxLength={200}
            aria-describedby="a-owner-hint"
            defaultValue={about?.entry?.owner ?? ''}
          />
        </Field>
        <Field id="a-reference" label={t('attest.reference')} hint={t('attest.reference.hint')}>
          <input
            id="a-reference"
            name="reference"
            maxLength={500}
            aria-describedby="a-reference-hint"
            defaultValue={textOf(old['reference'])}
          />
        </Field>
      </div>
      {detail !== null && <p class="note">{say(detail.why)}</p>}
      <p role="alert" class="problem">
        {problem}
      </p>
      <p class="buttons">
        <button type="submit" class="main">
          {t('waiver.do')}
        </button>
        <button type="button" onClick={onDone}>
          {t('waiver.cancel')}
        </button>
      </p>
    </form>
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A field that only this policy reads, as the vocabulary describes it. */
function Attested({ fact, old }: { fact: string; old: unknown }) {
  const meanings = useMeanings();
  const meaning = meanings?.[fact];
  const id = `a-${fact.slice('attestation.'.length)}`;
  const name = `field ${fact.slice('attestation.'.length)}`;
  const label = meaningOf(meanings, fact);
  if (meanings === undefined) return null;
  if (meaning?.type === 'bool') {
    return (
      <Field id={id} label={label}>
        <select id={id} name={name}>
          <option value="">{t('attest.unsaid')}</option>
          <option value="true" selected={old === true}>
            {t('value.true')}
          </option>
          <option value="false" selected={old === false}>
            {t('value.false')}
          </option>
        </select>
      </Field>
    );
  }
  if (meaning?.values !== undefined) {
    return (
      <Field id={id} label={label}>
        <select id={id} name={name} lang={language.value}>
          <option value="">{t('attest.unsaid')}</option>
          {meaning.values.map((value) => (
            <option key={value} value={value} selected={old === value}>
              {value}
            </option>
          ))}
        </select>
      </Field>
    );
  }
  const dated = meaning?.unit === 'ISO 8601 date';
  return (
    <Field id={id} label={label}>
      {dated ? (
        <input id={id} name={name} type="date" defaultValue={textOf(old)} />
      ) : (
        <input id={id} name={name} maxLength={500} defaultValue={textOf(old)} />
      )}
    </Field>
  );
}

function bodyOf(form: HTMLFormElement, said: Says): object {
  const { why, ...rest } = given(form);
  const entries = Object.entries(rest).map(([name, value]) => {
    const own = name.startsWith('field ');
    return [own ? name.slice('field '.length) : name, own && isBool(value) ? value === 'true' : value];
  });
  const statement =
    said === 'not_applicable'
      ? { declared_not_applicable: { reason: why ?? '' } }
      : { value: said === 'met' };
  return { ...Object.fromEntries(entries), ...statement };
}

const isBool = (value: string): boolean => value === 'true' || value === 'false';
