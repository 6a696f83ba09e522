import { t } from '../../texts/index.ts';
import type { WaiverView } from '../../views.ts';

/** What an exception is for: one finding, one room, a tag or the whole system. */
export function WaiverScope({ of: { target, room, tag, finding } }: { of: WaiverView }) {
  const home = encodeURIComponent(target);
  if (finding !== null) {
    return (
      <>
        {target} · <a href={`/violations/${encodeURIComponent(finding)}`}>{t('waivers.onefinding')}</a>
      </>
    );
  }
  if (room !== null) {
    return (
      <>
        {target} ·{' '}
        <a href={`/rooms/${home}/${encodeURIComponent(room.ref)}`}>
          {t('filter.room')} <code>{room.ref}</code>
        </a>
      </>
    );
  }
  if (tag !== null)
    return (
      <>
        {target} · {t('waivers.tagged', { tag })}
      </>
    );
  return (
    <>
      {target} · {t('waivers.wholesystem')}
    </>
  );
}

/** Where it is changed: in a line of the configuration, or here. */
export function Managed({ of }: { of: Pick<WaiverView, 'managed_by' | 'file' | 'line'> }) {
  if (of.managed_by === 'api') return <>{t('managed.api')}</>;
  return (
    <>
      {t('managed.file')}
      <small>{t('managed.line', { file: of.file?.split('/').at(-1) ?? '', line: of.line ?? '' })}</small>
    </>
  );
}
