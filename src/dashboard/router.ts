import { signal } from '@preact/signals';

export const place = signal(new URL(location.href));

addEventListener('popstate', () => {
  place.value = new URL(location.href);
});

/** Opens an address of the page without loading it anew. */
export function go(href: string, replace = false, state: object | null = null): void {
  history[replace ? 'replaceState' : 'pushState'](state, '', href);
  const before = place.value.pathname;
  place.value = new URL(location.href);
  if (before !== place.value.pathname) {
    scrollTo(0, 0);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('h1')?.focus());
  }
}

/** Plain clicks on links of our own; all others are the browser's. */
export function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  const link = (event.target as Element | null)?.closest?.('a');
  if (link === null || link === undefined || link.origin !== location.origin) return;
  if (link.hasAttribute('download') || link.target !== '' || link.pathname.startsWith('/api/')) return;
  if (link.pathname === location.pathname && link.hash !== '') return;
  event.preventDefault();
  go(link.pathname + link.search);
}

/** The present address with some parameters changed; null takes one away. */
export function withQuery(change: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams(place.value.search);
  for (const [name, value] of Object.entries(change)) {
    if (value == null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return place.value.pathname + (text === '' ? '' : `?${text}`);
}

export function violationsHref(filter: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== null),
  );
  return `/violations?${query}`;
}
