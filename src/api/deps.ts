import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Adapter, SourceCheck } from '../../adapters/contract/adapter.ts';
import type { Vendors } from '../config/targets.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Bind } from '../scan/bind.ts';
import type { QueueDepth } from '../scan/boss.ts';
import type { Pushes } from '../scan/push.ts';
import type { ScanProgress } from '../scan/runner.ts';
import type { ScanQueue } from '../scan/schedule.ts';
import type { Store } from '../store/index.ts';
import type { Counted } from './metrics/counted.ts';

/** Calls per minute. */
export interface Limits {
  /** Of one address, whatever it asks for; an address behind a proxy counts by itself where the proxy is trusted. */
  address: number;
  /** With one token. */
  token: number;
  /** Of one address with a token that is not valid. */
  failedLogins: number;
}

export interface ApiDeps {
  config: Config;
  catalogue: Catalogue;
  store: Store;
  scheduler: Pick<ScanQueue, 'request' | 'activeScan'>;
  bind: Bind;
  /** By vendor, for what their sources are called; left out: they are not. */
  adapters?: ReadonlyMap<string, Pick<Adapter, 'sources' | 'facts'>>;
  /** Key for the `ref` of rooms: the one that scans are recorded with. */
  key: string;
  /** Milliseconds. */
  now(): number;
  /** A pino logger. */
  log: FastifyBaseLogger;
  version: string;
  /** Addresses and networks whose forwarding headers are believed; left out: `config.listen.trusted_proxies`. */
  trustedProxies?: readonly string[];
  /** Contents of the PEM files. */
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** End of the TLS certificate in use, milliseconds. */
  certificate?(): number;
  limits?: Partial<Limits>;
  /** Of this process; left out: what the interface itself counts. */
  counted?: Counted;
  /** Of all instances; left out: there is no queue but this process. */
  queue?(): Promise<QueueDepth[]>;
  /** What servers send by themselves; left out: nothing is taken. */
  pushes?: Pick<Pushes, 'accepts' | 'take'>;
  /** A waiver or an attestation was given or revoked: what falls due next may be another. */
  onDeclared?(): void;
  /** Left out: this process is the only one. */
  instance?: {
    roles: readonly string[];
    /** False: others work by another configuration, and nothing may be changed here. */
    accepted(): boolean;
    /** Hashes. */
    configuration: string;
    working(): string | null;
  };
  /** Left out: nothing is set up over REST. */
  setup?: Setup;
  /** Of a scan that runs now. */
  progress?(scan: string): ScanProgress | null;
}

/** What the guided set-up needs of the service. */
export interface Setup {
  /** `demo`: made-up data; `shared`: several instances; `unwritable`: no right to write. Null: it may write. */
  obstacle(): 'demo' | 'shared' | 'unwritable' | null;
  vendors: Vendors;
  /** Asks the sources of a target that is not configured yet; `secrets` by path. */
  check(
    target: ConfiguredTarget,
    secrets: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): AsyncIterable<SourceCheck>;
  /** From now on it is one of the targets. @returns the id of its first scan */
  takeUp(target: ConfiguredTarget): string | null;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
