import { z } from 'zod';
import { SecretRef } from '../../adapters/contract/target.ts';
import { factDefinition, factNames } from '../../adapters/contract/vocabulary.ts';
import { Access, Metrics } from './access.ts';
import { boundedNetworkRule, checked, Duration, must, networkRule, text } from './checks.ts';
import { isDate, isTimezone } from './dates.ts';
import { Instance } from './instance.ts';

const dateRule = must(isDate, {
  de: 'Hier steht ein Tag, den es gibt, als JJJJ-MM-TT.',
  en: 'A day that exists stands here, as YYYY-MM-DD.',
});
const timezoneRule = must(isTimezone, {
  de: 'Diese Zeitzone ist nicht bekannt; erwartet wird ein Name wie Europe/Berlin.',
  en: 'This time zone is not known; a name such as Europe/Berlin is expected.',
});
const hostRule = must((value: string) => /^[!-~]{1,255}$/.test(value), {
  de: 'Hier steht ein Rechnername ohne Leerzeichen und Umlaute, höchstens 255 Zeichen.',
  en: 'A host name without blanks and umlauts stands here, at most 255 characters.',
});

const Day = checked(dateRule).meta({ format: 'date' });
const PolicyId = text;

const Attested: Record<string, z.ZodType> = {};
for (const name of factNames) {
  const definition = factDefinition(name);
  const field = name.replace(/^attestation\./, '');
  if (definition.level !== 'attestation' || field === 'value' || field === 'declared_not_applicable')
    continue;
  Attested[field] = attestedField(field, definition);
}

function attestedField(name: string, definition: ReturnType<typeof factDefinition>): z.ZodType {
  const meaning = definition.en;
  if (definition.type === 'bool') return z.boolean().optional().describe(meaning);
  if (definition.type === 'enum')
    return z
      .enum([...(definition.values ?? [])])
      .optional()
      .describe(meaning);
  if (definition.unit === 'ISO 8601 date') return Day.optional().describe(meaning);
  // An empty line of the contact form is an answer, and a violation.
  return (name.startsWith('contact_') ? z.string() : text).optional().describe(meaning);
}

/** Fields that only some policies know; which ones, the policy says. */
export const attestedFields: readonly string[] = Object.keys(Attested);

export const Attestation = z.strictObject({
  policy: PolicyId,
  target: text,
  value: z.boolean().optional().describe('Whether what the policy asks for is done.'),
  declared_not_applicable: z.strictObject({ reason: text }).optional(),
  attested_by: text.describe('An office, not a person.'),
  attested_at: Day,
  valid_until: Day.describe('The attestation holds until the end of this day.'),
  reference: text.optional(),
  owner: text.optional().describe('The office that sees to its renewal.'),
  ...Attested,
});

export const Waiver = z.strictObject({
  policy: PolicyId,
  target: text,
  room: text
    .optional()
    .describe('Id of one room; without room and tag the waiver holds for the whole target.'),
  tag: text.optional().describe('A tag from `tags`: the waiver holds for every room that carries it.'),
  reason: text,
  owner: text,
  ticket: text.optional(),
  until: Day.describe('The waiver holds until the end of this day.'),
  approved_by: text.optional().describe('An office; needed where the document says "must".'),
  purpose: text
    .optional()
    .describe('Of an exception for recordings in one room: what for. Once it is over they must be gone.'),
});

const Listen = z.strictObject({
  host: text.default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8480),
});

/** What outgoing formats say of this instance. */
const Export = z.strictObject({
  language: z.enum(['de', 'en']).default('de').describe('Of texts in formats that hold only one.'),
  host: checked(hostRule).optional().describe('Name of this instance; left out: that of the machine.'),
  enterprise_number: z
    .number()
    .int()
    .min(1)
    .max(4_294_967_295)
    .optional()
    .describe('Private enterprise number for structured data in syslog; left out: 32473, that of examples.'),
  chromium: text
    .min(1)
    .optional()
    .describe('Program that prints reports as PDF; left out: looked for where installers put it.'),
});

const Retention = z.strictObject({
  events: Duration.default('90d'),
  resolved: Duration.default('365d'),
  gone_rooms: Duration.default('30d'),
  scans: Duration.default('90d'),
  audit_log: Duration.default('365d'),
  trends: Duration.default('730d').describe('Counts by day, without any name.'),
});

/** The sections of the file, each parsed by itself so that a fault in one does not hide those in the others. */
export const sections = {
  listen: Listen.prefault({}).describe(
    'Where the service answers; other than loopback needs tls or trusted_proxies.',
  ),
  tls: z.strictObject({ cert: text, key: text }).optional().describe('Files in PEM.'),
  trusted_proxies: z
    .array(checked(networkRule, boundedNetworkRule))
    .min(1)
    .optional()
    .describe('Addresses and networks of proxies.'),
  access: Access.prefault({}),
  metrics: Metrics.prefault({}),
  data: text.default('./data').describe('Folder of the embedded store, relative to this file.'),
  timezone: checked(timezoneRule).default('Europe/Berlin'),
  database: z
    .strictObject({ url: SecretRef })
    .optional()
    .describe('PostgreSQL; left out: embedded SQLite in data.'),
  instance: Instance.prefault({}),
  privacy: z
    .strictObject({
      room_names: z.enum(['plain', 'pseudonymous']).default('plain'),
      room_ids: z.enum(['ref', 'plain']).default('ref'),
    })
    .prefault({}),
  retention: Retention.prefault({}),
  feed: z.strictObject({ initial: z.enum(['summary', 'full']).default('summary') }).prefault({}),
  export: Export.prefault({}),
  tags: z.record(text, z.array(text).min(1)).default({}).describe("Tag to globs over a room's name."),
  targets: z.array(z.unknown()),
  attestations: z.array(z.unknown()).default([]),
  attestations_due: Duration.default('30d').describe('How long before its end an attestation is due.'),
  waivers: z.array(z.unknown()).default([]),
  push: z.array(z.unknown()).default([]).describe('Receivers to which events are sent.'),
  waivers_max: Duration.optional().describe('The furthest a waiver may reach ahead.'),
  policies: z
    .record(PolicyId, z.strictObject({ parameters: z.record(text, z.unknown()) }))
    .default({})
    .describe('Parameters by policy.'),
};
export const wholeFile = z.strictObject(sections);
export type Sections = { [Name in keyof typeof sections]: z.output<(typeof sections)[Name]> };
