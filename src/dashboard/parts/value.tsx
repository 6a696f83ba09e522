import { duration, number } from '../format.ts';
import { t, tOr } from '../texts/index.ts';
import type { EvidenceView } from '../views.ts';
import { Name } from './name.tsx';

interface ValueProps {
  value: unknown;
  /** As the vocabulary has it; durations and retentions are seconds. */
  type?: string | undefined;
}

export function Value({ value, type }: ValueProps) {
  return <Name name={textOf(value, type)} most={80} />;
}

function textOf(value: unknown, type: string | undefined): string {
  if (typeof value === 'boolean') return t(value ? 'value.true' : 'value.false');
  if (value === null || value === undefined) return t('value.null');
  if (value === 'unlimited') return t('value.unlimited');
  if (typeof value === 'number') {
    return type === 'duration' || type === 'retention' ? duration(value) : number(value);
  }
  if (isList(value)) return listText(value);
  if (Array.isArray(value)) return value.map((each) => textOf(each, undefined)).join(', ') || '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const isList = (value: unknown): value is { items: unknown[]; complete: boolean } =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);

/** A list that was not read to its end says so: what is missing may hold anything. */
function listText({ items, complete }: { items: unknown[]; complete: boolean }): string {
  const known = items.map((each) => textOf(each, undefined)).join(', ');
  const parts = [known || (complete ? t('value.empty') : ''), complete ? '' : t('reason.incomplete')];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Why there is no value, and what would give one. */
export function Hole({ of }: { of: NonNullable<EvidenceView['unavailable']> }) {
  return (
    <>
      {tOr('reason', of.code)}
      {of.fill !== undefined && (
        <>
          : <code>{of.fill.name}</code>
        </>
      )}
    </>
  );
}
