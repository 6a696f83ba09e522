import type { Logger } from 'pino';
import type { SecretRef } from '../../adapters/contract/target.ts';
import type { Config } from '../config/types.ts';
import type { ExportContext, ExportEvent } from '../export/index.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Store } from '../store/index.ts';

/** An event of the feed on its way to a receiver. */
export type PushEvent = ExportEvent & { seq: number };

export interface PushDeps {
  store: Store;
  catalogue: Catalogue;
  config: Pick<Config, 'push' | 'privacy' | 'timezone' | 'export'>;
  context: ExportContext;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  now(): number;
  /** 0 to 1. */
  random(): number;
  /** @throws the signal's reason */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  secret(ref: SecretRef): Promise<string>;
}

/** The way to one receiver. One call at a time. */
export interface Transport {
  /**
   * Sends as many of the first events as fit into one delivery, in order.
   * @returns how many of them the receiver has acknowledged
   * @throws {DeliveryError} none of them counts as taken
   */
  send(events: readonly PushEvent[], signal: AbortSignal): Promise<number>;
  /** Gives connections back; the next call makes new ones. */
  close(): void;
}
