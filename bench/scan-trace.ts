import { Agent, request } from 'node:http';
import { XMLParser } from 'fast-xml-parser';
import { Client } from 'pg';
import type { Adapter, AdapterContext } from '../adapters/contract/adapter.ts';
import type { BoundedHttp, HttpOptions, HttpRequest } from '../adapters/contract/http.ts';
import type { ReadOnlySql, SqlOptions } from '../adapters/contract/sql.ts';

type Question =
  | { kind: 'http'; client: number; method: string; url: string; headers: Record<string, string> }
  | { kind: 'sql'; client: number; url: string; text: string; values: readonly unknown[] };

/** What a scan asked, and in which order: the same can be asked again by the barest means. */
export class Trace {
  readonly questions: { question: Question; after: number }[] = [];
  /** Numbers of the questions in the order in which their answers were complete. */
  readonly ended: number[] = [];
  readonly concurrency: number[] = [];

  client(concurrency: number): number {
    return this.concurrency.push(concurrency) - 1;
  }

  /** @returns to be called when the answer is complete */
  begin(question: Question): () => void {
    const number = this.questions.push({ question, after: this.ended.length }) - 1;
    return () => void this.ended.push(number);
  }
}

/**
 * The adapter without the waits that protect a server: those would be all that is measured. With a trace it notes down
 * what is asked.
 */
export function unhurried(adapter: Adapter, trace?: Trace): Adapter {
  const hurry = (context: AdapterContext): AdapterContext => ({
    ...context,
    sleep: async () => {},
    http(given) {
      const options = { ...given, rate: 1e6 };
      const client = context.http(options);
      return trace === undefined ? client : tracedHttp(client, options, trace);
    },
    sql(options) {
      const client = context.sql(options);
      return trace === undefined ? client : tracedSql(client, options, trace);
    },
  });
  return { ...adapter, collect: (target, context) => adapter.collect(target, hurry(context)) };
}

function tracedHttp(inner: BoundedHttp, options: HttpOptions, trace: Trace): BoundedHttp {
  const client = trace.client(options.concurrency ?? 4);
  const begin = ({ path, query, method = 'GET', headers }: HttpRequest): (() => void) => {
    const url = `${options.base}${path}${query === undefined ? '' : `?${query}`}`;
    return trace.begin({ kind: 'http', client, method, url, headers: { ...options.headers, ...headers } });
  };
  return {
    async request(call) {
      const end = begin(call);
      try {
        return await inner.request(call);
      } finally {
        end();
      }
    },
    async stream(call) {
      const end = begin(call);
      try {
        const { answer, chunks } = await inner.stream(call);
        return { answer, chunks: ending(chunks, end) };
      } catch (error) {
        end();
        throw error;
      }
    },
    close: () => inner.close(),
  };
}

function tracedSql(inner: ReadOnlySql, options: SqlOptions, trace: Trace): ReadOnlySql {
  const client = trace.client(1);
  return {
    query(name, parameters = []) {
      const text = options.statements[name]?.text ?? '';
      const end = trace.begin({ kind: 'sql', client, url: options.url, text, values: parameters });
      return ending(inner.query(name, parameters), end);
    },
    locator: (name) => inner.locator(name),
    close: () => inner.close(),
  };
}

async function* ending<T>(all: AsyncIterable<T>, end: () => void): AsyncGenerator<T> {
  try {
    yield* all;
  } finally {
    end();
  }
}

/**
 * Asks what a scan asked and parses the answers, nothing else: plain requests, plain queries without cursor, transaction
 * or limits. A question is put when all answers are there that the scan had before it put the same.
 */
export async function fetchBare({ questions, ended, concurrency }: Trace): Promise<void> {
  const agents = concurrency.map((most) => new Agent({ keepAlive: true, maxSockets: most }));
  const sessions = new Map<number, Promise<Client>>();
  const done: Promise<void>[] = [];
  const barriers: Promise<unknown>[] = [Promise.resolve()];
  try {
    for (const [number, { question, after }] of questions.entries()) {
      for (let next = barriers.length; next <= after; next += 1)
        barriers.push(Promise.all([barriers[next - 1], done[ended[next - 1] as number]]));
      const before = barriers[after] as Promise<unknown>;
      done[number] = before.then(() => ask(question, agents[question.client] as Agent, sessions));
    }
    await Promise.all(done);
  } finally {
    for (const agent of agents) agent.destroy();
    for (const session of sessions.values()) await (await session).end();
  }
}

async function ask(question: Question, agent: Agent, sessions: Map<number, Promise<Client>>): Promise<void> {
  if (question.kind === 'http') {
    parse(await bodyOf(question, agent));
    return;
  }
  const { client, url, text, values } = question;
  const session = sessions.get(client) ?? connect(url);
  sessions.set(client, session);
  // A question that the scan got no answer to gets none here either.
  await (await session).query(text, [...values]).catch(() => {});
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

function bodyOf(
  { url, method, headers }: Extract<Question, { kind: 'http' }>,
  agent: Agent,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
      answer.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      answer.once('error', reject);
    });
    call.once('error', reject);
    call.end();
  });
}

const xml = new XMLParser();

function parse(text: string): unknown {
  if (/^\s*[[{]/.test(text)) return JSON.parse(text);
  return /^\s*<\?xml|^\s*<response/.test(text) ? xml.parse(text) : text;
}
