import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { me, send, troubles } from '../api.ts';
import { clock } from '../format.ts';
import { onKey } from '../keys.ts';
import { offline, unfollow } from '../live.ts';
import { onClick, place } from '../router.ts';
import { scheme, setScheme } from '../scheme.ts';
import { language, setLanguage, t } from '../texts/index.ts';
import { Search } from './search.tsx';

const groups = [
  {
    title: 'nav.status',
    pages: [
      ['/', 'nav.overview'],
      ['/violations', 'nav.violations'],
      ['/rooms', 'nav.rooms'],
      ['/targets', 'nav.targets'],
      ['/trends', 'nav.trends'],
    ],
  },
  {
    title: 'nav.standard',
    pages: [
      ['/policies', 'nav.policies'],
      ['/coverage', 'nav.coverage'],
    ],
  },
  {
    title: 'nav.decisions',
    pages: [
      ['/waivers', 'nav.waivers'],
      ['/attestations', 'nav.attestations'],
    ],
  },
  {
    title: 'nav.operation',
    pages: [
      ['/scans', 'nav.scans'],
      ['/audit', 'nav.audit'],
      ['/tokens', 'nav.tokens'],
    ],
  },
  { title: 'nav.documents', pages: [['/reports', 'nav.reports']] },
] as const;

/** What stands at the lower edge of a narrow screen; everything else is behind the button beside them. */
const tabs = [
  ['/', 'nav.overview'],
  ['/violations', 'nav.violations'],
  ['/targets', 'nav.targets'],
] as const;

const isHere = (href: string): boolean =>
  href === '/' ? place.value.pathname === '/' : `${place.value.pathname}/`.startsWith(`${href}/`);

export function Shell({ children }: { children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the links inside are what is clicked; Enter clicks them too
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div class="shell" onClick={onClick}>
      <a class="skip" href="#content">
        {t('nav.skip')}
      </a>
      <Rail />
      <main id="content">
        {offline.value !== null && (
          <p class="offline" role="status">
            {t('state.offline', { time: clock(offline.value) })}
          </p>
        )}
        {me.value?.demo === true && (
          <p class="demo">
            <b>{t('demo.mark')}</b> {t('demo.text')} <a href="/setup">{t('demo.own')}</a>
          </p>
        )}
        {children}
      </main>
    </div>
  );
}

function Rail() {
  const [open, setOpen] = useState(false);
  const rail = useRef<HTMLElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const here = place.value.pathname;
  // Before it is painted: later, the first one would close what was opened meanwhile, and a key would do nothing.
  useLayoutEffect(() => setOpen(false), [here]);
  useLayoutEffect(() => {
    if (!open) return;
    rail.current?.querySelector('a')?.focus();
    return onKey('Escape', () => {
      setOpen(false);
      button.current?.focus();
    });
  }, [open]);
  return (
    <>
      <nav ref={rail} id="rail" class={open ? 'rail open' : 'rail'} aria-label={t('nav.label')}>
        <p class="brand">Roomwarden</p>
        {groups.map(({ title, pages }) => (
          <div class="navgroup" key={title}>
            <p>{t(title)}</p>
            <ul>
              {pages.map(([href, key]) => (
                <li key={href}>
                  <a href={href} aria-current={isHere(href) ? 'page' : undefined}>
                    {t(key)}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <nav class="bar" aria-label={t('nav.menu')}>
        {tabs.map(([href, key]) => (
          <a key={href} href={href} aria-current={isHere(href) ? 'page' : undefined}>
            {t(key)}
          </a>
        ))}
        <button
          ref={button}
          type="button"
          aria-expanded={open}
          aria-controls="rail"
          onClick={() => setOpen(!open)}
        >
          <span class="onphone">{t('nav.more')}</span>
          <span class="onmedium">{t('nav.menu')}</span>
        </button>
      </nav>
    </>
  );
}

interface HeadProps {
  title: string;
  children?: ComponentChildren;
}

/** The page's name with what it is about, search and language, and whatever could not be read: the same on every page. */
export function Head(props: HeadProps) {
  return (
    <>
      <Title {...props} />
      <Troubles />
    </>
  );
}

/** What could not be read, and how old that is what is still shown of it: an empty page is no all-clear. */
function Troubles() {
  const said = [...troubles.value.values()].map(({ error, at }) => {
    const old = at === null ? '' : ` ${t('state.outdated', { time: clock(at) })}`;
    return t('state.error', { detail: error }) + old;
  });
  return (
    <div class="troubles" aria-live="polite">
      {[...new Set(said)].map((each) => (
        <p key={each} class="problem">
          {each}
        </p>
      ))}
    </div>
  );
}

function Title({ title, children }: HeadProps) {
  return (
    <div class="head">
      <h1 tabIndex={-1}>{title}</h1>
      <p class="about">{children}</p>
      <Search />
      <div class="choices">
        <fieldset aria-label={t('language.label')}>
          {(['de', 'en'] as const).map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              aria-pressed={language.value === each}
              onClick={() => void setLanguage(each)}
            >
              {each.toUpperCase()}
            </button>
          ))}
        </fieldset>
        <select
          aria-label={t('scheme.label')}
          value={scheme.value}
          onChange={(event) => setScheme(event.currentTarget.value)}
        >
          {(['auto', 'light', 'dark'] as const).map((each) => (
            <option key={each} value={each}>
              {t(`scheme.${each}`)}
            </option>
          ))}
        </select>
        <button type="button" class="plain" onClick={signOut}>
          {t('nav.signout')}
        </button>
      </div>
    </div>
  );
}

async function signOut(): Promise<void> {
  unfollow();
  const { logout } = await send<{ logout: string | null }>('DELETE', '/api/v1/session');
  me.value = null;
  if (logout !== null) location.assign(logout);
}
