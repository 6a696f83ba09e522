import { type ASTNode, parse } from '@marcbachmann/cel-js';
import { type Processor, processed, type Registry } from './beat.ts';
import { evaluate } from './mito.ts';
import type { Wire } from './site.ts';

export interface Cel {
  type: 'cel';
  id: string;
  interval: string;
  'resource.url': string;
  state: Record<string, unknown>;
  redact: { fields: string[] };
  program: string;
  processors: Processor[];
}

type State = Record<string, unknown>;

/** Executions in one interval, the input's own limit. */
const budget = 1_000;

/** The `cel` input of Filebeat with this configuration, from its start to its end. */
export class CelInput {
  readonly #program: ASTNode;
  readonly #processors: readonly Processor[];
  readonly #wire: Wire;
  readonly #registry: Registry;
  #state: State;
  #goodCursor: unknown;
  /** What the input told of itself. */
  readonly degraded: unknown[] = [];

  constructor(config: Cel, wire: Wire, registry: Registry) {
    this.#program = parse(config.program).ast;
    this.#processors = config.processors;
    this.#wire = wire;
    this.#registry = registry;
    this.#state = { ...config.state, url: config['resource.url'] };
    const kept = registry.load();
    if (Object.keys(kept).length > 0) {
      this.#state['cursor'] = kept;
      this.#goodCursor = kept;
    }
  }

  /** One interval. */
  async poll(): Promise<void> {
    for (let left = budget; left > 0; left -= 1) if (!(await this.#execute())) return;
    throw new Error('the program does not come to an end');
  }

  /** @returns whether it runs again at once */
  async #execute(): Promise<boolean> {
    const result = (await evaluate(this.#program, { state: this.#state }, this.#wire)) as State;
    const { events, ...state } = result;
    if (events === undefined) throw new Error('the program gave no events');
    this.#state = state;
    if (Array.isArray(events)) {
      if (events.length === 0) return false;
      this.#publish(events, state['cursor'] as Record<string, string>);
    } else {
      // A single object is an error; the cursor stays where it was.
      this.degraded.push((events as State)['error']);
      this.#registry.publish(events as State, null);
    }
    if (this.#goodCursor === undefined) delete state['cursor'];
    else state['cursor'] = this.#goodCursor;
    return state['want_more'] === true;
  }

  /** One cursor for all events goes with the last of them. */
  #publish(events: readonly State[], cursor: Record<string, string>): void {
    for (const [index, event] of events.entries()) {
      const last = index === events.length - 1;
      this.#registry.publish(processed(this.#processors, event), last ? cursor : null);
    }
    this.#goodCursor = cursor;
  }
}
