import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { Session } from '../api/schemas/access.ts';
import { live } from './live.ts';
import { say } from './texts/index.ts';

export type Me = z.output<typeof Session>;

/** `undefined`: not known yet; null: nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined);
export const ways = signal<{ oidc: string | null }>({ oidc: null });

/** Makes tokens and reads the audit log. */
export function mayAdmin(): boolean {
  return me.value?.scopes.includes('admin') ?? false;
}

/** Starts scans and gives waivers. */
export function mayOperate(): boolean {
  const scopes: readonly string[] = me.value?.scopes ?? [];
  return scopes.includes('operate') || scopes.includes('admin');
}

export class Problem extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function call<T>(url: string, init: RequestInit = {}): Promise<T> {
  const headers = { accept: 'application/json', 'x-requested-with': 'roomwarden', ...init.headers };
  const response = await fetch(url, { ...init, headers });
  if (response.ok) return (await response.json()) as T;
  const problem = await response.json().catch(() => null);
  if (response.status === 401) {
    ways.value = { oidc: problem?.login?.oidc ?? null };
    me.value = null;
  }
  const text = problem?.texts === undefined ? response.statusText : say(problem.texts);
  throw new Problem(response.status, `${text} (${problem?.code ?? response.status})`);
}

export const send = <T>(method: 'POST' | 'DELETE', url: string, body?: object): Promise<T> =>
  call<T>(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });

export interface Loaded<T> {
  data: T | null;
  /** When `data` was read, milliseconds. */
  at: number | null;
  error: string | null;
  /** After 400 ms without an answer. */
  slow: boolean;
}

/** A read that failed, and when what is still shown of it was read. */
interface Trouble {
  error: string;
  at: number | null;
}

/** Of everything that the page reads now; whoever reads need not show it, the head of every page does. */
export const troubles = signal<ReadonlyMap<symbol, Trouble>>(new Map());

function tell(reader: symbol, trouble: Trouble | null): void {
  if (trouble === null && !troubles.value.has(reader)) return;
  const now = new Map(troubles.value);
  if (trouble === null) now.delete(reader);
  else now.set(reader, trouble);
  troubles.value = now;
}

const kept = new Map<string, { data: unknown; at: number }>();
const mostKept = 30;

/** What an address answers; read again when the feed moved, or `again` is another. What was read before stays until then. */
export function useLoaded<T>(url: string | null, again: unknown = null): Loaded<T> {
  const [, redraw] = useState(0);
  const [state, setState] = useState<{ url: string | null; error: string | null; slow: boolean }>({
    url,
    error: null,
    slow: false,
  });
  const head = live.value.head;
  const { current: reader } = useRef(Symbol());
  useEffect(() => () => tell(reader, null), [url]);
  useEffect(() => {
    if (url === null) return;
    const abort = new AbortController();
    const slow = setTimeout(() => setState({ url, error: null, slow: true }), 400);
    call<T>(url, { signal: abort.signal })
      .then((data) => {
        kept.delete(url);
        kept.set(url, { data, at: Date.now() });
        for (const old of [...kept.keys()].slice(0, -mostKept)) kept.delete(old);
        setState({ url, error: null, slow: false });
        tell(reader, null);
        redraw((count) => count + 1);
      })
      .catch((error: Error) => {
        if (abort.signal.aborted) return;
        setState({ url, error: error.message, slow: false });
        tell(reader, { error: error.message, at: kept.get(url)?.at ?? null });
      })
      .finally(() => clearTimeout(slow));
    return () => {
      clearTimeout(slow);
      abort.abort();
    };
  }, [url, head, again]);
  const known = url === null ? undefined : kept.get(url);
  const own = state.url === url ? state : { error: null, slow: false };
  return {
    data: (known?.data as T | undefined) ?? null,
    at: known?.at ?? null,
    error: own.error,
    slow: own.slow,
  };
}
