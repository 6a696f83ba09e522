import type { Server } from 'node:https';
import type { Logger } from 'pino';
import {
  type Certificate,
  type CertificateState,
  minVersion,
  readCertificate,
  stateOf,
} from '../access/certificate.ts';
import type { Api } from '../api/deps.ts';
import { RoomwardenError } from '../errors.ts';
import { rfc3339 } from '../findings/detail.ts';
import type { Job } from './jobs.ts';

const everyMs = 60_000;

const words: Readonly<Record<Exclude<CertificateState, 'valid'>, string>> = {
  soon: 'the certificate ends soon',
  expired: 'the certificate has ended: callers will refuse it',
  not_yet: 'the certificate is not valid yet: callers will refuse it',
};

/** The certificate that the service shows; new files are taken without a restart, broken ones are not. */
export class CertificateWatch {
  readonly #paths: { cert: string; key: string };
  readonly #log: Logger;
  #current: Certificate;
  #told: CertificateState | null = null;
  /** What was refused last, so that it is told once. */
  #refused = '';

  private constructor(paths: { cert: string; key: string }, log: Logger, first: Certificate) {
    this.#paths = paths;
    this.#log = log;
    this.#current = first;
  }

  /** @throws {RoomwardenError} RW1020 */
  static async open(
    paths: { cert: string; key: string },
    log: Logger,
    now: number,
  ): Promise<CertificateWatch> {
    const watch = new CertificateWatch(paths, log, await readCertificate(paths));
    watch.#tell(now);
    return watch;
  }

  get current(): Certificate {
    return this.#current;
  }

  /** Looks at the files on every turn and on SIGHUP. @returns what ends it */
  follow(api: Api, now: () => number): { job: Job; stop(): Promise<void> } {
    const server = api.server as unknown as Server;
    const look = (at: number): Promise<void> => this.#look(server, at);
    const onHangup = (): void => void look(now());
    process.on('SIGHUP', onHangup);
    return {
      job: { name: 'certificate', every: everyMs, run: look },
      stop: async () => void process.off('SIGHUP', onHangup),
    };
  }

  async #look(server: Server, now: number): Promise<void> {
    try {
      const read = await readCertificate(this.#paths);
      if (read.hash !== this.#current.hash) {
        server.setSecureContext({ cert: read.cert, key: read.key, minVersion });
        this.#current = read;
        this.#told = null;
        this.#log.info({ until: rfc3339(read.notAfter) }, 'the new certificate is in use');
      }
      this.#refused = '';
    } catch (error) {
      const told = error instanceof RoomwardenError ? error.message : 'unexpected';
      if (told !== this.#refused) this.#log.error({ error: told }, 'the certificate in use stays');
      this.#refused = told;
    }
    this.#tell(now);
  }

  #tell(now: number): void {
    const state = stateOf(this.#current, now);
    if (state === this.#told) return;
    this.#told = state;
    if (state === 'valid') return;
    this.#log.warn({ until: rfc3339(this.#current.notAfter) }, words[state]);
  }
}
