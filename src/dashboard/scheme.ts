import { effect, signal } from '@preact/signals';

export const scheme = signal(localStorage.getItem('rw.scheme') ?? 'auto');

export function setScheme(value: string): void {
  localStorage.setItem('rw.scheme', value);
  scheme.value = value;
}

effect(() => {
  if (scheme.value === 'auto') delete document.documentElement.dataset['scheme'];
  else document.documentElement.dataset['scheme'] = scheme.value;
});
