import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type Asked,
  actionPlanCsv,
  audiences,
  type Document,
  documentCsv,
  kindInfo,
  kinds,
  makeReport,
  policyOf,
  type ReportDeps,
  type ReportFormat,
  type ReportKind,
  ReportProblem,
  readMoment,
  renderHtml,
  reportFormats,
  reportKinds,
} from '../../report/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noClause, requireKnown } from '../filters.ts';
import { idView, operates, reading, visibleTargets } from '../plugins/auth.ts';
import { HttpProblem, invalid } from '../plugins/problems.ts';
import { problems, secured, several } from '../schemas/common.ts';
import { ReportDocument, ReportKinds } from '../schemas/report.ts';
import { noTarget } from '../texts.ts';

const moment = z.string().min(1).max(64);
const Query = z.strictObject({
  target: several,
  clause: z.string().max(32).optional().meta({ description: 'For `evidence`.' }),
  from: moment.optional().meta({ description: 'For `comparison`: a day, an instant or the id of a scan.' }),
  to: moment.optional().meta({ description: 'Left out: the last state.' }),
  lang: z.enum(['de', 'en']).optional(),
  format: z.enum(reportFormats).optional().meta({ description: 'Wins over `Accept`.' }),
  audience: z.enum(audiences).default('any').meta({
    description: '`organisation`: with contact data and ids of rooms; needs the scope operate.',
  }),
});
type Query = z.output<typeof Query>;

const mediaTypes = { html: 'text/html', json: 'application/json', csv: 'text/csv' } as const;

export function registerReports(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/v1/reports',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'Which documents for people there are',
        response: { 200: ReportKinds, ...problems() },
      },
    },
    () => ({ reports: kinds.map((kind) => structuredClone(kind)) }) as z.output<typeof ReportKinds>,
  );
  app.get(
    '/api/v1/reports/:kind',
    {
      config: { scopes: reading },
      schema: {
        tags: ['findings'],
        security: secured,
        summary: 'One document: HTML made for print, JSON or CSV',
        params: z.strictObject({ kind: z.enum(reportKinds) }),
        querystring: Query,
        response: {
          200: {
            description: 'The same state gives the same bytes.',
            content: {
              [mediaTypes.json]: { schema: ReportDocument },
              [mediaTypes.html]: { schema: z.string() },
              [mediaTypes.csv]: { schema: z.string() },
            },
          },
          ...problems(400, 403, 406),
        },
      },
    },
    async (request, reply) => {
      const { kind } = request.params;
      const format = formatOf(kind, request);
      const asked = await askedOf(request, kind, deps);
      if (kind === 'action-plan') return table(reply, asked, actionPlanCsv(deps, asked));
      const document = await made(deps, asked);
      if (format === 'json') return document as z.output<typeof ReportDocument>;
      const { timezone } = deps.config;
      if (format === 'csv') return table(reply, asked, documentCsv(document, timezone));
      const html = renderHtml(document, { timezone, version: deps.version });
      return reply
        .header(
          'content-security-policy',
          `${policyOf(html)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        )
        .header('content-disposition', `inline; filename="${fileName(asked)}.html"`)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(html as never);
    },
  );
}

/** @throws {HttpProblem} 406 */
function formatOf(kind: ReportKind, { query, headers }: FastifyRequest): ReportFormat {
  const { formats } = kindInfo(kind);
  const { format } = query as Query;
  const ranges = (headers.accept ?? '*/*').split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  const wanted = formats.filter((each) => ranges.includes(mediaTypes[each]));
  const any = ranges.some((range) => range.endsWith('/*'));
  const found =
    format ?? wanted[0] ?? (any ? (formats.find((each) => each === 'json') ?? formats[0]) : undefined);
  if (found !== undefined && formats.includes(found)) return found;
  const list = formats.map((each) => `${each} (${mediaTypes[each]})`).join(', ');
  throw new HttpProblem('not-acceptable', {
    de: `In dieser Form gibt es diesen Bericht nicht; es gibt ${list}.`,
    en: `This report does not exist in this form; there is ${list}.`,
  });
}

async function askedOf(request: FastifyRequest, kind: ReportKind, deps: ApiDeps): Promise<Asked> {
  const { target, clause, from, to, lang, audience } = request.query as Query;
  await requireKnown(request, { target }, deps);
  const { config, catalogue } = deps;
  const gone = (target ?? []).filter((id) => !config.targets.some((each) => each.id === id));
  if (gone.length > 0) throw invalid(gone.map((id) => ({ path: 'query.target', message: noTarget(id) })));
  if (clause !== undefined && !catalogue.clauseById.has(clause)) {
    throw invalid([{ path: 'query.clause', message: noClause(clause) }]);
  }
  if (audience === 'organisation' && !operates(request)) {
    throw new HttpProblem('forbidden', {
      de: 'Kontaktangaben und Kennungen von Räumen sieht nur, wer das Recht operate hat.',
      en: 'Contact data and ids of rooms are seen by those alone who have the scope operate.',
    });
  }
  return {
    kind,
    language: lang ?? config.export.language,
    visible: visibleTargets(request),
    ...(target === undefined ? {} : { target }),
    ...(clause === undefined ? {} : { clause }),
    ...(from === undefined ? {} : { from: readMoment(from, config.timezone) }),
    ...(to === undefined ? {} : { to: readMoment(to, config.timezone) }),
    audience,
    // What is handed on may be read by anybody, whoever asks for it.
    view: audience === 'organisation' || config.privacy.room_ids === 'plain' ? idView(request, deps) : 'ref',
  };
}

/** @throws {HttpProblem} 400 */
async function made(deps: ReportDeps, asked: Asked): Promise<Document> {
  try {
    return await makeReport(deps, asked);
  } catch (error) {
    if (!(error instanceof ReportProblem)) throw error;
    throw invalid([{ path: `query.${error.parameter}`, message: error.texts }]);
  }
}

function table(reply: FastifyReply, asked: Asked, rows: Iterable<string> | AsyncIterable<string>): never {
  return reply
    .header('content-disposition', `attachment; filename="${fileName(asked)}.csv"`)
    .type('text/csv; charset=utf-8')
    .send(Readable.from(inParts(rows), { objectMode: false })) as never;
}

const partSize = 64 * 1024;

/** Few large pieces instead of one for each row. */
async function* inParts(rows: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const row of rows) {
    text += row;
    if (text.length < partSize) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

const fileName = ({ kind, target, clause }: Asked): string =>
  ['roomwarden', kind, clause, target?.length === 1 ? target[0] : undefined]
    .filter((part) => part !== undefined)
    .join('-')
    .replace(/[^\w.-]/g, '_');
