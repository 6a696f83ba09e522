import { randomUUID } from 'node:crypto';
import { parseDuration } from '../config/duration.ts';
import type { ReceiverOf } from '../config/push.ts';
import { formatEvent } from '../export/index.ts';
import { DeliveryError, statusError } from './failure.ts';
import { fitting } from './fitting.ts';
import { type HttpAnswer, HttpSender } from './http.ts';
import { readSecretFor } from './tls.ts';
import type { PushDeps, PushEvent, Transport } from './types.ts';

const askEveryMs = 1_000;

/** Codes of a 400 that speak of the token's settings or the call, not of an event: index, channel, acknowledgement. */
const settingsCodes = new Set([7, 10, 11, 14]);

interface HecAnswer {
  code?: unknown;
  ackId?: unknown;
  acks?: Record<string, unknown>;
}

/** Splunk's HTTP Event Collector: events one behind the other, acknowledged by `code` 0, or by the indexers. */
export class HecTransport implements Transport {
  readonly #receiver: ReceiverOf<'splunk-hec'>;
  readonly #deps: PushDeps;
  readonly #http: HttpSender;
  readonly #shape: (event: PushEvent) => object;
  readonly #channel = randomUUID();

  constructor(receiver: ReceiverOf<'splunk-hec'>, deps: PushDeps) {
    this.#receiver = receiver;
    this.#deps = deps;
    this.#http = new HttpSender(receiver, deps);
    this.#shape = formatEvent(receiver.format, deps.context);
  }

  async send(events: readonly PushEvent[], signal: AbortSignal): Promise<number> {
    const { batch, acknowledge } = this.#receiver;
    const texts = fitting(events, batch.bytes, (event) => JSON.stringify(this.#envelope(event)));
    const { ackId } = await this.#call('event', texts.join('\n'), signal);
    if (!acknowledge) return texts.length;
    if (typeof ackId !== 'number') throw new DeliveryError({ code: 'misconfigured', detail: 'NO_ACK_ID' });
    await this.#indexed(ackId, signal);
    return texts.length;
  }

  close(): void {
    this.#http.close();
  }

  #envelope(event: PushEvent): object {
    const { index, source, sourcetype, format } = this.#receiver;
    return {
      time: Date.parse(event.at) / 1000,
      host: this.#deps.context.host,
      source,
      sourcetype: sourcetype ?? `roomwarden:${format}`,
      ...(index === undefined ? {} : { index }),
      event: this.#shape(event),
    };
  }

  async #indexed(ackId: number, signal: AbortSignal): Promise<void> {
    const tries = Math.ceil((parseDuration(this.#receiver.timeout) * 1000) / askEveryMs);
    for (let asked = 0; asked < tries; asked += 1) {
      const { acks } = await this.#call('ack', JSON.stringify({ acks: [ackId] }), signal);
      if (acks?.[String(ackId)] === true) return;
      await this.#deps.sleep(askEveryMs, signal);
    }
    throw new DeliveryError({ code: 'not_confirmed' });
  }

  async #call(path: 'event' | 'ack', body: string, signal: AbortSignal): Promise<HecAnswer> {
    const { url, token, acknowledge } = this.#receiver;
    const address = new URL(`${url.replace(/\/+$/, '')}/services/collector/${path}`);
    const headers = {
      'content-type': 'application/json',
      authorization: `Splunk ${await readSecretFor(token, this.#deps.secret)}`,
      ...(acknowledge ? { 'x-splunk-request-channel': this.#channel } : {}),
    };
    const answer = await this.#http.post(address, headers, body, signal);
    const said = readAnswer(answer.text);
    if (answer.status !== 200) throw refusal(answer, said);
    // A sign-in page of a proxy answers 200 as well.
    if (path === 'event' ? said?.code !== 0 : said?.acks === undefined)
      throw new DeliveryError({ code: 'invalid_answer', status: 200 });
    return said as HecAnswer;
  }
}

function refusal({ status, retryAfter }: HttpAnswer, said: HecAnswer | null): DeliveryError {
  const code = typeof said?.code === 'number' ? said.code : undefined;
  if (status !== 400 || code === undefined) return statusError(status, retryAfter);
  const detail = `HEC ${code}`;
  if (settingsCodes.has(code)) return new DeliveryError({ code: 'misconfigured', status, detail });
  return new DeliveryError({ code: 'refused', status, detail, refused: true });
}

function readAnswer(text: string): HecAnswer | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
