import { createHmac } from 'node:crypto';
import type { ReceiverOf } from '../config/push.ts';
import { formatEvent } from '../export/index.ts';
import { DeliveryError, statusError } from './failure.ts';
import { fitting } from './fitting.ts';
import { HttpSender } from './http.ts';
import { readSecretFor } from './tls.ts';
import type { PushDeps, PushEvent, Transport } from './types.ts';

const shortestKey = 24;

/** Signed as the specification "Standard Webhooks" says, so that its libraries can check it. */
export class WebhookTransport implements Transport {
  readonly #receiver: ReceiverOf<'webhook'>;
  readonly #deps: PushDeps;
  readonly #http: HttpSender;
  readonly #shape: (event: PushEvent) => object;

  constructor(receiver: ReceiverOf<'webhook'>, deps: PushDeps) {
    this.#receiver = receiver;
    this.#deps = deps;
    this.#http = new HttpSender(receiver, deps);
    this.#shape = formatEvent(receiver.format, deps.context);
  }

  async send(events: readonly PushEvent[], signal: AbortSignal): Promise<number> {
    const { id, url, secret, token, batch } = this.#receiver;
    const texts = fitting(events, batch.bytes, (event) => JSON.stringify(this.#shape(event)));
    const body = `{"receiver":${JSON.stringify(id)},"events":[${texts.join(',')}]}`;
    const key = keyOf(await readSecretFor(secret, this.#deps.secret));
    const message = `${events[0]?.id}_${texts.length}`;
    const timestamp = String(Math.floor(this.#deps.now() / 1000));
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'webhook-id': message,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${sign(key, `${message}.${timestamp}.${body}`)}`,
    };
    if (token !== undefined)
      headers['authorization'] = `Bearer ${await readSecretFor(token, this.#deps.secret)}`;
    const answer = await this.#http.post(new URL(url), headers, body, signal);
    if (answer.status < 200 || answer.status > 299) throw statusError(answer.status, answer.retryAfter);
    return texts.length;
  }

  close(): void {
    this.#http.close();
  }
}

/** `whsec_` and base64, or any other text as it is. @throws {DeliveryError} */
function keyOf(secret: string): Buffer {
  const coded = /^whsec_([A-Za-z0-9+/=]+)$/.exec(secret)?.[1];
  const key = coded === undefined ? Buffer.from(secret) : Buffer.from(coded, 'base64');
  if (key.length < shortestKey) throw new DeliveryError({ code: 'secret', detail: 'TOO_SHORT' });
  return key;
}

const sign = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64');
