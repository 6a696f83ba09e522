import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { type Command, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { audit } from '../access/audit.ts';
import { createToken } from '../access/tokens.ts';
import type { Role } from '../config/types.ts';
import type { Estate } from '../demo/estate.ts';
import { RoomwardenError } from '../errors.ts';
import { worstTable } from '../export/table.ts';
import { listFindings } from '../findings/queries.ts';
import { text } from '../texts/index.ts';
import {
  configurationFile,
  defaultConfiguration,
  type Environment,
  interruptible,
  openEnvironment,
  requireSecrets,
} from './environment.ts';
import type { Service, ServiceOptions } from './service.ts';

const shownViolations = 12;
/** By then what a start needs has run, and the first calls are answered. */
const compiledMs = 30_000;
/** For closing connections after the deadline for scans. */
const graceMs = 10_000;

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('scan on schedule and serve REST; without a configuration the demo estate')
    .option('--config <file>', 'configuration; default ./roomwarden.yaml where it exists')
    .option('--port <port>', 'instead of listen.port; 0 = any free one')
    .option(
      '--setup',
      'begin without targets: makes the configuration where there is none, prints an admin token',
    )
    .addOption(
      new Option('--role <role>', 'instead of instance.roles; with PostgreSQL').choices(['api', 'worker']),
    )
    .action(async ({ config, port, role, setup }: ServeOptions) => {
      if (setup === true) {
        await serveEmpty(config ?? defaultConfiguration, readPort(port));
        return;
      }
      const file = configurationFile(config);
      if (file === null) await serveDemo(readPort(port));
      else await serveFile(file, { ...readPort(port), ...(role === undefined ? {} : { role }) });
    });
  program
    .command('demo')
    .description('serve the demo estate: simulated servers on this machine, made-up data')
    .option('--port <port>', '0 = any free one')
    .action(async ({ port }: { port?: string }) => serveDemo(readPort(port)));
}

interface ServeOptions {
  config?: string;
  port?: string;
  role?: Role;
  setup?: true;
}

/** For whoever installs it: long enough for a first day, and it ends by itself. */
const setupTokenMs = 24 * 3_600_000;

/** First steps: what is missing is made, what is there stays as it is. */
async function serveEmpty(file: string, options: { port?: number }): Promise<void> {
  try {
    writeFileSync(file, 'targets: []\n', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    if (code !== 'EEXIST') throw new RoomwardenError('RW1022', { path: file, detail: code });
  }
  await serveFile(file, {
    ...options,
    async token({ store }) {
      const expiresAt = Date.now() + setupTokenMs;
      const { value, info } = await createToken(
        store.db,
        { name: 'setup', scopes: ['admin'], expiresAt },
        Date.now(),
      );
      const entry = { actor: 'cli', action: 'token.create', object: info.id, detail: { name: 'setup' } };
      await audit(store.db, entry, Date.now());
      return value;
    },
  });
}

function readPort(port: string | undefined): { port?: number } {
  if (port === undefined) return {};
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new RoomwardenError('RW1004', { detail: `--port ${port}` });
  }
  return { port: number };
}

interface FileOptions {
  port?: number;
  role?: Role;
  /** Of a token that is to be printed. */
  token?(service: Service): Promise<string>;
}

async function serveFile(file: string, { role, token, ...options }: FileOptions): Promise<void> {
  const environment = withRole(await openEnvironment(file, 'info'), role);
  await requireSecrets(environment);
  const stopped = interruptible();
  const service = await startService(environment, { version: packageFile.version, ...options });
  process.stdout.write(`listening: ${service.url}\n`);
  // Otherwise only at the end, which a process that is killed has not.
  setTimeout(flushCompileCache, compiledMs).unref();
  if (token !== undefined) process.stdout.write(`token: ${await token(service)}\n`);
  await until(stopped);
  process.stderr.write(`${text(environment.language, 'progress.stopping')}\n`);
  const { shutdown } = environment.config.instance;
  // What does not end must not keep the process: others take over what it left.
  const late = setTimeout(() => process.exit(4), shutdown * 1000 + graceMs);
  await service.stop();
  clearTimeout(late);
}

function withRole(environment: Environment, role: Role | undefined): Environment {
  if (role === undefined) return environment;
  const { config } = environment;
  if (config.database === null) throw new RoomwardenError('RW1004', { detail: '--role, database' });
  return { ...environment, config: { ...config, instance: { ...config.instance, roles: [role] } } };
}

async function serveDemo(options: { port?: number }): Promise<void> {
  const stopped = interruptible();
  const { startEstate } = await import('../demo/estate.ts');
  const estate = await startEstate(Date.now());
  try {
    const environment = await openEnvironment(estate.configuration, 'error');
    const service = await startDemoService(environment, options);
    const { value } = await createToken(
      service.store.db,
      { name: 'demo', scopes: ['read', 'feed', 'operate', 'admin'] },
      Date.now(),
    );
    process.stdout.write(`listening: ${service.url}\ntoken: ${value}\n`);
    await Promise.race([tell(environment, service, estate), until(stopped)]);
    await until(stopped);
    await service.stop();
  } finally {
    await estate.close();
  }
}

/** The usual port, or another one where it is taken: a demo should start. */
async function startDemoService(environment: Environment, options: { port?: number }): Promise<Service> {
  const known = { version: packageFile.version, demo: true } as const;
  if (options.port !== undefined) return startService(environment, { ...known, port: options.port });
  try {
    return await startService(environment, known);
  } catch (error) {
    if (!(error instanceof RoomwardenError && error.code === 'RW1016')) throw error;
    return startService(environment, { ...known, port: 0 });
  }
}

async function tell(
  { language, catalogue, config }: Environment,
  service: Service,
  estate: Estate,
): Promise<void> {
  await service.scheduler.idle();
  const freshness = new Map(config.targets.map((target) => [target.id, target.freshness]));
  const { findings } = await listFindings(
    { store: service.store, catalogue, now: Date.now, freshness },
    { visible: null },
    { limit: shownViolations },
    'plain',
  );
  const lines = [
    text(language, 'demo.notice'),
    text(language, 'demo.how'),
    `configuration: ${estate.configuration}`,
    `curl -H "Authorization: Bearer TOKEN" ${service.url}/api/v1/violations`,
    '',
    text(language, 'demo.worst'),
  ];
  process.stdout.write(`${lines.join('\n')}\n${worstTable(findings, shownViolations, language)}`);
}

function until(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** The web server is loaded by the commands that serve, not by the others. */
async function startService(environment: Environment, options: ServiceOptions): Promise<Service> {
  const service = await import('./service.ts');
  return service.startService(environment, options);
}
