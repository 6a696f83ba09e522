import { type Processor, processed, type Registry } from './beat.ts';
import { render, TemplateError } from './gotemplate.ts';
import type { Answer, Wire } from './site.ts';

interface Transform {
  set: {
    target: string;
    value: string;
    default?: string;
    fail_on_template_error?: boolean;
    do_not_log_failure?: boolean;
  };
}

export interface HttpJson {
  type: 'httpjson';
  id: string;
  interval: string;
  'request.url': string;
  'request.timeout': string;
  'request.transforms': Transform[];
  'request.rate_limit': { limit: string; remaining: string; reset: string };
  'response.split': { target: string; ignore_empty_value?: boolean };
  'response.pagination': Transform[];
  cursor: Record<string, { value: string; default?: string; ignore_empty_value?: boolean }>;
  processors: Processor[];
}

interface Request {
  url: URL;
  headers: Record<string, string>;
}

/** How the limits of an answer read: as the file takes them from its headers. */
export interface Limits {
  limit: number;
  remaining: number;
  /** Seconds since 1970. */
  reset: number;
}

/** The `httpjson` input of Filebeat with this configuration, from its start to its end. */
export class HttpJsonInput {
  readonly #config: HttpJson;
  readonly #wire: Wire;
  readonly #registry: Registry;
  readonly #cursor: Record<string, string>;
  #lastResponse: object = {};
  #lastEvent: Record<string, unknown> = {};
  readonly limits: Limits[] = [];

  constructor(config: HttpJson, wire: Wire, registry: Registry) {
    this.#config = config;
    this.#wire = wire;
    this.#registry = registry;
    this.#cursor = registry.load();
  }

  /** One interval. @returns the status that ended it */
  async poll(): Promise<number> {
    this.#lastResponse = {};
    this.#lastEvent = {};
    const { 'request.transforms': always, 'response.pagination': paging } = this.#config;
    for (let request: Request | null = this.#request(always); request !== null; ) {
      const { url, headers } = request;
      const answer = await this.#wire({ method: 'GET', url: url.href, headers });
      if (answer.status >= 400) return answer.status;
      this.#take(answer, url);
      request = this.#next([...always, ...paging]);
    }
    return 200;
  }

  #request(transforms: readonly Transform[]): Request {
    const request: Request = {
      url: new URL(this.#config['request.url']),
      headers: { accept: 'application/json' },
    };
    for (const { set } of transforms) apply(set, request, this.#data());
    return request;
  }

  /** A template that gives nothing ends the pages without an error. */
  #next(transforms: readonly Transform[]): Request | null {
    try {
      return this.#request(transforms);
    } catch (error) {
      if (error instanceof TemplateError) return null;
      throw error;
    }
  }

  #take({ body, headers }: Answer, url: URL): void {
    const decoded = JSON.parse(body) as Record<string, unknown>;
    const params = Object.fromEntries(url.searchParams);
    this.#lastResponse = { body: decoded, header: headers, url: { value: url.href, params } };
    const { limit, remaining, reset } = this.#config['request.rate_limit'];
    const [most, left, again] = [limit, remaining, reset].map((text) => Number(render(text, this.#data())));
    this.limits.push({ limit: most as number, remaining: left as number, reset: again as number });
    for (const event of this.#split(decoded)) this.#publish(event);
  }

  #split(decoded: Record<string, unknown>): Record<string, unknown>[] {
    const { target, ignore_empty_value = false } = this.#config['response.split'];
    const found = decoded[target.replace(/^body\./, '')] as Record<string, unknown>[] | undefined;
    if (found === undefined || found.length === 0) return ignore_empty_value ? [] : [decoded];
    return found;
  }

  /** The state that goes with an event is the one of the event before: it is counted on only afterwards. */
  #publish(event: Record<string, unknown>): void {
    const document = processed(this.#config.processors, { message: JSON.stringify(event) });
    const state = Object.keys(this.#cursor).length === 0 ? null : this.#cursor;
    this.#registry.publish(document, state);
    this.#lastEvent = event;
    for (const [name, entry] of Object.entries(this.#config.cursor)) {
      const value = attempt(entry.value, entry.default, this.#data());
      if (value !== '' || entry.ignore_empty_value === false) this.#cursor[name] = value;
    }
  }

  #data(): Record<string, unknown> {
    return { cursor: this.#cursor, last_event: this.#lastEvent, last_response: this.#lastResponse };
  }
}

function apply({ target, value, default: other, ...set }: Transform['set'], request: Request, data: object) {
  let text = '';
  try {
    text = render(value, data as Record<string, unknown>);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (other !== undefined) text = other;
    else if (set.fail_on_template_error === true) throw error;
  }
  if (text === '') return;
  const [kind = '', name = '', inner = ''] = target.split('.');
  if (kind === 'header') request.headers[name.toLowerCase()] = text;
  else if (kind === 'url' && name === 'params') request.url.searchParams.set(inner, text);
  else throw new Error(`not written here: ${target}`);
}

function attempt(template: string, other: string | undefined, data: Record<string, unknown>): string {
  try {
    return render(template, data);
  } catch (error) {
    if (error instanceof TemplateError) return other ?? '';
    throw error;
  }
}
