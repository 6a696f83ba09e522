import type { Installation } from '../../installation.ts';
import { Panel } from '../../parts/panel.tsx';
import { say } from '../../texts/index.ts';
import { s } from '../../texts/setup.ts';
import type { Asked } from './stream.ts';

type Vendor = Installation['vendors'][number];
type Field = Vendor['fields'][number];

const schedules = [
  ['*/30 * * * *', 'schedule.half'],
  ['0 * * * *', 'schedule.hour'],
  ['0 5 * * *', 'schedule.day'],
] as const;

interface FieldsProps {
  vendor: Vendor;
  busy: boolean;
  onChange: () => void;
  onCheck: (asked: Asked) => void;
}

/** What is typed goes to the server of this page alone, and from there to the address that is given. */
export function Fields({ vendor, busy, onChange, onCheck }: FieldsProps) {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const values = vendor.fields.flatMap(({ key }) => {
      const value = text(key);
      return value === '' ? [] : [[key, value] as const];
    });
    onCheck({
      vendor: vendor.vendor,
      id: text('id'),
      schedule: text('schedule'),
      values: Object.fromEntries(values),
    });
  };
  return (
    <form onSubmit={submit} onInput={onChange} autocomplete="off">
      <Panel title={s('step.access')} note={s('step', { n: 2 })} class="setup">
        {vendor.fields.map((field) => (
          <OneField key={field.key} field={field} />
        ))}
        <div class="field">
          <label for="setup-id">{s('id')}</label>
          <input
            id="setup-id"
            name="id"
            type="text"
            required
            pattern="[a-z0-9][a-z0-9._\-]*"
            maxLength={63}
            aria-describedby="setup-id-hint"
          />
          <span class="note" id="setup-id-hint">
            {s('id.hint')}
          </span>
        </div>
        <div class="field">
          <label for="setup-schedule">{s('schedule')}</label>
          <select id="setup-schedule" name="schedule">
            {schedules.map(([value, key]) => (
              <option key={value} value={value}>
                {s(key)}
              </option>
            ))}
          </select>
        </div>
        <p class="buttons">
          <button type="submit" class="main" disabled={busy}>
            {s('check')}
          </button>
        </p>
      </Panel>
    </form>
  );
}

function OneField({ field: { key, kind, required, label, hint } }: { field: Field }) {
  const id = `setup-${key}`;
  const common = {
    id,
    name: key,
    required,
    maxLength: 4096,
    spellcheck: false,
    'aria-describedby': `${id}-hint`,
  } as const;
  return (
    <div class="field">
      <label for={id}>
        {say(label)} <code>{key}</code>
      </label>
      {kind === 'secret' || kind === 'database' ? (
        <input {...common} type="password" autocomplete="new-password" />
      ) : kind === 'url' ? (
        <input {...common} type="url" autocomplete="off" placeholder="https://" />
      ) : (
        <input {...common} type="text" autocomplete="off" />
      )}
      <span class="note" id={`${id}-hint`}>
        {say(hint)}
      </span>
    </div>
  );
}
