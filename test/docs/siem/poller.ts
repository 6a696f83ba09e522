import { jsonPath } from './files.ts';
import type { Wire } from './site.ts';

export interface Connector {
  kind: string;
  properties: {
    connectorDefinitionName: string;
    dataType: string;
    dcrConfig: { streamName: string };
    auth: { type: string; ApiKey: string; ApiKeyName?: string; ApiKeyIdentifier?: string };
    request: {
      apiEndpoint: string;
      httpMethod: string;
      queryWindowInMin: number;
      queryParameters: Record<string, string>;
      headers: Record<string, string>;
      retryCount: number;
      timeoutInSeconds: number;
      startTimeAttributeName?: string;
      endTimeAttributeName?: string;
      rateLimitConfig: { extraction: { headers: Record<string, { name: string; format: string }> } };
    };
    response: { eventsJsonPaths: string[]; format: string };
    paging: {
      pagingType: 'PersistentToken' | 'NextPageToken';
      nextPageParaName: string;
      nextPageTokenJsonPath: string;
      hasNextFlagJsonPath: string;
      pageSizeParameterName: string;
      pageSize: number;
    };
  };
}

/** What is stored between two query windows, and what was ingested. */
export class Workspace {
  token: string | null = null;
  readonly rows: Record<string, unknown>[] = [];
  /** Ingests so many rows and then fails, before the token is stored. */
  failAfter: number | null = null;
}

/** One query window of a RestApiPoller. The token of the last page is stored once its events are ingested. */
export async function pollWindow(
  { properties }: Connector,
  apiKey: string,
  wire: Wire,
  workspace: Workspace,
): Promise<number> {
  const { request, response, paging, auth } = properties;
  if (auth.type !== 'APIKey' || !auth.ApiKey.includes('parameters(')) throw new Error('no key');
  const { ApiKeyName = 'Authorization', ApiKeyIdentifier = 'token' } = auth;
  let token = paging.pagingType === 'PersistentToken' ? workspace.token : null;
  for (;;) {
    const url = new URL(request.apiEndpoint);
    for (const [name, value] of Object.entries(request.queryParameters)) url.searchParams.set(name, value);
    url.searchParams.set(paging.pageSizeParameterName, String(paging.pageSize));
    if (token !== null) url.searchParams.set(paging.nextPageParaName, token);
    const headers = {
      ...lower(request.headers),
      [ApiKeyName.toLowerCase()]: `${ApiKeyIdentifier} ${apiKey}`,
    };
    const answer = await retried(() => wire({ method: request.httpMethod, url: url.href, headers }), request);
    if (answer.status >= 400) return answer.status;
    const body: unknown = JSON.parse(answer.body);
    for (const path of response.eventsJsonPaths) {
      for (const row of jsonPath(path, body).flat()) ingest(row as Record<string, unknown>, workspace);
    }
    const [next] = jsonPath(paging.nextPageTokenJsonPath, body);
    if (typeof next === 'string' && next !== '') {
      token = next;
      workspace.token = next;
    }
    const [more] = jsonPath(paging.hasNextFlagJsonPath, body);
    if (more !== true) return 200;
  }
}

function ingest(row: Record<string, unknown>, workspace: Workspace): void {
  if (workspace.failAfter === 0) {
    workspace.failAfter = null;
    throw new Error('ingestion failed');
  }
  if (workspace.failAfter !== null) workspace.failAfter -= 1;
  workspace.rows.push(row);
}

async function retried(
  send: () => ReturnType<Wire>,
  { retryCount }: Connector['properties']['request'],
): ReturnType<Wire> {
  let answer = await send();
  for (let tries = 0; tries < retryCount && (answer.status === 429 || answer.status >= 500); tries += 1)
    answer = await send();
  return answer;
}

const lower = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
