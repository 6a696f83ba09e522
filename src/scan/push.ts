import type { Adapter, Pushed, RawRequest } from '../../adapters/contract/adapter.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { type Closable, contextOf } from './collect.ts';
import { Moments } from './notes.ts';
import { recordPush } from './pushed.ts';
import type { RecordDeps } from './runner.ts';

/** More waiting pushes than these are not taken: the sender repeats what was not answered. */
const mostWaiting = 1_000;

/** Takes what vendors send by themselves: checked at once, judged and recorded right after the answer. */
export class Pushes {
  readonly #deps: RecordDeps & { moments: Moments };
  readonly #closing = new AbortController();
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: RecordDeps) {
    this.#deps = { ...deps, moments: deps.moments ?? new Moments() };
  }

  /** The target takes pushes of this vendor: `live` is given, and its adapter knows them. */
  accepts(vendor: string, target: string): boolean {
    return this.#adapterOf(vendor, target) !== null;
  }

  /**
   * @returns false where too many wait
   * @throws {PushRefused}
   */
  async take(vendor: string, id: string, request: RawRequest): Promise<boolean> {
    const found = this.#adapterOf(vendor, id);
    if (found === null) throw new Error(`${id} takes no pushes`);
    if (this.#waiting >= mostWaiting) return false;
    const { adapter, target } = found;
    const { config, collect } = this.#deps;
    const clients: Closable[] = [];
    const context = contextOf(target, config, { ...collect, signal: this.#closing.signal }, clients);
    try {
      const pushed = (await adapter.receive?.(target as never, request, context)) ?? [];
      if (pushed.length > 0) this.#queue(target, adapter, pushed);
    } finally {
      for (const client of clients) client.close();
    }
    return true;
  }

  /** Everything that was taken is recorded. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async stop(): Promise<void> {
    await this.idle();
    this.#closing.abort(new Error('stopped'));
  }

  #adapterOf(vendor: string, id: string): { adapter: Adapter; target: ConfiguredTarget } | null {
    const target = this.#deps.config.targets.find((one) => one.id === id && one.vendor === vendor);
    const adapter = this.#deps.adapters.get(vendor);
    if (target === undefined || target.live === null || adapter?.receive === undefined) return null;
    return { adapter, target };
  }

  #queue(target: ConfiguredTarget, adapter: Adapter, pushed: readonly Pushed[]): void {
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      try {
        await recordPush(this.#deps, target, adapter, pushed);
      } catch (error) {
        const name = error instanceof Error ? error.name : typeof error;
        this.#deps.collect.log.error({ target: target.id, error: name }, 'a push could not be recorded');
      } finally {
        this.#waiting -= 1;
      }
    });
  }
}
