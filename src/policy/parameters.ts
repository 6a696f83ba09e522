import { formatDuration } from '../config/duration.ts';
import type { ParameterFile } from './schema.ts';
import type { ParameterDefinition, ParameterValue } from './types.ts';
import { readDuration } from './values.ts';

export type Read<T> = { value: T } | { wrong: string };

/** Gives `wrong` with the key that it concerns, where the definition contradicts itself. */
export function readDefinition(file: ParameterFile): Read<ParameterDefinition> {
  const min = readLimit(file, file.min);
  const max = readLimit(file, file.max);
  if ('wrong' in min) return min;
  if ('wrong' in max) return max;
  const ordered = file.type === 'int' || file.type === 'duration';
  if (ordered && (min.value === undefined || max.value === undefined)) return { wrong: 'needs min and max' };
  if (!ordered && (min.value !== undefined || max.value !== undefined)) {
    return { wrong: `a ${file.type} has no min and max` };
  }
  if (file.type === 'list' && (file.min_items ?? 0) < 1)
    return { wrong: 'a list needs min_items: 1 or more' };
  if (file.type !== 'list' && file.type !== 'text' && file.values !== undefined) {
    return { wrong: `a ${file.type} has no values` };
  }
  const definition: ParameterDefinition = {
    type: file.type,
    default: false,
    texts: file.texts,
    ...(min.value === undefined ? {} : { min: min.value }),
    ...(max.value === undefined ? {} : { max: max.value }),
    ...(file.values === undefined ? {} : { values: file.values }),
    ...(file.min_items === undefined ? {} : { min_items: file.min_items }),
  };
  const preset = readParameter(definition, file.default);
  if ('wrong' in preset) return { wrong: `default ${preset.wrong}` };
  return { value: { ...definition, default: preset.value } };
}

function readLimit(file: ParameterFile, limit: string | number | undefined): Read<number | undefined> {
  if (limit === undefined) return { value: undefined };
  const value = file.type === 'duration' && typeof limit === 'string' ? readDuration(limit) : limit;
  if (typeof value === 'number') return { value };
  return { wrong: `${limit} is no ${file.type}` };
}

/** A value as it stands in a file: durations as `7d` or as seconds. */
export function readParameter(definition: ParameterDefinition, raw: unknown): Read<ParameterValue> {
  switch (definition.type) {
    case 'bool':
      return typeof raw === 'boolean' ? { value: raw } : { wrong: 'must be true or false' };
    case 'int':
      return readOrdered(definition, Number.isSafeInteger(raw) ? (raw as number) : undefined, String);
    case 'duration':
      return readOrdered(definition, readSeconds(raw), formatDuration);
    case 'text':
      return readText(definition, raw);
    case 'list':
      return readList(definition, raw);
  }
}

function readSeconds(raw: unknown): number | undefined {
  if (typeof raw === 'string') return readDuration(raw);
  return Number.isSafeInteger(raw) ? (raw as number) : undefined;
}

function readOrdered(
  definition: ParameterDefinition,
  value: number | undefined,
  print: (value: number) => string,
): Read<ParameterValue> {
  const what = definition.type === 'duration' ? 'a duration like 7d' : 'a whole number';
  const { min, max } = definition as { min: number; max: number };
  if (value !== undefined && value >= min && value <= max) return { value };
  return { wrong: `must be ${what} from ${print(min)} to ${print(max)}` };
}

function readText(definition: ParameterDefinition, raw: unknown): Read<ParameterValue> {
  if (typeof raw !== 'string') return { wrong: 'must be a text' };
  if (definition.values !== undefined && !definition.values.includes(raw)) {
    return { wrong: `must be one of ${definition.values.join(', ')}` };
  }
  return { value: raw };
}

function readList(definition: ParameterDefinition, raw: unknown): Read<ParameterValue> {
  if (!Array.isArray(raw) || !raw.every((r) => typeof r === 'string'))
    return { wrong: 'must be a list of texts' };
  const items: string[] = raw;
  const stranger = items.find((item) => definition.values !== undefined && !definition.values.includes(item));
  if (stranger !== undefined) return { wrong: `${stranger} is none of ${definition.values?.join(', ')}` };
  if (new Set(items).size !== items.length) return { wrong: 'names a member twice' };
  if (items.length < (definition.min_items ?? 0))
    return { wrong: `needs at least ${definition.min_items} member` };
  return { value: items };
}
