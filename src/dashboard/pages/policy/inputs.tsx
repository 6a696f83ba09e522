import { t } from '../../texts/index.ts';
import type { PolicyView } from '../../views.ts';

export type Parameter = PolicyView['parameters'][number];
export type ParameterValue = Parameter['value'];

interface InputProps {
  parameter: Parameter;
  value: ParameterValue;
  onChange: (value: ParameterValue) => void;
}

/** One parameter to move: what can be typed can also be reached by keyboard alone. */
export function ParameterInput({ parameter, value, onChange }: InputProps) {
  const id = `parameter-${parameter.name}`;
  switch (parameter.type) {
    case 'bool':
      return (
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'int':
      return <NumberInput id={id} parameter={parameter} value={Number(value)} size={1} onChange={onChange} />;
    case 'duration':
      return <DurationInput id={id} parameter={parameter} value={Number(value)} onChange={onChange} />;
    case 'list':
      return (
        <ListInput parameter={parameter} value={Array.isArray(value) ? value : []} onChange={onChange} />
      );
    case 'text':
      return <TextInput id={id} parameter={parameter} value={String(value)} onChange={onChange} />;
  }
}

interface NumberProps {
  id: string;
  parameter: Parameter;
  value: number;
  /** Of one step, in the parameter's own unit. */
  size: number;
  onChange: (value: number) => void;
}

/** The slider shows where in the range it stands; the field takes every value, also one that is refused. */
function NumberInput({ id, parameter: { min = 0, max = 100, name }, value, size, onChange }: NumberProps) {
  const read = (text: string): void => {
    if (text.trim() !== '' && Number.isFinite(Number(text))) onChange(Number(text) * size);
  };
  return (
    <span class="number">
      <input
        type="range"
        aria-label={t('preview.slider', { name })}
        min={Math.ceil(min / size)}
        max={Math.floor(max / size)}
        value={value / size}
        onInput={(event) => read(event.currentTarget.value)}
      />
      <input
        id={id}
        type="number"
        step="any"
        value={value / size}
        onInput={(event) => read(event.currentTarget.value)}
      />
    </span>
  );
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** In the largest unit in which the value and the range are worth a step. */
function DurationInput({ id, parameter, value, onChange }: Omit<NumberProps, 'size'>) {
  const { max = 0, default: preset } = parameter;
  const [unit, size] =
    units.find(
      ([, each]) => Number(preset) % each === 0 && max >= each && (preset !== 0 || max % each === 0),
    ) ?? (['second', 1] as const);
  return (
    <>
      <NumberInput id={id} parameter={parameter} value={value} size={size} onChange={onChange} />{' '}
      <span>{t(`unit.${unit}`)}</span>
    </>
  );
}

function ListInput({
  parameter: { name, values },
  value,
  onChange,
}: {
  parameter: Parameter;
  value: readonly string[];
  onChange: (value: string[]) => void;
}) {
  if (values === undefined) {
    return (
      <input
        id={`parameter-${name}`}
        type="text"
        value={value.join(', ')}
        onChange={(event) =>
          onChange(
            event.currentTarget.value
              .split(',')
              .map((part) => part.trim())
              .filter((part) => part !== ''),
          )
        }
      />
    );
  }
  return (
    <span class="members">
      {values.map((member) => (
        <label key={member}>
          <input
            type="checkbox"
            checked={value.includes(member)}
            onChange={(event) => {
              const checked = event.currentTarget.checked;
              onChange(values.filter((each) => (each === member ? checked : value.includes(each))));
            }}
          />{' '}
          <code>{member}</code>
        </label>
      ))}
    </span>
  );
}

function TextInput({
  id,
  parameter: { values },
  value,
  onChange,
}: {
  id: string;
  parameter: Parameter;
  value: string;
  onChange: (value: string) => void;
}) {
  if (values === undefined) {
    return (
      <input id={id} type="text" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    );
  }
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {values.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}
