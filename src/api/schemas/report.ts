import { z } from 'zod';
import { audiences, cellStatuses, reportFormats, reportKinds } from '../../report/index.ts';
import { Bilingual, Severity, Time } from './common.ts';

const text = z.string();
const count = z.number().int();
const share = z.number().min(0).max(1);
const Mark = z.enum(cellStatuses);

/** A name that came from elsewhere, a sign with its word, a span, shares, a weight, something that is copied. */
const Atom = z.union([
  text,
  z.number(),
  z.null(),
  z.strictObject({ name: text }),
  z.strictObject({ mark: Mark, text }),
  z.strictObject({ low: share, high: share }),
  z.strictObject({ violation: share, unseen: share, met: share }),
  z.strictObject({ severity: Severity, text }),
  z.strictObject({ code: text }),
  z.strictObject({ share }),
]);
const Cell = z.union([Atom, z.array(Atom)]).meta({ id: 'ReportCell' });
const Row = z.record(text, Cell);
const Columns = z.array(
  z.strictObject({
    id: text,
    title: text,
    align: z.enum(['start', 'end']),
    head: z.literal(true).optional(),
    strong: z.literal(true).optional(),
  }),
);

const Table = z.strictObject({
  type: z.literal('table'),
  id: text,
  title: text,
  columns: Columns,
  rows: z.array(Row),
  total: Row.optional(),
  empty: text.optional(),
  notes: z.array(text).optional(),
});

const Exhibit = z.strictObject({
  uid: text,
  mark: Mark,
  severity: z.strictObject({ severity: Severity, text }),
  title: text,
  subject: Cell,
  verdict: text,
  message: text,
  facts: z.array(Row),
  chain: z.array(z.strictObject({ layer: text, path: text, value: text, decides: z.boolean() })),
  remediation: text.nullable(),
  notes: z.array(text),
});

const Part = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('statements'),
    items: z.array(z.strictObject({ mark: Mark, strong: text, rest: text })),
  }),
  z.strictObject({ type: z.literal('section'), title: text, text: z.array(text).optional() }),
  z.strictObject({ type: z.literal('text'), text, quiet: z.literal(true).optional() }),
  z.strictObject({
    type: z.literal('facts'),
    items: z.array(z.strictObject({ term: text, text: Cell })),
  }),
  z.strictObject({
    type: z.literal('steps'),
    title: text,
    items: z.array(z.strictObject({ strong: text, rest: text })),
    empty: text,
  }),
  z.strictObject({
    type: z.literal('exhibits'),
    columns: Columns,
    items: z.array(Exhibit),
    notes: z.array(text).optional(),
  }),
  z.strictObject({ type: z.literal('signature'), lines: z.array(text) }),
  Table,
]);

const Block = z.union([
  Part,
  z.strictObject({ type: z.literal('pair'), left: z.array(Part), right: z.array(Part) }),
]);

export const ReportDocument = z
  .strictObject({
    schema: z.literal('roomwarden.document/1'),
    kind: z.enum(reportKinds),
    language: z.enum(['de', 'en']),
    title: text,
    scope: text,
    audience: z.enum(audiences),
    state: z.strictObject({
      as_of: Time.nullable().meta({ description: 'Since when all of it holds; null: never scanned.' }),
      hash: text.meta({ description: 'SHA-256 over what is known of the scope.' }),
      targets: z.array(text),
      unseen: count.meta({ description: 'Verdicts that could not be given.' }),
      ruleset: z.strictObject({
        hash: text,
        policies: z.array(z.strictObject({ id: text, version: count })),
      }),
    }),
    blocks: z.array(Block),
  })
  .meta({ id: 'ReportDocument', description: 'A report in one language, as it is printed.' });

const parameters = ['target', 'clause', 'from', 'to', 'audience'] as const;

export const ReportKinds = z
  .strictObject({
    reports: z.array(
      z.strictObject({
        kind: z.enum(reportKinds),
        title: Bilingual,
        purpose: Bilingual,
        formats: z.array(z.enum(reportFormats)),
        needs: z.array(z.enum(parameters)).meta({ description: 'Parameters that must be given.' }),
        takes: z.array(z.enum(parameters)),
      }),
    ),
  })
  .meta({ id: 'ReportKinds' });
