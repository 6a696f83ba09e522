import {
  type Dialect,
  gelfDialect,
  hecDialect,
  type Sent,
  type StrictReceiver,
  strictReceiver,
  tlsFiles,
  webhookDialect,
} from '../push/receivers.ts';
import { type Rsyslog, rsyslog, rsyslogInstalled } from '../push/rsyslog.ts';

export interface Receivers {
  http: Record<'hec' | 'gelf' | 'hook', StrictReceiver>;
  /** Section `push`. */
  configuration: object[];
  /** What each of them has, in the order it came. */
  streams(): Record<string, Sent[]>;
  close(): Promise<void>;
}

/** One of each kind; slow, now and then unwilling, and now and then its word is lost. */
export async function startReceivers(random: () => number): Promise<Receivers> {
  const http = {
    hec: await unsteady(hecDialect, random),
    gelf: await unsteady(gelfDialect(false), random),
    hook: await unsteady(ocsfDialect(), random),
  };
  const syslog = rsyslogInstalled('gtls') ? await rsyslog('gtls') : null;
  return {
    http,
    configuration: entries(http, syslog),
    streams: () => ({
      hec: http.hec.taken,
      gelf: http.gelf.taken,
      hook: http.hook.taken,
      ...(syslog === null ? {} : { log: written(syslog) }),
    }),
    async close() {
      for (const server of Object.values(http)) await server.close();
      await syslog?.stop('SIGKILL');
      syslog?.remove();
    },
  };
}

async function unsteady(dialect: Dialect, random: () => number): Promise<StrictReceiver> {
  const server = await strictReceiver(dialect);
  server.delay = () => 5 + Math.floor(random() * 40);
  server.refuse = () => (random() < 0.005 ? (random() < 0.5 ? 'close after' : { status: 503 }) : null);
  return server;
}

function entries({ hec, gelf, hook }: Receivers['http'], syslog: Rsyslog | null): object[] {
  const common = { from: 'beginning', timeout: '5s' };
  const batch = { events: 7 };
  const http = [
    { ...common, id: 'hec', kind: 'splunk-hec', url: hec.url, token: { env: 'TOKEN' }, batch },
    { ...common, id: 'gelf', kind: 'gelf', url: `${gelf.url}/gelf` },
    {
      ...common,
      id: 'hook',
      kind: 'webhook',
      url: `${hook.url}/in`,
      secret: { env: 'KEY' },
      format: 'ocsf',
      batch,
    },
  ];
  if (syslog === null) return http;
  const { port } = syslog;
  const tls = { ca: tlsFiles.ca };
  const log = { ...common, id: 'log', kind: 'syslog', host: 'localhost', port, tls, batch: { events: 60 } };
  return [...http, log];
}

function ocsfDialect(): Dialect {
  const whole = webhookDialect(Date.now);
  return {
    ...whole,
    read(request, body, fault) {
      whole.read(request, body, fault);
      return JSON.parse(body).events.map(
        (event: { metadata: { uid: string }; finding_info: { uid: string } }) => ({
          id: event.metadata.uid,
          seq: Number(event.metadata.uid.split('-').at(-1)),
          uid: event.finding_info?.uid ?? null,
        }),
      );
    },
  };
}

/** What rsyslog wrote, as the others say it. */
function written(server: Rsyslog): Sent[] {
  return server.lines().map(({ raw }) => {
    const [, id = '', seq = ''] = /eventId="(\w+-(\d+))"/.exec(raw) ?? [];
    return { id, seq: Number(seq), uid: /findingUid="(\S+?)"/.exec(raw)?.[1] ?? null };
  });
}
