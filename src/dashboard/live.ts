import { signal } from '@preact/signals';

export interface RunningScan {
  target: string;
  scan: string;
  phase: 'queued' | 'collecting' | 'recording';
  subjects: number;
}

export const live = signal<{ head: string; scans: readonly RunningScan[] }>({ head: '', scans: [] });
/** Milliseconds since when there is no connection; null while there is one. */
export const offline = signal<number | null>(null);

/** A page that nobody looks at must not keep a session alive. */
const idleMs = 15 * 60_000;
/** While much happens, the page reads again at most this often. */
const pauseMs = 3_000;

let source: EventSource | null = null;
let used = Date.now();
let wanted = false;
let told = 0;
let later: ReturnType<typeof setTimeout> | undefined;

export function follow(): void {
  wanted = true;
  open();
}

export function unfollow(): void {
  wanted = false;
  source?.close();
  source = null;
}

function open(): void {
  if (!wanted || source !== null || document.hidden) return;
  source = new EventSource('/api/v1/live');
  source.addEventListener('state', (event) => {
    offline.value = null;
    take(JSON.parse((event as MessageEvent<string>).data));
    if (Date.now() - used > idleMs) pause();
  });
  source.addEventListener('error', () => {
    offline.value ??= Date.now();
    // Refused, not lost: the browser does not try again by itself.
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(open, 5_000);
    }
  });
}

function pause(): void {
  source?.close();
  source = null;
}

function take(state: typeof live.value): void {
  clearTimeout(later);
  const wait = told + pauseMs - Date.now();
  if (state.head === live.value.head || wait <= 0 || live.value.head === '') {
    if (state.head !== live.value.head) told = Date.now();
    live.value = state;
    return;
  }
  live.value = { head: live.value.head, scans: state.scans };
  later = setTimeout(() => take(state), wait);
}

document.addEventListener('visibilitychange', () => (document.hidden ? pause() : open()));
for (const kind of ['pointerdown', 'keydown'] as const) {
  addEventListener(kind, () => {
    used = Date.now();
    open();
  });
}
