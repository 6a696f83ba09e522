import { signal } from '@preact/signals';
import { go } from './router.ts';

export const listOpen = signal(false);
export const letters = signal(localStorage.getItem('rw.letters') !== 'off');

export function setLetters(on: boolean): void {
  localStorage.setItem('rw.letters', on ? 'on' : 'off');
  letters.value = on;
}

const pages: Readonly<Record<string, string>> = {
  o: '/',
  v: '/violations',
  r: '/rooms',
  s: '/targets',
  e: '/trends',
  p: '/policies',
  c: '/coverage',
  w: '/waivers',
  a: '/attestations',
  l: '/scans',
  u: '/audit',
  t: '/tokens',
  b: '/reports',
};
const actions = new Map<string, () => void>();
let going = false;

/** Gives a key a meaning while the page that names it is shown; taken back by what it returns. In layout effects: what is seen must answer. */
export function onKey(key: string, action: () => void): () => void {
  actions.set(key, action);
  return () => {
    if (actions.get(key) === action) actions.delete(key);
  };
}

export function startKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !listOpen.value) actions.get('Escape')?.();
    if (event.key === 'Escape') listOpen.value = false;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !letters.value) return;
    if ((event.target as Element | null)?.closest('input, select, textarea, [contenteditable]')) return;
    if (act(event.key)) event.preventDefault();
  });
}

function act(key: string): boolean {
  if (going) {
    going = false;
    const href = pages[key];
    if (href !== undefined) go(href);
    return href !== undefined;
  }
  if (key === 'g') going = true;
  else if (key === '?') listOpen.value = !listOpen.value;
  else if (key === '/') document.getElementById('search')?.focus();
  else {
    const action = actions.get(key);
    action?.();
    return action !== undefined;
  }
  return true;
}
