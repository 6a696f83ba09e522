import type { Command } from 'commander';
import { audit } from '../access/audit.ts';
import { createToken, listTokens, revokeToken, type Scope, type TokenInfo } from '../access/tokens.ts';
import { endOfDay, isDate } from '../config/dates.ts';
import { RoomwardenError } from '../errors.ts';
import { columns } from '../export/table.ts';
import type { Store } from '../store/index.ts';
import { type Language, text } from '../texts/index.ts';
import {
  chooseTargets,
  defaultConfiguration,
  type Environment,
  openConfiguredStore,
  openEnvironment,
} from './environment.ts';
import { print } from './output.ts';

export function registerToken(program: Command): void {
  const token = program.command('token').description('access tokens of the REST interface');
  token
    .command('create')
    .description('make a token; its value is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--scope <scope...>', 'read, feed, operate, admin', ['read'])
    .option('--target <target...>', 'only these targets')
    .option('--until <date>', 'valid to the end of this day, YYYY-MM-DD')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (options: CreateOptions) => withStore(options.config, create(options)));
  token
    .command('list')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async ({ config }: { config: string }) => withStore(config, list));
  token
    .command('revoke')
    .argument('<token>', 'id or name')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (name: string, { config }: { config: string }) =>
      withStore(config, async ({ language }, store) => {
        const now = Date.now();
        const { id, name: called } = await store.transaction(async (tx) => {
          const info = await revokeToken(tx.db, name, now);
          const entry = { actor: 'cli', action: 'token.revoke', object: info.id };
          await audit(tx.db, { ...entry, detail: { name: info.name } }, now);
          return info;
        });
        await print([`${text(language, 'token.revoked', { id, name: called })}\n`]);
      }),
    );
}

interface CreateOptions {
  name: string;
  scope: string[];
  target?: string[];
  until?: string;
  config: string;
}

type Work = (environment: Environment, store: Store) => Promise<void>;

async function withStore(config: string, work: Work): Promise<void> {
  const environment = await openEnvironment(config);
  const store = await openConfiguredStore(environment.config, false);
  try {
    await work(environment, store);
  } finally {
    await store.close();
  }
}

function create({ name, scope, target, until }: CreateOptions): Work {
  return async ({ config, language }, store) => {
    if (until !== undefined && !isDate(until)) throw new RoomwardenError('RW1006', { value: until });
    if (target !== undefined) chooseTargets(config, target);
    const now = Date.now();
    const wanted = {
      name,
      scopes: scope.flatMap((part) => part.split(',')) as Scope[],
      ...(target === undefined ? {} : { targets: target }),
      ...(until === undefined ? {} : { expiresAt: endOfDay(until, config.timezone) }),
    };
    const { info, value } = await store.transaction(async (tx) => {
      const made = await createToken(tx.db, wanted, now);
      const { id, scopes, targets } = made.info;
      const detail = { name: made.info.name, scopes: scopes.join(' '), targets: targets?.join(' ') ?? null };
      await audit(tx.db, { actor: 'cli', action: 'token.create', object: id, detail }, now);
      return made;
    });
    process.stderr.write(`${text(language, 'token.created', { name: info.name, id: info.id })}\n`);
    await print([`${value}\n`]);
  };
}

const list: Work = async ({ language }, store) => {
  const tokens = await listTokens(store.db);
  if (tokens.length === 0) {
    await print([`${text(language, 'token.none')}\n`]);
    return;
  }
  const heading = (
    ['id', 'name', 'state', 'scopes', 'target', 'created', 'expires', 'last_used'] as const
  ).map((name) => text(language, `table.${name}`));
  const now = Date.now();
  await print([columns([heading, ...tokens.map((token) => row(token, language, now))])]);
};

function row(token: TokenInfo, language: Language, now: number): string[] {
  const day = (instant: number | null): string =>
    instant === null ? text(language, 'token.never') : new Date(instant).toISOString().slice(0, 10);
  const expired = token.expiresAt !== null && token.expiresAt <= now;
  const state = token.revokedAt !== null ? 'revoked' : expired ? 'expired' : 'valid';
  return [
    token.id,
    token.name,
    text(language, `token.state.${state}`),
    token.scopes.join(', '),
    token.targets?.join(', ') ?? text(language, 'token.all_targets'),
    day(token.createdAt),
    day(token.expiresAt),
    day(token.lastUsedAt),
  ];
}
