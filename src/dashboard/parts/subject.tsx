import { number } from '../format.ts';
import { t } from '../texts/index.ts';
import type { FindingView } from '../views.ts';
import { Name } from './name.tsx';

/** What a finding is about: a room by its name, else by what the caller may know of it. */
export function Subject({ of: { subject, affected }, most }: { of: FindingView; most?: number }) {
  if (affected !== undefined) return <i>{t('list.affected', { n: number(affected) })}</i>;
  if (subject.kind === 'deployment') return <i>{t('kind.deployment')}</i>;
  const name = subject.name ?? subject.id ?? subject.ref ?? t('rooms.unnamed');
  return <Name name={name} {...(most === undefined ? {} : { most })} />;
}
