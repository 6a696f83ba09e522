import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { RoomwardenError } from '../errors.ts';
import {
  type Asked,
  actionPlanCsv,
  documentCsv,
  kindInfo,
  makeReport,
  type ReportDeps,
  type ReportFormat,
  type ReportKind,
  ReportProblem,
  readMoment,
  renderHtml,
  reportFormats,
  reportKinds,
} from '../report/index.ts';
import { findChromium, printPdf } from '../report/pdf.ts';
import type { Store } from '../store/index.ts';
import { chooseTargets, defaultConfiguration, type Environment } from './environment.ts';
import { print } from './output.ts';
import { withStore } from './stored.ts';

interface ReportOptions {
  target: string[];
  clause?: string;
  from?: string;
  to?: string;
  lang?: 'de' | 'en';
  format?: ReportFormat;
  internal?: boolean;
  out?: string;
  pdf?: boolean;
  chromium?: string;
  config: string;
}

export function registerReport(program: Command): void {
  const collect = (value: string, before: string[]): string[] => [...before, value];
  program
    .command('report')
    .description('a document for people from what is stored: HTML made for print, PDF, JSON or CSV')
    .addArgument(new Argument('<kind>', 'which one').choices(reportKinds))
    .option('--target <target>', 'only this one; may be repeated', collect, [])
    .option('--clause <clause>', 'for evidence: S2-08a')
    .option('--from <moment>', 'for comparison: a day, an instant or a scan')
    .option('--to <moment>', 'for comparison; default: the last state')
    .addOption(new Option('--lang <language>', 'default: export.language').choices(['de', 'en']))
    .addOption(new Option('--format <format>', 'default: the first that there is').choices(reportFormats))
    .option('--internal', 'for the own organisation: with contact data and ids of rooms')
    .option('--out <file>', 'instead of stdout')
    .option('--pdf', 'printed by Chromium; needs --out')
    .option('--chromium <file>', 'default: CHROMIUM, export.chromium, else where installers put it')
    .option('--config <file>', 'configuration', defaultConfiguration)
    .action(async (kind: ReportKind, options: ReportOptions) => {
      const format = formatOf(kind, options);
      await withStore(options.config, async (environment, store) => {
        const deps = depsOf(environment, store);
        const asked = askedOf(kind, options, environment);
        const chromium = options.pdf === true ? chromiumFor(options, environment) : null;
        if (chromium === null) await give(pieces(deps, asked, format), options.out);
        else await givePdf(deps, asked, { chromium, out: options.out ?? '' });
      });
    });
}

function formatOf(kind: ReportKind, { format, pdf, out }: ReportOptions): ReportFormat {
  const { formats } = kindInfo(kind);
  const wanted = pdf === true ? 'html' : (format ?? formats[0] ?? 'html');
  if (!formats.includes(wanted))
    throw new RoomwardenError('RW1015', { format: wanted, known: formats.join(', ') });
  if (pdf === true && out === undefined) throw new RoomwardenError('RW1004', { detail: '--pdf --out FILE' });
  if (pdf === true && format !== undefined && format !== 'html') {
    throw new RoomwardenError('RW1004', { detail: `--pdf --format ${format}` });
  }
  return wanted;
}

function chromiumFor({ chromium }: ReportOptions, { config }: Environment): string {
  const { chromium: configured } = config.export;
  const file = configured === undefined ? undefined : resolve(config.directory, configured);
  return findChromium(chromium, process.env, file);
}

function depsOf({ config, catalogue, bind }: Environment, store: Store): ReportDeps {
  return { store, config, catalogue, bind, now: Date.now, version: packageFile.version };
}

function askedOf(kind: ReportKind, options: ReportOptions, { config }: Environment): Asked {
  const targets = chooseTargets(config, options.target).map(({ id }) => id);
  const moment = (value: string): string | number => readMoment(value, config.timezone);
  return {
    kind,
    language: options.lang ?? config.export.language,
    visible: null,
    ...(options.target.length === 0 ? {} : { target: targets }),
    ...(options.clause === undefined ? {} : { clause: options.clause }),
    ...(options.from === undefined ? {} : { from: moment(options.from) }),
    ...(options.to === undefined ? {} : { to: moment(options.to) }),
    audience: options.internal === true ? 'organisation' : 'any',
    // What is handed on may be read by anybody: ids are join addresses.
    view: options.internal === true || config.privacy.room_ids === 'plain' ? 'plain' : 'ref',
  };
}

async function* pieces(deps: ReportDeps, asked: Asked, format: ReportFormat): AsyncGenerator<string> {
  const { timezone } = deps.config;
  if (asked.kind === 'action-plan') {
    yield* actionPlanCsv(deps, asked);
    return;
  }
  const document = await documentOf(deps, asked);
  if (format === 'json') yield `${JSON.stringify(document, null, 2)}\n`;
  else if (format === 'csv') yield* documentCsv(document, timezone);
  else yield renderHtml(document, { timezone, version: deps.version });
}

async function documentOf(deps: ReportDeps, asked: Asked) {
  try {
    return await makeReport(deps, asked);
  } catch (error) {
    if (!(error instanceof ReportProblem)) throw error;
    throw new RoomwardenError('RW1004', { detail: `--${error.parameter}: ${error.texts[asked.language]}` });
  }
}

async function givePdf(
  deps: ReportDeps,
  asked: Asked,
  { chromium, out }: { chromium: string; out: string },
): Promise<void> {
  const document = await documentOf(deps, asked);
  const html = renderHtml(document, { timezone: deps.config.timezone, version: deps.version });
  const madeAt = document.state.as_of === null ? 0 : Date.parse(document.state.as_of);
  write(out, await printPdf(html, { chromium, madeAt }));
}

async function give(text: AsyncIterable<string>, out: string | undefined): Promise<void> {
  if (out === undefined) return print(text);
  const parts: string[] = [];
  for await (const part of text) parts.push(part);
  write(out, parts.join(''));
}

/** For its owner alone: it may hold what is not for everybody. */
function write(file: string, content: string | Buffer): void {
  try {
    writeFileSync(file, content, { mode: 0o600 });
  } catch (error) {
    throw new RoomwardenError('RW1043', { file, detail: (error as Error).message });
  }
}
