import type { ReceiverOf } from '../config/push.ts';
import { toFlat } from '../export/index.ts';
import { sentenceOf } from '../export/words.ts';
import { DeliveryError, statusError } from './failure.ts';
import { fitting } from './fitting.ts';
import { HttpSender } from './http.ts';
import { readSecretFor } from './tls.ts';
import type { PushDeps, PushEvent, Transport } from './types.ts';

/** Levels of syslog; what has no finding is informational. */
const levels: Readonly<Record<string, number>> = { critical: 2, high: 4, medium: 5, low: 6, info: 6 };

/** GELF 1.1 over HTTP, one message in a request unless the input takes several. */
export class GelfTransport implements Transport {
  readonly #receiver: ReceiverOf<'gelf'>;
  readonly #deps: PushDeps;
  readonly #http: HttpSender;

  constructor(receiver: ReceiverOf<'gelf'>, deps: PushDeps) {
    this.#receiver = receiver;
    this.#deps = deps;
    this.#http = new HttpSender(receiver, deps);
  }

  async send(events: readonly PushEvent[], signal: AbortSignal): Promise<number> {
    const { url, token, bulk, batch } = this.#receiver;
    const some = bulk ? events : events.slice(0, 1);
    const texts = fitting(some, batch.bytes, (event) =>
      JSON.stringify(gelfMessage(event, this.#deps.context)),
    );
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token !== undefined)
      headers['authorization'] = `Bearer ${await readSecretFor(token, this.#deps.secret)}`;
    const { status, retryAfter } = await this.#http.post(new URL(url), headers, texts.join('\n'), signal);
    if (status === 200 || status === 202 || status === 204) return texts.length;
    if (status > 200 && status < 300) throw new DeliveryError({ code: 'invalid_answer', status });
    throw statusError(status, retryAfter);
  }

  close(): void {
    this.#http.close();
  }
}

/** The flat form; every field of its own begins with an underscore, `_id` is not allowed. */
export function gelfMessage(event: PushEvent, { host, language }: PushDeps['context']): object {
  const { facts, ...fields } = toFlat(event);
  const own: Record<string, string | number> = {};
  const add = (name: string, value: unknown): void => {
    const text = gelfValue(value);
    if (text !== null) own[`_${name.replace(/[^\w-]/g, '_')}`] = text;
  };
  for (const [name, value] of Object.entries(fields)) add(name, value);
  for (const [name, value] of Object.entries(facts ?? {})) add(`fact_${name}`, value);
  return {
    version: '1.1',
    host,
    short_message: sentenceOf(event, language),
    timestamp: Date.parse(event.at) / 1000,
    level: levels[event.finding?.severity ?? ''] ?? 6,
    ...own,
  };
}

/** Texts and numbers only. */
function gelfValue(value: unknown): string | number | null {
  if (typeof value === 'number') return value;
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
