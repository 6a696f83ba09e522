import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../texts/index.ts';

/** A page that few open: its script is asked for when it is. */
export function Lazy({ load }: { load: () => Promise<ComponentType> }) {
  const [found, setFound] = useState<{ Page: ComponentType } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load()
      .then((Page) => setFound({ Page }))
      .catch(() => setFailed(true));
  }, []);
  if (found !== null) return <found.Page />;
  return failed ? (
    <p class="problem" role="alert">
      {t('state.error', { detail: t('state.reload') })}
    </p>
  ) : (
    <p role="status">{t('state.loading')}</p>
  );
}
