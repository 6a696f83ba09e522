import type { NativeFinding } from '../../src/findings/types.ts';
import { type Command, type RunOptions, run, start, until } from './helper.ts';

export interface TargetView {
  id: string;
  state: string;
  fresh: boolean;
  active_scan: string | null;
  last_scan: {
    id: string;
    state: string;
    started_at: string;
    finished_at: string | null;
    error: { code: string; message: { en: string } } | null;
  } | null;
  rooms: { seen: number } | null;
}

export interface Served {
  command: Command;
  url: string;
  get<T>(path: string): Promise<T>;
  targets(): Promise<TargetView[]>;
  /** All pages. */
  findings(query: string): Promise<NativeFinding[]>;
  /** Starts a scan and waits for its end. */
  scan(target: string): Promise<TargetView>;
  /** Until no target has a scan ahead or running. */
  idle(): Promise<TargetView[]>;
}

/** `serve` on any port with a token of all scopes. */
export async function serve(options: RunOptions & { cwd: string }, token?: string): Promise<Served> {
  const value = token ?? (await newToken(options));
  const command = start(['serve', '--port', '0'], options);
  const [, url = ''] = await command.told(/^listening: (\S+)\n/);
  return client(command, url, value);
}

export async function newToken(options: RunOptions): Promise<string> {
  const made = await run(
    ['token', 'create', '--name', `test-${Date.now()}`, '--scope', 'read', 'operate'],
    options,
  );
  if (made.code !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

export function client(command: Command, url: string, token: string): Served {
  const call = async (path: string, method = 'GET'): Promise<Response> => {
    const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const get = async <T>(path: string): Promise<T> => (await call(path)).json() as Promise<T>;
  const targets = async (): Promise<TargetView[]> =>
    (await get<{ targets: TargetView[] }>('/api/v1/targets')).targets;
  return {
    command,
    url,
    get,
    targets,
    async findings(query) {
      const found: NativeFinding[] = [];
      let after = '';
      for (;;) {
        const page = await get<{
          violations: NativeFinding[];
          next_cursor: string | null;
          has_more: boolean;
        }>(`/api/v1/violations?limit=200&${query}${after}`);
        found.push(...page.violations);
        if (!page.has_more) return found;
        after = `&after=${encodeURIComponent(page.next_cursor ?? '')}`;
      }
    },
    async scan(target) {
      const started = (await (await call(`/api/v1/targets/${target}/scans`, 'POST')).json()) as {
        scan: string;
      };
      const [view] = await until(
        async () => (await targets()).filter(({ id }) => id === target),
        ([one]) => one?.active_scan === null && one.last_scan?.id === started.scan,
      );
      return view as TargetView;
    },
    idle: () =>
      until(targets, (all) => all.every((one) => one.active_scan === null && one.last_scan !== null)),
  };
}
