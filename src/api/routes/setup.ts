import { relative } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { readFragment } from '../../config/fragments.ts';
import { type Guided, guidedFields, guidedProblems } from '../../config/guided.ts';
import { dropGuided, type GuidedFiles, guidedFiles, keepGuided } from '../../config/keep.ts';
import type { ConfiguredTarget } from '../../config/types.ts';
import { RoomwardenError } from '../../errors.ts';
import type { Api, ApiDeps, Setup } from '../deps.ts';
import { actorOf, reading, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem, invalid } from '../plugins/problems.ts';
import { problems, secured } from '../schemas/common.ts';
import { SetupAsked, SetupDone, SetupLine, SetupState } from '../schemas/setup.ts';

const longestMs = 120_000;
const admin = { scopes: ['admin'] } as const;
const shared = { tags: ['targets'], security: secured };

/** First steps: what to type, what a server says to it, and writing it down once that was seen. */
export function registerSetup(app: Api, deps: ApiDeps): void {
  const { setup, config, store, now } = deps;
  app.get(
    '/api/v1/setup',
    {
      config: { scopes: reading },
      schema: {
        ...shared,
        summary: 'Whether something is set up, and what the guided set-up asks for',
        response: { 200: SetupState, ...problems() },
      },
    },
    () => {
      const obstacle = setup === undefined ? 'unwritable' : setup.obstacle();
      const vendors = Object.entries(guidedFields).filter(([vendor]) => setup?.vendors.has(vendor) === true);
      return {
        targets: config.targets.length,
        demo: obstacle === 'demo',
        obstacle,
        vendors: vendors.map(([vendor, fields]) => ({ vendor, fields: [...fields] })),
      };
    },
  );

  let running = false;
  app.post(
    '/api/v1/setup/check',
    {
      config: admin,
      schema: {
        ...shared,
        summary: 'Ask the sources of a system that is not configured yet; nothing is written',
        body: SetupAsked,
        response: {
          200: {
            description: 'One line per source as it answers, and one at the end.',
            content: { 'application/x-ndjson': { schema: SetupLine } },
          },
          ...problems(400, 409, 413, 415),
        },
      },
    },
    async (request, reply) => {
      const asked = await accepted(request, request.body, deps);
      if (running) throw new HttpProblem('too-many-requests', busy, {}, { 'retry-after': '5' });
      running = true;
      try {
        await audit(store.db, { ...entryOf(request, asked), action: 'setup.check' }, now());
        const lines = Readable.from(linesOf(asked, endOf(reply), deps), { objectMode: false });
        lines.once('close', () => {
          running = false;
        });
        return reply
          .type('application/x-ndjson; charset=utf-8')
          .header('cache-control', 'no-store')
          .header('content-encoding', 'identity')
          .send(lines as never);
      } catch (error) {
        running = false;
        throw error;
      }
    },
  );

  app.post(
    '/api/v1/setup/targets',
    {
      config: admin,
      schema: {
        ...shared,
        summary: 'Write a target into the data folder, take it up and scan it for the first time',
        body: SetupAsked,
        response: { 201: SetupDone, ...problems(400, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      const asked = await accepted(request, request.body, deps);
      const obstacle = asked.setup.obstacle();
      if (obstacle !== null) throw new HttpProblem('conflict', obstacles[obstacle], { code: 'RW1022' });
      await keep(asked.files);
      try {
        await audit(store.db, { ...entryOf(request, asked), action: 'target.create' }, now());
      } catch (error) {
        await dropGuided(asked.files);
        throw error;
      }
      const scan = asked.setup.takeUp(asked.target);
      const { id } = asked.target;
      reply.status(201).header('location', `/api/v1/targets/${encodeURIComponent(id)}`);
      return { target: id, scan, files: filesOf(asked.files, config) };
    },
  );
}

interface Accepted {
  setup: Setup;
  target: ConfiguredTarget;
  files: GuidedFiles;
}

/** By the same rules as an entry of the file. @throws {HttpProblem} 400, 403, 409 */
async function accepted(
  request: FastifyRequest,
  asked: z.output<typeof SetupAsked>,
  { setup, config, now }: ApiDeps,
): Promise<Accepted> {
  if (visibleTargets(request) !== null) throw new HttpProblem('forbidden', limited);
  if (setup === undefined) throw new HttpProblem('conflict', obstacles.unwritable);
  if (guidedFields[asked.vendor] === undefined || !setup.vendors.has(asked.vendor))
    throw invalid([{ path: 'body.vendor', message: noVendor }]);
  if (config.targets.some(({ id }) => id === asked.id)) throw new HttpProblem('conflict', taken(asked.id));
  const guided: Guided = { ...asked, values: trimmed(asked.values) };
  const faults = guidedProblems(guided);
  if (faults.length > 0)
    throw invalid(faults.map(({ key, message }) => ({ path: `body.values.${key}`, message })));
  const files = guidedFiles(config.data, guided);
  const { timezone } = config;
  const read = readFragment(files.fragment, {
    vendors: setup.vendors,
    timezone,
    now: now(),
    taken: new Map(config.targets.map(({ id, origin }) => [id, origin.file])),
  });
  const [target] = read.targets;
  if (read.issues.length > 0 || target === undefined) {
    throw invalid(read.issues.map(({ path, message }) => ({ path: pathOf(path), message })));
  }
  return { setup, target, files };
}

/** `targets[0].greenlight.url` of the fragment is `body.values.greenlight.url` of the call. */
function pathOf(path: string): string {
  const key = path.replace(/^targets\[0\]\.?/, '');
  return key === 'schedule' || key === 'id' ? `body.${key}` : `body.values.${key}`;
}

const trimmed = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.trim()]));

/** Over when the time is up, or nobody waits for the answer any more. */
function endOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(longestMs)]);
}

async function* linesOf(
  { setup, target, files }: Accepted,
  signal: AbortSignal,
  { config, log }: ApiDeps,
): AsyncGenerator<string> {
  const line = (value: z.input<typeof SetupLine>): string => `${JSON.stringify(SetupLine.parse(value))}\n`;
  let problem: { de: string; en: string } | null = null;
  try {
    for await (const { source, state, reason, message, remedy } of setup.check(
      target,
      files.secrets,
      signal,
    )) {
      yield line({
        source,
        state,
        message,
        ...(reason === undefined ? {} : { reason }),
        ...(remedy === undefined ? {} : { remedy }),
      });
    }
  } catch (error) {
    problem = problemOf(target.id, error, signal);
    // The text of an unforeseen error could quote an answer, or what was typed.
    log.warn({ target: target.id, error: error instanceof Error ? error.name : 'unknown' }, 'check failed');
  }
  const [file = '', ...secrets] = filesOf(files, config);
  yield line({ done: true, problem, text: files.fragment.text, file, secrets });
}

function problemOf(target: string, error: unknown, signal: AbortSignal): { de: string; en: string } {
  const detail = signal.aborted ? 'timeout' : error instanceof Error ? error.name : 'unknown';
  const told = error instanceof RoomwardenError ? error : new RoomwardenError('RW2007', { target, detail });
  const text = (language: 'de' | 'en'): string =>
    `${told.what(language)} ${told.todo(language)} (${told.code})`;
  return { de: text('de'), en: text('en') };
}

async function keep(files: GuidedFiles): Promise<void> {
  try {
    await keepGuided(files);
  } catch (error) {
    if (!(error instanceof RoomwardenError)) throw error;
    const text = (language: 'de' | 'en'): string => `${error.what(language)} ${error.todo(language)}`;
    throw new HttpProblem('conflict', { de: text('de'), en: text('en') }, { code: error.code });
  }
}

const filesOf = ({ fragment, secrets }: GuidedFiles, { directory }: Pick<ApiDeps['config'], 'directory'>) =>
  [fragment.file, ...secrets.keys()].map((path) => relative(directory, path));

/** The host says whom we asked; neither account nor secret does. */
function entryOf(request: FastifyRequest, { target, files }: Accepted) {
  const { url } = target.settings;
  const host = typeof url === 'string' && URL.canParse(url) ? new URL(url).host : null;
  const detail = { vendor: target.vendor, host, secrets: files.secrets.size };
  return { actor: actorOf(request), object: target.id, target: target.id, detail };
}

const busy = {
  de: 'Es läuft schon eine Prüfung; gleich noch einmal versuchen.',
  en: 'A check is running already; try again in a moment.',
};
const limited = {
  de: 'Ein Zugriffstoken, das auf Systeme begrenzt ist, richtet keine weiteren ein.',
  en: 'An access token that is limited to targets sets up no further ones.',
};
const noVendor = {
  de: 'Dieses Produkt richtet die Seite nicht ein; docs/configuration.md zeigt, wie es in die Datei kommt.',
  en: 'The page does not set up this product; docs/configuration.md shows how it gets into the file.',
};
const taken = (id: string) => ({
  de: `Ein System mit der Kennung „${id}“ gibt es schon.`,
  en: `There is a target "${id}" already.`,
});
const obstacles = {
  demo: {
    de: 'In der Vorführung wird nichts eingerichtet; der gezeigte Text gehört in eine eigene roomwarden.yaml.',
    en: 'Nothing is set up in the demo; the shown text belongs into a roomwarden.yaml of your own.',
  },
  shared: {
    de: 'Mehrere Instanzen haben eine gemeinsame Konfiguration; den gezeigten Text in die Datei jeder Instanz eintragen und sie neu starten.',
    en: 'Several instances share one configuration; put the shown text into the file of each and start them again.',
  },
  unwritable: {
    de: 'Roomwarden darf hier nichts schreiben; den gezeigten Text in roomwarden.yaml eintragen und den Dienst neu starten.',
    en: 'Roomwarden may not write here; put the shown text into roomwarden.yaml and start the service again.',
  },
} as const;
