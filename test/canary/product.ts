import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { client, type Served } from '../commands/client.ts';
import { type Command, configure, folder, run, start } from '../commands/helper.ts';
import { type Canary, type Place, secretsOf } from './look.ts';
import { invented, type PlantedTarget } from './planting.ts';
import { reportsOn } from './reports.ts';
import type { Reader } from './rest.ts';
import type { Watch } from './watch.ts';

/** One installation of the product on the planted estate: a folder, a service, its tokens, the command line. */
export class Installation {
  readonly directory = folder();
  readonly readers: Reader[] = [];
  readonly #key = invented('instance-key-of-enough-characters');
  readonly #env: Record<string, string>;
  readonly #watch: Watch;
  readonly #scopes: readonly string[];
  #serve: Command | undefined;

  constructor(planted: readonly PlantedTarget[], watch: Watch, scopes: readonly string[], database?: string) {
    this.#watch = watch;
    this.#scopes = scopes;
    for (const name of ['secrets', 'tmp']) mkdirSync(join(this.directory, name), { mode: 0o700 });
    for (const { secrets } of planted) {
      for (const [name, value] of Object.entries(secrets))
        writeFileSync(join(this.directory, 'secrets', name), `${value}\n`, { mode: 0o600 });
    }
    writeFileSync(join(this.directory, 'secrets', 'INSTANCE_KEY'), this.#key, { mode: 0o600 });
    configure(this.directory, {
      data: './data',
      instance: { key: { file: 'secrets/INSTANCE_KEY' } },
      ...(database === undefined ? {} : { database: { url: { env: 'STORE_URL' } } }),
      targets: planted.map(({ target }) => target),
    });
    this.#env = {
      ROOMWARDEN_LOG: 'trace',
      TMPDIR: join(this.directory, 'tmp'),
      ...(database === undefined ? {} : { STORE_URL: database }),
    };
    watch.folders.push(join(this.directory, 'data'), join(this.directory, 'tmp'));
  }

  /** Values of the tokens: only their SHA-256 may be kept. */
  get canaries(): Canary[] {
    const tokens = this.readers.map(({ token }) => token);
    return secretsOf('installation', [this.#key, ...tokens]).map((canary) => ({
      ...canary,
      hashed: true,
    }));
  }

  async serve(): Promise<Served> {
    const args = ['token', 'create', '--name', 'admin', '--scope', 'admin'];
    const made = await run(args, this.#options);
    if (made.code !== 0) throw new Error(made.stderr);
    const admin = made.stdout.trim();
    this.#serve = start(['serve', '--port', '0'], this.#options);
    this.#watch.follow(this.#serve.child.pid);
    const [, url = ''] = await this.#serve.told(/^listening: (\S+)\n/);
    for (const name of this.#scopes) {
      const token = name === 'admin' ? admin : await newToken(url, admin, name);
      this.readers.push({ name, token, operates: ['operate', 'admin'].includes(name) });
    }
    return client(this.#serve, url, admin);
  }

  get #options() {
    return { cwd: this.directory, env: this.#env };
  }

  /** What a command says; ids of rooms are shown to whoever sits at this machine, but not in its log. */
  async command(args: readonly string[]): Promise<Place[]> {
    const command = start(args, this.#options);
    this.#watch.follow(command.child.pid);
    await command.ended();
    if (command.stdout === '') throw new Error(`${args.join(' ')} said nothing: ${command.stderr}`);
    return [
      place(`stdout of ${args.join(' ')}`, command.stdout, 'allowed'),
      place(`stderr of ${args.join(' ')}`, command.stderr),
    ];
  }

  /** Facts as `collect` writes them, and every report on them. */
  async reports(): Promise<Place[]> {
    const said = await this.command(['collect']);
    return [...said, ...(await reportsOn(said[0]?.content ?? Buffer.from('')))];
  }

  /** Ends it. @returns what it said */
  async end(): Promise<Place[]> {
    if (this.#serve === undefined) return [];
    await this.#serve.stop();
    const { stdout, stderr } = this.#serve;
    return [place('stdout of serve', stdout), place('log of serve', stderr)];
  }
}

function place(name: string, text: string, ids: Place['ids'] = 'forbidden'): Place {
  return { name, ids, content: Buffer.from(text) };
}

async function newToken(url: string, admin: string, scope: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: invented(scope), scopes: [scope] }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { value: string }).value;
}
