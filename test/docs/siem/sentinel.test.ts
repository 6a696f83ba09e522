import { afterEach, describe, expect, it } from 'vitest';
import { severities, verdicts } from '../../../src/policy/types.ts';
import { jsonOf } from './files.ts';
import { type Connector, pollWindow, Workspace } from './poller.ts';
import { closeSites, once, site } from './site.ts';

afterEach(closeSites);

interface Column {
  name: string;
  type: string;
}
interface Dcr {
  properties: {
    streamDeclarations: Record<string, { columns: Column[] }>;
    destinations: { logAnalytics: { workspaceResourceId: string; name: string }[] };
    dataFlows: { streams: string[]; destinations: string[]; transformKql: string; outputStream: string }[];
  };
}
const connector = jsonOf<Connector>('sentinel/connector.json');
const definition = jsonOf<{ name: string; properties: { connectorUiConfig: object } }>(
  'sentinel/definition.json',
);
const dcr = jsonOf<Dcr>('sentinel/dcr.json');
const table = jsonOf<{ name: string; properties: { schema: { name: string; columns: Column[] } } }>(
  'sentinel/table.json',
);

const placesToFillIn = [
  'location',
  'dataCollectionEndpoint',
  'dataCollectionEndpointId',
  'dataCollectionRuleImmutableId',
  'workspaceResourceId',
];

async function start(targets?: string[], events?: number, initial: 'full' | 'summary' = 'full') {
  const here = await site(events, { feed: { initial } });
  const workspace = new Workspace();
  const key = await here.token(targets);
  return { here, workspace, poll: () => pollWindow(connector, key, here.wire, workspace) };
}

const idsOf = ({ rows }: Workspace): string[] => rows.map((row) => String(row['event_id']));

describe('Microsoft Sentinel, connector', () => {
  it('stays within what the service allows, and asks for no window of time', () => {
    const { request, paging } = connector.properties;
    expect(connector.kind).toBe('RestApiPoller');
    expect(request.retryCount).toBeLessThanOrEqual(6);
    expect(request.timeoutInSeconds).toBeLessThanOrEqual(180);
    expect(request.queryWindowInMin).toBeGreaterThanOrEqual(1);
    expect(request).not.toHaveProperty('startTimeAttributeName');
    expect(JSON.stringify(request)).not.toMatch(/_QueryWindow/);
    expect(paging.pageSize).toBeLessThanOrEqual(1000);
  });

  it('takes every event once over several pages, and goes on in the next window', async () => {
    const { here, workspace, poll } = await start();
    expect(await poll()).toBe(200);
    expect(here.asked.length).toBeGreaterThan(1);
    expect(here.asked[0]?.headers['authorization']).toMatch(/^token rw_/);
    const kept = workspace.token;
    await poll();
    expect([workspace.token, idsOf(workspace).length]).toEqual([kept, (await here.ids()).length]);
    await here.restart();
    await here.grow(600);
    await poll();
    expect(idsOf(workspace)).toEqual(await here.ids());
  });

  it.each([1, 499, 500, 520])('repeats a page at most where ingestion fails after %i', async (count) => {
    const { here, workspace, poll } = await start();
    workspace.failAfter = count;
    await expect(poll()).rejects.toThrow('ingestion failed');
    await poll();
    expect(once(idsOf(workspace))).toEqual(await here.ids());
  });

  it('stands still at 410; made anew, it takes what is kept', async () => {
    const { here, workspace, poll } = await start();
    await poll();
    await here.grow(30);
    await here.forget(20);
    const before = workspace.rows.length;
    expect([await poll(), await poll()]).toEqual([410, 410]);
    workspace.token = null;
    await poll();
    expect(idsOf(workspace).slice(before)).toEqual(await here.ids());
  });

  it('takes the events of one target with a token for it, and goes on after 429 and 503', async () => {
    const { here, workspace, poll } = await start(['other']);
    here.troubles.push(429, 503);
    expect(await poll()).toBe(200);
    expect(idsOf(workspace)).toEqual(await here.ids('other'));
  });

  it('names the headers of the limits as they are sent', async () => {
    const { here, poll } = await start();
    await poll();
    const { headers } = connector.properties.request.rateLimitConfig.extraction;
    const answer = await here.wire(here.asked[0] as never);
    for (const { name } of Object.values(headers))
      expect(answer.headers[name.toLowerCase()]).toMatch(/^\d+$/);
  });
});

/** Values of the service's own reference, which no replay of the paging would miss. */
describe('Microsoft Sentinel, what the service asks for', () => {
  it.each([
    ['connector', 'Microsoft.SecurityInsights/dataConnectors', connector],
    ['definition', 'Microsoft.SecurityInsights/dataConnectorDefinitions', definition],
    ['dcr', 'Microsoft.Insights/dataCollectionRules', dcr],
  ])('%s: kind of resource, date of the interface, place, places to fill in', (_file, type, resource) => {
    expect(resource).toMatchObject({ type, location: '{{location}}' });
    expect(resource).toHaveProperty('apiVersion', expect.stringMatching(/^20\d\d-\d\d-\d\d$/));
    const open = [...JSON.stringify(resource).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    expect(placesToFillIn).toEqual(expect.arrayContaining(open));
  });

  it('asks for the token once, by the name under which it is used', () => {
    expect(connector.properties).toMatchObject({ auth: { ApiKey: "[[parameters('apikey')]" } });
    expect(JSON.stringify(definition)).toContain('"type":"password","name":"apikey"');
  });

  it('has the words of the service where a wrong one is ignored', () => {
    expect(connector.properties).toMatchObject({
      request: {
        httpMethod: 'GET',
        rateLimitConfig: {
          evaluation: { checkMode: 'OnlyWhen429' },
          extraction: {
            source: 'CustomHeaders',
            headers: {
              limit: { format: 'Integer' },
              remaining: { format: 'Integer' },
              reset: { format: 'UnixTimeSeconds' },
            },
          },
        },
      },
      response: { format: 'json' },
    });
  });

  it('sends the stream to a destination that there is', () => {
    const { destinations, dataFlows } = dcr.properties;
    const [workspace] = destinations.logAnalytics;
    expect(workspace).toMatchObject({ workspaceResourceId: '{{workspaceResourceId}}' });
    expect(dataFlows.map((flow) => flow.destinations)).toEqual([[workspace?.name]]);
  });
});

describe('Microsoft Sentinel, table', () => {
  const { streamName } = connector.properties.dcrConfig;
  const columns = dcr.properties.streamDeclarations[streamName]?.columns ?? [];
  const [flow] = dcr.properties.dataFlows as [Dcr['properties']['dataFlows'][number]];

  it('is one and the same in all four files', () => {
    expect(connector.properties.connectorDefinitionName).toBe(definition.name);
    expect(flow.streams).toEqual([streamName]);
    expect(flow.outputStream).toBe(`Custom-${table.name}`);
    expect([table.properties.schema.name, connector.properties.dataType]).toEqual([table.name, table.name]);
    expect(JSON.stringify(definition.properties)).toContain(table.name);
  });

  it('gets every column from the stream, times as times', () => {
    const [, list = ''] = /^source \| project (.+)$/.exec(flow.transformKql) ?? [];
    const pairs = list.split(', ').map((part) => /^(\w+) = (?:todatetime\((\w+)\)|(\w+))$/.exec(part));
    expect(pairs).not.toContain(null);
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    const made = pairs.map((match) => {
      const [, name = '', time, plain = ''] = match ?? [];
      return { name, type: time === undefined ? types.get(plain) : 'datetime' };
    });
    expect(made).toEqual(table.properties.schema.columns);
    expect(table.properties.schema.columns).toContainEqual({ name: 'TimeGenerated', type: 'datetime' });
    expect(pairs.map((match) => match?.[2] ?? match?.[3]).sort()).toEqual([...types.keys()].sort());
  });

  it.each(['full', 'summary'] as const)('declares all that an event may carry (%s)', async (initial) => {
    const { workspace, poll } = await start(undefined, 0, initial);
    await poll();
    expect(workspace.rows.some((row) => row['event'] === (initial === 'full' ? 'opened' : 'baseline'))).toBe(
      true,
    );
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    for (const row of workspace.rows) {
      for (const [name, value] of Object.entries(row)) {
        const type = types.get(name);
        const fits =
          typeof value === 'number'
            ? type === 'int' || type === 'long'
            : typeof value === 'object'
              ? type === 'dynamic'
              : type === 'string';
        expect([name, type, fits]).toEqual([name, type, true]);
      }
    }
    for (const verdict of verdicts) expect(types.has(`count_${verdict}`)).toBe(true);
    for (const severity of severities) expect(types.has(`count_violation_${severity}`)).toBe(true);
  });
});
