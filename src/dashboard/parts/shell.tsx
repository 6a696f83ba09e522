import type { ComponentChildren } from 'preact';
import { me, send } from '../api.ts';
import { clock } from '../format.ts';
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
      <nav class="rail" aria-label={t('nav.label')}>
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
      <main id="content">
        {offline.value !== null && (
          <p class="offline" role="status">
            {t('state.offline', { time: clock(offline.value) })}
          </p>
        )}
        {children}
      </main>
    </div>
  );
}

/** The page's name with what it is about, search and language: the same on every page. */
export function Head({ title, children }: { title: string; children?: ComponentChildren }) {
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
              onClick={() => setLanguage(each)}
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
