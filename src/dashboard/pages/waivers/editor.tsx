import { useEffect, useRef, useState } from 'preact/hooks';
import { send, useLoaded } from '../../api.ts';
import { PolicyField, TargetField } from '../../parts/choose.tsx';
import { dayFromNow, Field, given } from '../../parts/field.tsx';
import { place } from '../../router.ts';
import { t } from '../../texts/index.ts';
import type { MatrixView, PoliciesView, ReviewView, WaiverDetailView, WaiverView } from '../../views.ts';
import { Review } from './review.tsx';

interface EditorProps {
  /** The one that is changed: a new one takes its place, so that nothing is open in between. */
  instead?: WaiverView;
  onDone: (made: WaiverDetailView | null) => void;
}

/** After the last key, milliseconds: then what the exception would hide is asked for. */
const pauseMs = 300;
const scopes = ['target', 'room', 'tag', 'finding'] as const;
type Scope = (typeof scopes)[number];

/** A dated, justified exception; before it is given it says what it would hide. */
export function WaiverEditor({ instead, onDone }: EditorProps) {
  const form = useRef<HTMLFormElement>(null);
  const policies = useLoaded<PoliciesView>('/api/v1/policies').data?.policies ?? [];
  const targets = useLoaded<MatrixView>('/api/v1/matrix').data?.targets ?? [];
  const [scope, setScope] = useState<Scope>(scopeOf(instead));
  const [policy, setPolicy] = useState(instead?.policy ?? place.value.searchParams.get('policy') ?? '');
  const wantedTarget = place.value.searchParams.get('target');
  const [problem, setProblem] = useState('');
  const [review, look] = usePreview(form);
  useEffect(look, [policies.length, targets.length, scope]);
  const must = policies.find(({ id }) => id === policy)?.force === 'must';
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      const made = await send<WaiverDetailView>('POST', '/api/v1/waivers', bodyOf(form.current, scope));
      if (instead?.state === 'active')
        await send('DELETE', `/api/v1/waivers/${encodeURIComponent(instead.id)}`);
      onDone(made);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form
      ref={form}
      class="panel editor"
      onSubmit={submit}
      onInput={look}
      aria-label={t(instead === undefined ? 'waiver.title' : 'waiver.change')}
    >
      <header>
        <h2>{t(instead === undefined ? 'waiver.title' : 'waiver.change')}</h2>
      </header>
      <div class="fields">
        <PolicyField
          id="w-policy"
          policies={policies.filter(({ form: kind }) => kind !== 'advisory')}
          value={policy}
          onChange={setPolicy}
        />
        <TargetField id="w-target" targets={targets} wanted={instead?.target ?? wantedTarget} />
        <Field id="w-scope" label={t('waivers.scope')}>
          <select
            id="w-scope"
            value={scope}
            onChange={(event) => setScope(event.currentTarget.value as Scope)}
          >
            {scopes.map((each) => (
              <option key={each} value={each}>
                {t(`scope.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        {scope !== 'target' && (
          <Field id="w-which" label={t(`scope.${scope}.which`)} hint={t(`scope.${scope}.hint`)}>
            <input
              id="w-which"
              name={scope}
              required
              maxLength={512}
              autocomplete="off"
              aria-describedby="w-which-hint"
              defaultValue={whichOf(instead, scope)}
            />
          </Field>
        )}
        <Field id="w-reason" label={t('waiver.reason')}>
          <textarea
            id="w-reason"
            name="reason"
            required
            maxLength={2000}
            rows={2}
            defaultValue={instead?.reason ?? ''}
          />
        </Field>
        <Field id="w-owner" label={t('waiver.owner')} hint={t('form.office')}>
          <input
            id="w-owner"
            name="owner"
            required
            maxLength={200}
            aria-describedby="w-owner-hint"
            defaultValue={instead?.owner ?? ''}
          />
        </Field>
        <Field id="w-until" label={t('waiver.until')}>
          <input
            id="w-until"
            name="until"
            type="date"
            required
            min={dayFromNow(0)}
            defaultValue={instead?.state === 'active' ? instead.until.slice(0, 10) : dayFromNow(90)}
          />
        </Field>
        <Field id="w-ticket" label={t('waiver.ticket')}>
          <input id="w-ticket" name="ticket" maxLength={200} defaultValue={instead?.ticket ?? ''} />
        </Field>
        <Field
          id="w-approved"
          label={t('waiver.approved')}
          hint={t(must ? 'waiver.must' : 'waiver.optional')}
        >
          <input
            id="w-approved"
            name="approved_by"
            required={must}
            maxLength={200}
            aria-describedby="w-approved-hint"
            defaultValue={instead?.approved_by ?? ''}
          />
        </Field>
      </div>
      <div class="preview" aria-live="polite">
        {review === null ? <p class="note">{t('review.later')}</p> : <Review of={review} future />}
      </div>
      <p role="alert" class="problem">
        {problem}
      </p>
      <p class="buttons">
        <button type="submit" class="main">
          {t(instead === undefined ? 'waiver.do' : 'form.save')}
        </button>
        <button type="button" onClick={() => onDone(null)}>
          {t('waiver.cancel')}
        </button>
      </p>
    </form>
  );
}

function scopeOf(waiver: WaiverView | undefined): Scope {
  if (waiver?.finding != null) return 'finding';
  if (waiver?.room != null) return 'room';
  return waiver?.tag != null ? 'tag' : 'target';
}

function whichOf(waiver: WaiverView | undefined, scope: Scope): string {
  if (waiver === undefined || scope === 'target') return '';
  return scope === 'room' ? (waiver.room?.id ?? waiver.room?.ref ?? '') : (waiver[scope] ?? '');
}

function bodyOf(form: HTMLFormElement | null, scope: Scope): Record<string, string> {
  if (form === null) return {};
  const body = given(form);
  for (const other of ['room', 'tag', 'finding'] as const) if (other !== scope) delete body[other];
  return body;
}

/** Nothing is kept by it. Until policy, system and day are known there is nothing to ask. */
function usePreview(form: { current: HTMLFormElement | null }): [ReviewView | null, () => () => void] {
  const [review, setReview] = useState<ReviewView | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const turn = useRef(0);
  const ask = async (): Promise<void> => {
    if (form.current === null) return;
    const mine = ++turn.current;
    const body = { reason: '–', owner: '–', ...given(form.current) } as Record<string, string>;
    const known = body['policy'] !== undefined && body['target'] !== undefined && body['until'] !== undefined;
    const which = form.current.elements.namedItem('w-which');
    const named = which === null || (which as HTMLInputElement).value.trim() !== '';
    const found =
      known && named
        ? await send<ReviewView>('POST', '/api/v1/waivers/preview', body).catch(() => null)
        : null;
    if (mine === turn.current) setReview(found);
  };
  const look = (): (() => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void ask(), pauseMs);
    return () => clearTimeout(timer.current);
  };
  return [review, look];
}
