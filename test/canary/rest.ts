import type { Place } from './look.ts';

export interface Reader {
  name: string;
  token: string;
  /** Ids of rooms may be shown. */
  operates: boolean;
}

interface Listed {
  targets?: { id: string; last_scan?: { id: string } | null }[];
  rooms?: { id?: string; ref?: string }[];
  violations?: { uid: string }[];
  policies?: { id: string }[];
}

/** Answers of every call that reads, in every form it offers, to one reader; and of calls that are refused. */
export async function readEverything(url: string, { name, token, operates }: Reader): Promise<Place[]> {
  const places: Place[] = [];
  const get = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await fetch(url + path, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(100_000),
    });
    const body = await bodyOf(response);
    const head = JSON.stringify([...response.headers]);
    const feed = path.startsWith('/api/v1/events');
    places.push({
      name: `${name}: GET ${path}: ${response.status}`,
      ids: operates && !feed ? 'allowed' : 'forbidden',
      content: Buffer.from(`${head}\n${body}\n${decodedCursors(body)}`),
    });
    return response.ok ? body : '{}';
  };
  const all = async (path: string, accepts: readonly string[] = []): Promise<void> => {
    await get(path);
    for (const accept of accepts) await get(path, { accept });
  };
  const paths = Object.entries(
    (JSON.parse(await get('/openapi.json')) as { paths?: Record<string, object> }).paths ?? {},
  ).flatMap(([path, item]) => ('get' in item ? [path] : []));
  const values = await valuesOf(get);
  for (const path of paths.filter((one) => !/\/docs|logout|oidc|stream/.test(one))) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key);
    for (const filled of filledWith(path, names, values)) await all(filled, operates ? ['text/csv'] : []);
  }
  const formats = ['native', 'flat', 'ocsf', 'ecs', 'cef', 'syslog', 'gelf'];
  for (const format of formats) {
    await get(`/api/v1/violations?verdict=all&status=all&limit=200&format=${format}`);
    await get(`/api/v1/events?limit=200&format=${format}`);
  }
  await all('/api/v1/violations?verdict=all&status=all&limit=200', [
    'text/csv',
    'application/x-ndjson',
    'application/sarif+json',
  ]);
  await get('/metrics');
  await get('/api/v1/targets/nowhere');
  await get('/api/v1/violations?limit=-1');
  return places;
}

/** Of a stream without an end, what it says first. */
async function bodyOf(response: Response): Promise<string> {
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) return response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? []).toString();
}

/** Values for what stands in braces, from the lists themselves. */
async function valuesOf(get: (path: string) => Promise<string>): Promise<Record<string, string[]>> {
  const { targets = [] } = JSON.parse(await get('/api/v1/targets')) as Listed;
  const rooms: string[] = [];
  for (const { id } of targets) {
    const page = JSON.parse(await get(`/api/v1/targets/${id}/rooms?limit=100`)) as Listed;
    for (const room of page.rooms?.slice(0, 8) ?? []) rooms.push(`${id} ${room.id ?? room.ref}`);
  }
  const { violations = [] } = JSON.parse(
    await get('/api/v1/violations?verdict=all&status=all&limit=200'),
  ) as Listed;
  const { policies = [] } = JSON.parse(await get('/api/v1/policies')) as Listed;
  return {
    target: targets.map(({ id }) => id),
    room: rooms,
    uid: violations.map(({ uid }) => uid).filter((_, place) => place % 13 === 0),
    policy: policies.map(({ id }) => id).slice(0, 3),
    scan: targets.flatMap(({ last_scan }) =>
      last_scan === null || last_scan === undefined ? [] : [last_scan.id],
    ),
  };
}

function filledWith(path: string, names: readonly string[], values: Record<string, string[]>): string[] {
  if (names.length === 0) return [path];
  if (names.includes('room')) {
    return (values['room'] ?? []).map((pair) => {
      const [target = '', ...room] = pair.split(' ');
      return path.replace('{target}', target).replace('{room}', encodeURIComponent(room.join(' ')));
    });
  }
  const [name = '', ...others] = names;
  const own = values[name] ?? values[name.replace(/_?id$/, '')] ?? ['nothing-of-that-name'];
  return own.flatMap((value) =>
    filledWith(path.replace(`{${name}}`, encodeURIComponent(value)), others, values),
  );
}

/** Cursors are packed: what is in them is an answer too. */
function decodedCursors(body: string): string {
  return [...body.matchAll(/[\w-]{40,}/g)]
    .map(([text]) => Buffer.from(text, 'base64url').toString('latin1'))
    .join('\n');
}
