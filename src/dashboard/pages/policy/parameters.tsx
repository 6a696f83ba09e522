import { useEffect, useState } from 'preact/hooks';
import { send } from '../../api.ts';
import { duration } from '../../format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Value } from '../../parts/value.tsx';
import { say, t } from '../../texts/index.ts';
import type { PolicyView, PreviewView } from '../../views.ts';
import { type Parameter, ParameterInput, type ParameterValue } from './inputs.tsx';
import { PreviewTable } from './table.tsx';

type Values = Readonly<Record<string, ParameterValue>>;

/** Moving it asks the server; so long nobody moves it further. */
const waitMs = 350;

/** The values in force, and what would change if they were others. Nothing is saved: the configuration holds them. */
export function Parameters({ policy }: { policy: PolicyView }) {
  const { parameters, id } = policy;
  const [moved, setMoved] = useState<Values>({});
  const { found, error, busy } = usePreview(id, moved);
  const isMoved = Object.keys(moved).length > 0;
  const set = ({ name, value }: Parameter, next: ParameterValue): void =>
    setMoved((before) => {
      const { [name]: _, ...others } = before;
      return same(next, value) ? others : { ...others, [name]: next };
    });
  return (
    <Panel title={t('policies.parameters')} note={t('preview.note')} class="parameters">
      <div class="inputs">
        {parameters.map((parameter) => (
          <ParameterRow
            key={parameter.name}
            parameter={parameter}
            value={moved[parameter.name] ?? parameter.value}
            onChange={(next) => set(parameter, next)}
          />
        ))}
      </div>
      <div class="previewed" aria-live="polite" aria-busy={busy}>
        {!isMoved && <p class="note">{t('preview.still')}</p>}
        {isMoved && error !== '' && <p class="problem">{error}</p>}
        {isMoved && error === '' && found === null && <p>{t('preview.running')}</p>}
        {isMoved && error === '' && found !== null && (
          <>
            <PreviewTable found={found} stale={busy} />
            <p class="note">{t('preview.copy')}</p>
            <pre class="copy">{yamlOf(policy, found.parameters)}</pre>
          </>
        )}
      </div>
      {isMoved && (
        <p class="buttons">
          <button type="button" onClick={() => setMoved({})}>
            {t('preview.reset')}
          </button>
        </p>
      )}
    </Panel>
  );
}

function ParameterRow({
  parameter,
  value,
  onChange,
}: {
  parameter: Parameter;
  value: ParameterValue;
  onChange: (value: ParameterValue) => void;
}) {
  const { name, text, type, min, max } = parameter;
  const group = type === 'list' && parameter.values !== undefined;
  const inner = (
    <>
      <ParameterInput parameter={parameter} value={value} onChange={onChange} />
      <span class="note">
        {t('preview.now')} <Value value={parameter.value} type={type} />
        {min !== undefined && max !== undefined && (
          <>
            {' '}
            ·{' '}
            {type === 'duration' ? `${min === 0 ? 0 : duration(min)} – ${duration(max)}` : `${min} – ${max}`}
          </>
        )}
      </span>
    </>
  );
  if (group) {
    return (
      <fieldset class="parameter">
        <legend>
          {say(text)} <code>{name}</code>
        </legend>
        {inner}
      </fieldset>
    );
  }
  return (
    <div class="parameter">
      <label for={`parameter-${name}`}>
        {say(text)} <code>{name}</code>
      </label>
      {inner}
    </div>
  );
}

interface Found {
  found: PreviewView | null;
  error: string;
  busy: boolean;
}

/** The last answer stays, marked as old, until the next one is there. */
function usePreview(policy: string, moved: Values): Found {
  const [state, setState] = useState<Found>({ found: null, error: '', busy: false });
  const asked = JSON.stringify(moved);
  useEffect(() => {
    if (asked === '{}') {
      setState({ found: null, error: '', busy: false });
      return;
    }
    let over = false;
    setState(({ found }) => ({ found, error: '', busy: true }));
    const timer = setTimeout(() => {
      send<PreviewView>('POST', `/api/v1/policies/${encodeURIComponent(policy)}/preview`, {
        parameters: JSON.parse(asked),
      })
        .then((found) => {
          if (!over) setState({ found, error: '', busy: false });
        })
        .catch((error: Error) => {
          if (!over) setState({ found: null, error: error.message, busy: false });
        });
    }, waitMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [policy, asked]);
  return state;
}

const same = (one: ParameterValue, other: ParameterValue): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** As it stands in the configuration; what equals the preset is left out. */
function yamlOf({ id, parameters }: PolicyView, values: Values): string {
  const lines = parameters
    .filter(({ name, default: preset }) => !same(values[name] ?? preset, preset))
    .map(({ name, type }) => `      ${name}: ${written(values[name] ?? null, type)}`);
  return ['policies:', `  ${id}:`, `    parameters:${lines.length === 0 ? ' {}' : ''}`, ...lines].join('\n');
}

function written(value: ParameterValue | null, type: string): string {
  if (type === 'duration' && typeof value === 'number') {
    const [unit, size] = (
      [
        ['d', 86_400],
        ['h', 3_600],
        ['m', 60],
      ] as const
    ).find(([, each]) => value > 0 && value % each === 0) ?? ['s', 1];
    return `${value / size}${unit}`;
  }
  return JSON.stringify(value);
}
